"""Sending a batch: what is claimed, what is repeated and what never is, with a book that remembers every step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.remind.channels.protocol import CannotTell, Lookup, NotAllowed, NothingLeft, OutcomeUnknown, Receipt, Refused
from tasks.remind.outbound import Mailbox, OutboundMessage
from tasks.remind.send import (
    CLAIMED_AT_ONCE,
    FAILURES_IN_A_ROW,
    LONGEST_PAUSE_SECONDS,
    ROUNDS,
    UNKNOWN_IN_A_ROW,
    Attempt,
    ChannelStopped,
    Claims,
    SendCounts,
    send_messages,
)

MakeMessage = Callable[..., OutboundMessage]
OK = "ok"


@dataclass
class Book:
    """A book of claims in memory that checks the states itself."""

    states: dict[str, str]
    awaiting: frozenset[str] = frozenset()
    cancelled: frozenset[str] = frozenset()
    log: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)

    def claim(self, keys: Sequence[str]) -> Claims:
        planned = [key for key in keys if self.states.get(key) == "planned"]
        claimed = [key for key in planned if key not in self.awaiting | self.cancelled]
        for key in planned:
            self.states[key] = "claimed" if key in claimed else "cancelled" if key in self.cancelled else "planned"
        self.log.append(("claim", tuple(claimed)))
        awaiting = sum(key in self.awaiting for key in planned)
        cancelled = sum(key in self.cancelled for key in planned)
        return Claims(tuple(claimed), cancelled, awaiting, len(keys) - len(claimed) - awaiting - cancelled)

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


def test_every_message_is_claimed_sent_once_and_settled(make_message: MakeMessage, no_pause: list[float]) -> None:
    messages = _messages(make_message, 45)
    book, channel = _set(messages, [])
    counts = send_messages(messages, book=book, channel=channel, pause=no_pause.append)
    assert counts.accepted == 45
    assert channel.sent == list(messages)
    assert set(book.states.values()) == {"accepted"}
    assert [len(keys) for kind, keys in book.log if kind == "claim"] == [CLAIMED_AT_ONCE, CLAIMED_AT_ONCE, 5]
    again = send_messages(messages, book=book, channel=channel, pause=no_pause.append)
    assert (again.accepted, again.skipped) == (0, 45)
    assert len(channel.sent) == 45


def test_outcomes_are_settled_as_what_they_prove(make_message: MakeMessage, no_pause: list[float]) -> None:
    messages = _messages(make_message, 5)
    book, channel = _set(messages, [OK, Refused("no such user"), OutcomeUnknown("no answer"), OK, OK])
    counts = send_messages(messages, book=book, channel=channel, pause=no_pause.append)
    assert list(book.states.values()) == ["accepted", "rejected", "unknown", "accepted", "accepted"]
    assert (counts.accepted, counts.rejected, counts.unknown) == (3, 1, 1)


def test_what_provably_did_not_leave_is_claimed_again_after_the_pause_asked_for(
    make_message: MakeMessage, no_pause: list[float]
) -> None:
    messages = _messages(make_message, 3)
    book, channel = _set(messages, [NothingLeft("429", retry_after_seconds=7.0), OK, OK, OK])
    counts = send_messages(messages, book=book, channel=channel, pause=no_pause.append)
    assert counts.accepted == 3
    assert channel.sent == ["k001", "k002", "k000"]
    assert no_pause == [7.0]


def test_nobody_waits_an_hour_for_a_provider(make_message: MakeMessage, no_pause: list[float]) -> None:
    messages = _messages(make_message, 1)
    book, channel = _set(messages, [NothingLeft("429", retry_after_seconds=3600.0)])
    send_messages(messages, book=book, channel=channel, pause=no_pause.append)
    assert no_pause == [LONGEST_PAUSE_SECONDS]


def test_a_message_that_never_leaves_stays_planned_and_the_batch_does_not_end_as_a_success(
    make_message: MakeMessage, no_pause: list[float]
) -> None:
    messages = _messages(make_message, 2)
    book, channel = _set(messages, [OK] + [NothingLeft("429")] * ROUNDS)
    with pytest.raises(ChannelStopped, match="1 messages did not leave") as raised:
        send_messages(messages, book=book, channel=channel, pause=no_pause.append)
    assert not raised.value.is_lasting
    assert raised.value.counts == SendCounts(accepted=1, not_sent=1)
    assert book.states == {"k000": "accepted", "k001": "planned"}
    assert send_messages(messages, book=book, channel=channel, pause=no_pause.append).accepted == 1


def test_refused_credentials_stop_at_once_and_leave_the_rest_planned(
    make_message: MakeMessage, no_pause: list[float]
) -> None:
    messages = _messages(make_message, 30)
    book, channel = _set(messages, [OK, NotAllowed("SendGrid does not accept the API key (401)")])
    with pytest.raises(ChannelStopped, match="401") as raised:
        send_messages(messages, book=book, channel=channel, pause=no_pause.append)
    assert raised.value.is_lasting
    assert (raised.value.counts.accepted, raised.value.counts.not_sent) == (1, 29)
    assert sorted(book.states.values()) == ["accepted"] + ["planned"] * 29


@pytest.mark.parametrize(
    ("failure", "number", "is_lasting"),
    [(NothingLeft("refused"), FAILURES_IN_A_ROW, False), (OutcomeUnknown("500"), UNKNOWN_IN_A_ROW, True)],
)
def test_several_failures_in_a_row_stop_the_batch_and_unknown_ones_for_good(
    make_message: MakeMessage, no_pause: list[float], failure: Exception, number: int, is_lasting: bool
) -> None:
    messages = _messages(make_message, 30)
    book, channel = _set(messages, [OK] + [failure] * 50)
    with pytest.raises(ChannelStopped, match="in a row") as raised:
        send_messages(messages, book=book, channel=channel, pause=no_pause.append)
    assert raised.value.is_lasting == is_lasting
    assert 50 - len([step for step in channel.script if step is failure]) == number
    assert "claimed" not in book.states.values()


def test_unknown_outcomes_with_an_answer_between_them_do_not_stop_the_batch(
    make_message: MakeMessage, no_pause: list[float]
) -> None:
    messages = _messages(make_message, 30)
    book, channel = _set(messages, [OutcomeUnknown("500"), OutcomeUnknown("500"), OK] * 10)
    counts = send_messages(messages, book=book, channel=channel, pause=no_pause.append)
    assert (counts.unknown, counts.accepted) == (20, 10)


def test_refusals_of_single_recipients_do_not_stop_the_batch(make_message: MakeMessage, no_pause: list[float]) -> None:
    messages = _messages(make_message, 20)
    book, channel = _set(messages, [Refused("no such user")] * 20)
    assert send_messages(messages, book=book, channel=channel, pause=no_pause.append).rejected == 20


@pytest.mark.parametrize("interruption", [KeyboardInterrupt(), RuntimeError("a defect of ours")])
def test_an_interruption_leaves_the_message_under_way_unknown_and_the_others_planned(
    make_message: MakeMessage, no_pause: list[float], interruption: BaseException
) -> None:
    messages = _messages(make_message, 4)
    book, channel = _set(messages, [OK, interruption])
    with pytest.raises(type(interruption)):
        send_messages(messages, book=book, channel=channel, pause=no_pause.append)
    assert list(book.states.values()) == ["accepted", "unknown", "planned", "planned"]


def test_what_waits_or_was_cancelled_is_not_sent(make_message: MakeMessage, no_pause: list[float]) -> None:
    messages = _messages(make_message, 6)
    book, channel = _set(messages, [], awaiting=frozenset({"k001"}), cancelled=frozenset({"k002", "k003"}))
    counts = send_messages(messages, book=book, channel=channel, pause=no_pause.append)
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
            counts = send_messages(messages, book=book, channel=channel, pause=lambda seconds: None)
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
