"""Sending a batch: what is claimed, what is repeated and what never is, with a book that remembers every step."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.remind.channels.protocol import (
    NotAllowed,
    NothingLeft,
    OutcomeUnknown,
    Refused,
    SlowDown,
)
from tasks.remind.delivery.lane import LONGEST_PAUSE_SECONDS, Lane, Time
from tasks.remind.delivery.outcomes import ChannelStopped
from tasks.remind.outbound import Mailbox, OutboundMessage
from tasks.remind.send import send_messages
from tests.remind.sending_script import OK, Hours, MakeMessage, messages_of, scripted


def test_every_message_is_claimed_sent_once_and_settled(make_message: MakeMessage, hours: Hours) -> None:
    messages = messages_of(make_message, 45)
    book, channel = scripted(messages, [])
    counts = send_messages(messages, book=book, channel=channel, lane=hours.lane(), in_flight=20)
    assert counts.accepted == 45
    assert channel.sent == list(messages)
    assert set(book.states.values()) == {"accepted"}
    assert [len(keys) for kind, keys in book.log if kind == "claim"] == [20, 20, 5]
    again = send_messages(messages, book=book, channel=channel, lane=hours.lane())
    assert (again.accepted, again.skipped) == (0, 45)
    assert len(channel.sent) == 45


def test_outcomes_are_settled_as_what_they_prove(make_message: MakeMessage, hours: Hours) -> None:
    messages = messages_of(make_message, 5)
    book, channel = scripted(messages, [OK, Refused("no such user"), OutcomeUnknown("no answer"), OK, OK])
    counts = send_messages(messages, book=book, channel=channel, lane=hours.lane())
    assert list(book.states.values()) == ["accepted", "rejected", "unknown", "accepted", "accepted"]
    assert (counts.accepted, counts.rejected, counts.unknown) == (3, 1, 1)


def test_what_provably_did_not_leave_is_tried_again_after_the_others(make_message: MakeMessage, hours: Hours) -> None:
    messages = messages_of(make_message, 3)
    book, channel = scripted(messages, [NothingLeft("450 put off"), OK, OK, OK])
    assert send_messages(messages, book=book, channel=channel, lane=hours.lane()).accepted == 3
    assert channel.sent == ["k001", "k002", "k000"]
    assert hours.pauses == []


def test_a_provider_that_asks_for_less_is_left_alone_as_long_as_it_says_with_nothing_under_claim(
    make_message: MakeMessage, hours: Hours
) -> None:
    messages = messages_of(make_message, 30)
    book, channel = scripted(messages, [OK] * 10 + [SlowDown("429", retry_after_seconds=7.0)])
    claimed_meanwhile: list[int] = []
    lane = Lane(
        Time(
            lambda: hours.now,
            lambda seconds: (
                claimed_meanwhile.append(list(book.states.values()).count("claimed")) if seconds > 1 else None,
                hours._pause(seconds),
            )[1],
        )
    )
    assert send_messages(messages, book=book, channel=channel, lane=lane).accepted == 30
    assert channel.sent == sorted(messages), "the one that was put off is the next one"
    assert hours.pauses[0] == 7.0
    assert claimed_meanwhile == [0]
    assert hours.now > 7.0 + 19 / 11, "after a 429 it goes on at half the pace and faster from then on"


def test_nobody_waits_an_hour_for_a_provider(make_message: MakeMessage, hours: Hours) -> None:
    messages = messages_of(make_message, 1)
    book, channel = scripted(messages, [SlowDown("429", retry_after_seconds=3600.0)])
    send_messages(messages, book=book, channel=channel, lane=hours.lane())
    assert hours.pauses == [LONGEST_PAUSE_SECONDS]


def test_a_limit_of_the_settings_is_kept_by_batches_that_share_a_lane(make_message: MakeMessage, hours: Hours) -> None:
    lane = hours.lane(per_second=5.0)
    for _ in range(2):
        messages = messages_of(make_message, 50)
        book, channel = scripted(messages, [])
        send_messages(messages, book=book, channel=channel, lane=lane)
    assert hours.now == pytest.approx(99 / 5.0)


def test_what_is_under_claim_at_a_slow_provider_is_what_leaves_in_a_second(
    make_message: MakeMessage, hours: Hours
) -> None:
    messages = messages_of(make_message, 60)
    book, channel = scripted(messages, [])
    send_messages(messages, book=book, channel=channel, lane=hours.lane(per_second=4.0))
    assert {len(keys) for kind, keys in book.log if kind == "claim"} == {4}


def test_what_waits_or_was_cancelled_is_not_sent(make_message: MakeMessage, hours: Hours) -> None:
    messages = messages_of(make_message, 6)
    book, channel = scripted(messages, [], awaiting=frozenset({"k001"}), cancelled=frozenset({"k002", "k003"}))
    counts = send_messages(messages, book=book, channel=channel, lane=hours.lane())
    assert (counts.accepted, counts.awaiting, counts.cancelled) == (3, 1, 2)
    assert channel.sent == ["k000", "k004", "k005"]
    assert str(counts) == "accepted 3, cancelled 2, awaiting 1"


_STEPS = st.sampled_from([OK, OK, OK, Refused("550"), NothingLeft("429"), OutcomeUnknown("drop"), NotAllowed("401")])


@given(script=st.lists(_STEPS, max_size=60), count=st.integers(1, 50), runs=st.integers(1, 3))
@settings(max_examples=150, deadline=None)
def test_whatever_happens_no_message_leaves_twice_and_the_counts_add_up(
    script: list[object], count: int, runs: int
) -> None:
    messages = {f"k{n:03}": _plain(n) for n in range(count)}
    book, channel = scripted(messages, script)
    for _ in range(runs):
        try:
            counts = send_messages(messages, book=book, channel=channel, lane=Hours().lane())
        except ChannelStopped as stopped:
            counts = stopped.counts
        assert sum(value for value in vars(counts).values() if isinstance(value, int)) == count
        assert "claimed" not in book.states.values()
    assert len(channel.sent) == len(set(channel.sent))
    accepted = [key for key, state in book.states.items() if state in {"accepted", "unknown"}]
    assert sorted(channel.sent) == sorted(accepted)


def _plain(n: int) -> OutboundMessage:
    box = Mailbox("X", "x@x.example")
    return OutboundMessage(
        reminder_id=f"{n:032x}",
        sender=box,
        reply_to=box,
        recipient=box,
        copy_to=None,
        subject=f"k{n:03}",
        text="t",
        html="h",
        language="es",
        as_of=date(2026, 11, 20),
    )
