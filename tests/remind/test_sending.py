"""Sending a batch: what is claimed, what is repeated and what never is, with a book that remembers every step."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.remind.channels.protocol import (
    CannotTell,
    Lookup,
    NotAllowed,
    NothingLeft,
    OutcomeUnknown,
    Receipt,
    Refused,
    SlowDown,
)
from tasks.remind.delivery.breaker import COOL_DOWN_SECONDS, FAILURES_IN_A_ROW, LAST_PROBE, UNKNOWN_IN_A_ROW
from tasks.remind.delivery.lane import LONGEST_PAUSE_SECONDS, Lane, Time
from tasks.remind.delivery.outcomes import Attempt, ChannelStopped, Claims, SendCounts
from tasks.remind.outbound import Mailbox, OutboundMessage
from tasks.remind.send import ROUNDS, send_messages

MakeMessage = Callable[..., OutboundMessage]
OK = "ok"


@dataclass
class Book:
    """A book of claims in memory that checks the states itself."""

    states: dict[str, str]
    awaiting: frozenset[str] = frozenset()
    cancelled: frozenset[str] = frozenset()
    stopped_after: int | None = None
    room: int | None = None
    log: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    begun: list[str] = field(default_factory=list)

    def claim(self, keys: Sequence[str], *, settling: Sequence[Attempt] = ()) -> Claims:
        if settling:
            self.settle(settling)
        assert "claimed" not in self.states.values(), "a group was claimed before the one before it was settled"
        if self.stopped_after is not None and self.claims >= self.stopped_after:
            return Claims((), stopped=len(keys))
        planned = [key for key in keys if self.states.get(key) == "planned"]
        claimed = [key for key in planned if key not in self.awaiting | self.cancelled]
        over_limit = 0
        if self.room is not None:
            over_limit = max(len(claimed) - self.room, 0)
            planned = [key for key in planned if key not in claimed[self.room :]]
            claimed = claimed[: self.room]
            self.room -= len(claimed)
        for key in planned:
            self.states[key] = "claimed" if key in claimed else "cancelled" if key in self.cancelled else "planned"
        self.log.append(("claim", tuple(claimed)))
        awaiting = sum(key in self.awaiting for key in planned)
        cancelled = sum(key in self.cancelled for key in planned)
        skipped = len(keys) - len(claimed) - awaiting - cancelled - over_limit
        return Claims(tuple(claimed), cancelled, awaiting, skipped, over_limit=over_limit)

    @property
    def claims(self) -> int:
        return sum(kind == "claim" for kind, _ in self.log)

    def begin(self, reminder_key: str) -> None:
        assert self.states[reminder_key] == "claimed"
        self.begun.append(reminder_key)

    def end(self, attempt: Attempt) -> None:
        assert self.begun[-1] == attempt.reminder_key

    def settle(self, outcomes: Sequence[Attempt]) -> None:
        for outcome in outcomes:
            assert self.states[outcome.reminder_key] == "claimed"
            self.states[outcome.reminder_key] = outcome.settlement
        self.log.append(("settle", tuple(outcome.reminder_key for outcome in outcomes)))


@dataclass
class Script:
    """A channel that does what the script says, message by message, and accepts afterwards."""

    book: Book
    script: list[object] = field(default_factory=list)
    name: str = "script"
    proves_absence: bool = False
    sent: list[str] = field(default_factory=list)

    def send(self, message: OutboundMessage) -> Receipt:
        key = message.subject
        assert self.book.states[key] == "claimed", "sent without a claim"
        assert self.book.begun[-1] == key, "sent without a note"
        step = self.script.pop(0) if self.script else OK
        if isinstance(step, BaseException):
            if isinstance(step, OutcomeUnknown):
                self.sent.append(key)
            raise step
        self.sent.append(key)
        return Receipt(self.name, f"id-{key}")

    def lookup(self, reminder_id: str) -> Lookup:
        return CannotTell("a script")

    def close(self) -> None:
        pass


def _messages(make_message: MakeMessage, count: int) -> dict[str, OutboundMessage]:
    return {f"k{n:03}": make_message(n, subject=f"k{n:03}") for n in range(count)}


def _set(messages: dict[str, OutboundMessage], script: list[object], **book: frozenset[str]) -> tuple[Book, Script]:
    state = Book(dict.fromkeys(messages, "planned"), **book)
    return state, Script(state, script)


@dataclass
class Hours:
    """A clock that stands still until somebody pauses, and what he paused."""

    now: float = 0.0
    pauses: list[float] = field(default_factory=list)

    def lane(self, per_second: float | None = None) -> Lane:
        return Lane(Time(lambda: self.now, self._pause), per_second=per_second)

    def _pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds


@pytest.fixture
def hours() -> Hours:
    return Hours()


def test_every_message_is_claimed_sent_once_and_settled(make_message: MakeMessage, hours: Hours) -> None:
    messages = _messages(make_message, 45)
    book, channel = _set(messages, [])
    counts = send_messages(messages, book=book, channel=channel, lane=hours.lane(), in_flight=20)
    assert counts.accepted == 45
    assert channel.sent == list(messages)
    assert set(book.states.values()) == {"accepted"}
    assert [len(keys) for kind, keys in book.log if kind == "claim"] == [20, 20, 5]
    again = send_messages(messages, book=book, channel=channel, lane=hours.lane())
    assert (again.accepted, again.skipped) == (0, 45)
    assert len(channel.sent) == 45


def test_outcomes_are_settled_as_what_they_prove(make_message: MakeMessage, hours: Hours) -> None:
    messages = _messages(make_message, 5)
    book, channel = _set(messages, [OK, Refused("no such user"), OutcomeUnknown("no answer"), OK, OK])
    counts = send_messages(messages, book=book, channel=channel, lane=hours.lane())
    assert list(book.states.values()) == ["accepted", "rejected", "unknown", "accepted", "accepted"]
    assert (counts.accepted, counts.rejected, counts.unknown) == (3, 1, 1)


def test_what_provably_did_not_leave_is_tried_again_after_the_others(make_message: MakeMessage, hours: Hours) -> None:
    messages = _messages(make_message, 3)
    book, channel = _set(messages, [NothingLeft("450 put off"), OK, OK, OK])
    assert send_messages(messages, book=book, channel=channel, lane=hours.lane()).accepted == 3
    assert channel.sent == ["k001", "k002", "k000"]
    assert hours.pauses == []


def test_a_provider_that_asks_for_less_is_left_alone_as_long_as_it_says_with_nothing_under_claim(
    make_message: MakeMessage, hours: Hours
) -> None:
    messages = _messages(make_message, 30)
    book, channel = _set(messages, [OK] * 10 + [SlowDown("429", retry_after_seconds=7.0)])
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
    messages = _messages(make_message, 1)
    book, channel = _set(messages, [SlowDown("429", retry_after_seconds=3600.0)])
    send_messages(messages, book=book, channel=channel, lane=hours.lane())
    assert hours.pauses == [LONGEST_PAUSE_SECONDS]


def test_a_limit_of_the_settings_is_kept_by_batches_that_share_a_lane(make_message: MakeMessage, hours: Hours) -> None:
    lane = hours.lane(per_second=5.0)
    for _ in range(2):
        messages = _messages(make_message, 50)
        book, channel = _set(messages, [])
        send_messages(messages, book=book, channel=channel, lane=lane)
    assert hours.now == pytest.approx(99 / 5.0)


def test_what_is_under_claim_at_a_slow_provider_is_what_leaves_in_a_second(
    make_message: MakeMessage, hours: Hours
) -> None:
    messages = _messages(make_message, 60)
    book, channel = _set(messages, [])
    send_messages(messages, book=book, channel=channel, lane=hours.lane(per_second=4.0))
    assert {len(keys) for kind, keys in book.log if kind == "claim"} == {4}


def test_a_message_that_never_leaves_stays_planned_and_the_batch_does_not_end_as_a_success(
    make_message: MakeMessage, hours: Hours
) -> None:
    messages = _messages(make_message, 2)
    book, channel = _set(messages, [OK] + [NothingLeft("450")] * ROUNDS)
    with pytest.raises(ChannelStopped, match="1 messages did not leave") as raised:
        send_messages(messages, book=book, channel=channel, lane=hours.lane())
    assert not raised.value.is_lasting
    assert raised.value.counts == SendCounts(accepted=1, not_sent=1)
    assert book.states == {"k000": "accepted", "k001": "planned"}
    assert send_messages(messages, book=book, channel=channel, lane=hours.lane()).accepted == 1


def test_refused_credentials_stop_every_batch_of_the_channel_at_once_and_leave_the_rest_planned(
    make_message: MakeMessage, hours: Hours
) -> None:
    messages = _messages(make_message, 30)
    book, channel = _set(messages, [OK, NotAllowed("SendGrid does not accept the API key (401)")])
    lane = hours.lane()
    with pytest.raises(ChannelStopped, match="401") as raised:
        send_messages(messages, book=book, channel=channel, lane=lane)
    assert raised.value.is_lasting
    assert (raised.value.counts.accepted, raised.value.counts.not_sent) == (1, 29)
    assert sorted(book.states.values()) == ["accepted"] + ["planned"] * 29
    other_book, other = _set(messages, [])
    with pytest.raises(ChannelStopped, match="401"):
        send_messages(messages, book=other_book, channel=other, lane=lane)
    assert other_book.claims == 0


@pytest.mark.parametrize(
    ("failure", "number", "is_lasting"),
    [
        (NothingLeft("refused"), FAILURES_IN_A_ROW + LAST_PROBE["failed"], False),
        (OutcomeUnknown("500"), UNKNOWN_IN_A_ROW + LAST_PROBE["unknown"], True),
    ],
)
def test_failures_in_a_row_stop_the_batch_but_for_a_few_single_probes_after_longer_and_longer_pauses(
    make_message: MakeMessage, hours: Hours, failure: Exception, number: int, is_lasting: bool
) -> None:
    messages = _messages(make_message, 30)
    book, channel = _set(messages, [OK] + [failure] * 50)
    with pytest.raises(ChannelStopped, match="still fails") as raised:
        send_messages(messages, book=book, channel=channel, lane=hours.lane())
    assert raised.value.is_lasting == is_lasting
    assert 50 - len([step for step in channel.script if step is failure]) == number
    assert "claimed" not in book.states.values()
    assert [pause for pause in hours.pauses if pause >= COOL_DOWN_SECONDS[0]] == list(
        COOL_DOWN_SECONDS[: number - (UNKNOWN_IN_A_ROW if is_lasting else FAILURES_IN_A_ROW)]
    )


def test_a_provider_that_comes_back_is_found_by_a_probe_and_the_batch_goes_on(
    make_message: MakeMessage, hours: Hours
) -> None:
    messages = _messages(make_message, 40)
    book, channel = _set(messages, [OK] * 5 + [NothingLeft("refused")] * (FAILURES_IN_A_ROW + 1))
    assert send_messages(messages, book=book, channel=channel, lane=hours.lane()).accepted == 40
    assert COOL_DOWN_SECONDS[1] in hours.pauses


def test_failures_with_answers_between_them_stop_the_batch_by_their_rate(
    make_message: MakeMessage, hours: Hours
) -> None:
    messages = _messages(make_message, 200)
    book, channel = _set(messages, [OutcomeUnknown("500"), OK, OK] * 50 + [OutcomeUnknown("500")] * 50)
    with contextlib.suppress(ChannelStopped):
        send_messages(messages, book=book, channel=channel, lane=hours.lane())
    assert COOL_DOWN_SECONDS[0] in hours.pauses, "a quarter of forty unknown opens the breaker"


def test_single_faults_do_not_stop_the_batch(make_message: MakeMessage, hours: Hours) -> None:
    messages = _messages(make_message, 200)
    book, channel = _set(messages, ([OK] * 12 + [OutcomeUnknown("500")]) * 15)
    counts = send_messages(messages, book=book, channel=channel, lane=hours.lane())
    assert (counts.unknown, counts.accepted) == (15, 185)
    assert hours.pauses == []


def test_a_stop_by_a_person_holds_from_the_next_group_on(make_message: MakeMessage, hours: Hours) -> None:
    messages = _messages(make_message, 50)
    book, channel = _set(messages, [])
    book.stopped_after = 2
    counts = send_messages(messages, book=book, channel=channel, lane=hours.lane(), in_flight=10)
    assert counts == SendCounts(accepted=20, stopped=30)
    assert sorted(book.states.values()) == ["accepted"] * 20 + ["planned"] * 30


def test_a_full_day_leaves_the_rest_planned(make_message: MakeMessage, hours: Hours) -> None:
    messages = _messages(make_message, 50)
    book, channel = _set(messages, [])
    book.room = 25
    counts = send_messages(messages, book=book, channel=channel, lane=hours.lane(), in_flight=10)
    assert counts == SendCounts(accepted=25, over_limit=25)
    assert book.claims == 4, "once there is no room nobody asks again"


def test_refusals_of_single_recipients_do_not_stop_the_batch(make_message: MakeMessage, hours: Hours) -> None:
    messages = _messages(make_message, 20)
    book, channel = _set(messages, [Refused("no such user")] * 20)
    assert send_messages(messages, book=book, channel=channel, lane=hours.lane()).rejected == 20


@pytest.mark.parametrize("interruption", [KeyboardInterrupt(), RuntimeError("a defect of ours")])
def test_an_interruption_leaves_the_message_under_way_unknown_and_the_others_planned(
    make_message: MakeMessage, hours: Hours, interruption: BaseException
) -> None:
    messages = _messages(make_message, 4)
    book, channel = _set(messages, [OK, interruption])
    with pytest.raises(type(interruption)):
        send_messages(messages, book=book, channel=channel, lane=hours.lane())
    assert list(book.states.values()) == ["accepted", "unknown", "planned", "planned"]


def test_a_claim_that_has_grown_old_goes_back_before_others_take_it_for_lost(
    make_message: MakeMessage, hours: Hours
) -> None:
    messages = _messages(make_message, 30)
    book, channel = _set(messages, [])

    def slow(message: OutboundMessage) -> Receipt:
        hours.now += 119.0
        return Script.send(channel, message)

    channel.send = slow  # type: ignore[method-assign]
    assert send_messages(messages, book=book, channel=channel, lane=hours.lane()).accepted == 30
    first_group = next(keys for kind, keys in book.log if kind == "settle")
    assert channel.sent == sorted(messages)
    assert [len(keys) for kind, keys in book.log if kind == "claim"][:2] == [30, 1]
    assert len(first_group) == 30, "what was not begun in time is given back"


def test_what_waits_or_was_cancelled_is_not_sent(make_message: MakeMessage, hours: Hours) -> None:
    messages = _messages(make_message, 6)
    book, channel = _set(messages, [], awaiting=frozenset({"k001"}), cancelled=frozenset({"k002", "k003"}))
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
    book, channel = _set(messages, script)
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
