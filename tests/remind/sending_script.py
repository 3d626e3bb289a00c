"""A book of claims, a channel that follows a script, and a clock: what sending is tried with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tasks.remind.channels.protocol import (
    CannotTell,
    Lookup,
    OutcomeUnknown,
    Receipt,
)
from tasks.remind.delivery.lane import Lane, Time
from tasks.remind.delivery.outcomes import Attempt, Claims
from tasks.remind.outbound import OutboundMessage

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


def messages_of(make_message: MakeMessage, count: int) -> dict[str, OutboundMessage]:
    """`count` messages by key, which is their subject."""
    return {f"k{n:03}": make_message(n, subject=f"k{n:03}") for n in range(count)}


def scripted(messages: dict[str, OutboundMessage], script: list[object], **book: frozenset[str]) -> tuple[Book, Script]:
    """A book in which the messages are planned, and a channel beside it."""
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
