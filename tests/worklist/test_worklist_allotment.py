"""Who gets which line: nothing is lost, nobody gets more than the hours allow, and the best goes first."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tasks.worklist.allot import Line, allot
from tasks.worklist.policy import Collector, Worklists

_CHANNELS = ("call", "visit", "sales")
_LINES = st.lists(
    st.tuples(st.sampled_from(_CHANNELS), st.sampled_from(["north", "south", None]), st.sampled_from(["big", "small"])),
    max_size=40,
)
_COLLECTORS = st.lists(
    st.tuples(
        st.sets(st.sampled_from(_CHANNELS), min_size=1),
        st.sets(st.sampled_from(["north", "south"])),
        st.sets(st.sampled_from(["big", "small"])),
        st.integers(2, 8),
    ),
    max_size=4,
)


def line(key: str, *, channel: str = "call", zone: str | None = None, segment: str = "big", minutes: int = 30) -> Line:
    return Line(
        reminder_key=key, list_channel=channel, zone=zone, segment=segment, minutes=minutes, needs_approval=False
    )


def collector(
    name: str, *, hours: int = 1, channels: tuple[str, ...] = ("call",), **named: tuple[str, ...]
) -> Collector:
    return Collector(name=name, channels=channels, hours=Decimal(hours), **named)


def shared(lines: list[Line], *collectors: Collector, **given: object):
    known = {"handed": {}, "refused": (), "awaiting": (), **given}
    return allot(lines, Worklists(collectors=collectors), **known)


@given(_LINES, _COLLECTORS)
def test_decided_is_listed_plus_left_over_and_no_day_is_longer_than_its_hours(drawn, people) -> None:
    worklists = Worklists(
        collectors=tuple(
            Collector(name=f"p{n}", channels=tuple(c), zones=tuple(z), segments=tuple(s), hours=Decimal(h))
            for n, (c, z, s, h) in enumerate(people)
        )
    )
    lines = [
        line(f"k{n}", channel=c, zone=z, segment=s, minutes=worklists.minutes(c)) for n, (c, z, s) in enumerate(drawn)
    ]
    found = allot(lines, worklists, handed={}, refused=(), awaiting=())
    assert [a.reminder_key for a in found] == [each.reminder_key for each in lines]
    assert all((a.reason is None) == a.is_listed for a in found)
    minutes = {each.reminder_key: each.minutes for each in lines}
    for person in worklists.collectors:
        own = [a for a in found if a.collector == person.name]
        assert sum(minutes[a.reminder_key] for a in own) <= person.minutes
        assert [a.place for a in own] == list(range(1, len(own) + 1))


def test_what_does_not_fit_today_stays_with_its_reason() -> None:
    found = shared([line("a"), line("b"), line("c")], collector("Ana"))
    assert [(a.collector, a.reason) for a in found] == [("Ana", None), ("Ana", None), (None, "no_time_today")]


def test_a_line_of_no_collector_says_that_nobody_works_on_it() -> None:
    (found,) = shared([line("a", channel="visit")], collector("Ana"))
    assert found.reason == "nobody_works_on_it"


def test_the_collector_of_the_zone_goes_before_the_one_of_everything_who_helps_out() -> None:
    people = (collector("All"), collector("North", zones=("north",)))
    found = shared([line(key, zone="north") for key in "abcde"], *people)
    assert [a.collector for a in found] == ["North", "North", "All", "All", None]


def test_equals_share_the_day() -> None:
    found = shared([line(key) for key in "abcd"], collector("Ana"), collector("Eva"))
    assert [a.collector for a in found] == ["Ana", "Eva", "Ana", "Eva"]


def test_what_was_handed_over_this_morning_stays_with_whom_it_was_and_takes_its_time() -> None:
    found = shared([line("a"), line("b"), line("c")], collector("Ana"), handed={"c": "Ana"})
    assert [(a.reminder_key, a.collector) for a in found] == [("a", "Ana"), ("b", None), ("c", "Ana")]


def test_what_the_ledger_refuses_makes_room_for_the_next() -> None:
    found = shared([line("a"), line("b"), line("c")], collector("Ana"), refused={"a"}, awaiting={"b"})
    assert [a.reason for a in found] == ["not_released", "awaiting_approval", None]


@pytest.mark.parametrize(
    ("worklists", "what"),
    [
        ({"collectors": [{"name": "A", "channels": ["visit"], "hours": 1}]}, "nothing would ever be listed"),
        ({"collectors": [{"name": "A b", "channels": ["call"], "hours": 1}] * 2}, "a list of their own"),
        ({"very_large_debt": {"EUR": 1000}}, "needs a collector with the channel executive"),
    ],
)
def test_worklists_that_cannot_work_are_refused(worklists, what) -> None:
    with pytest.raises(ValidationError, match=what):
        Worklists.model_validate(worklists)
