"""Sends one batch: claim a few, send each once, settle them, go on. What may be repeated and what may not is decided here.

Every message is rendered before the first claim, so a template mistake leaves no claim behind.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Literal, Protocol

from tasks.problems import Problem, UserProblem
from tasks.progress import report
from tasks.remind.channels.protocol import Channel, NotAllowed, NothingLeft, OutcomeUnknown, Receipt, Refused
from tasks.remind.outbound import Outbound

CLAIMED_AT_ONCE = 20
"""Messages under claim at a time: what a kill leaves to be cleared up, against the cost of two durable commits."""
ROUNDS = 3
"""How often a batch comes back to messages of which nothing left."""
FAILURES_IN_A_ROW = 5
"""Failures one after another that mean the provider, not the message."""
UNKNOWN_IN_A_ROW = 3
"""Unknown outcomes one after another that mean a provider that hangs. Each is one for a person to find out, so no retry may add more;
two may be chance: with 4 % faults that happens once in 600 messages, three once in 16,000."""
LONGEST_PAUSE_SECONDS = 60.0

_WHEN_IT_IS_UP = (
    "See that the provider is up, then run again: nothing is sent twice. `puntual reconcile` clears up what is unknown."
)

Settlement = Literal["accepted", "rejected", "unknown", "planned"]


@dataclass(frozen=True)
class Attempt:
    """What became of one claimed reminder; `planned`: nothing left, and it may be claimed again. `detail` holds no personal data.

    `content_hash` is that of the message that was, or may have been, taken; None where nothing left.
    """

    reminder_key: str
    settlement: Settlement
    detail: str = ""
    receipt: Receipt | None = None
    content_hash: str | None = None


@dataclass(frozen=True)
class Claims:
    """What a claim gave: the keys that may be sent now, and how many of the others stand where."""

    claimed: tuple[str, ...]
    cancelled: int = 0
    awaiting: int = 0
    skipped: int = 0
    quiet: int = 0


class ClaimBook(Protocol):
    """What sending needs of the ledger (`tasks.remind.claims` is the real one)."""

    def claim(self, keys: Sequence[str]) -> Claims:
        """Claims what of `keys` may be sent; durable when this returns."""
        ...

    def settle(self, outcomes: Sequence[Attempt]) -> None:
        """Records what became of claimed reminders; durable when this returns."""
        ...


@dataclass(frozen=True, kw_only=True)
class SendCounts:
    """What happened to a batch, in numbers of messages; they add up to the batch.

    `not_sent`: nothing left of these, they are still planned. `skipped`: sent, settled or superseded before.
    `quiet`: it is outside the hours of the debtor's clock; these are still planned, too, and the first of them can be sent at
    `quiet_until`, in UTC.
    """

    accepted: int = 0
    rejected: int = 0
    unknown: int = 0
    cancelled: int = 0
    awaiting: int = 0
    skipped: int = 0
    quiet: int = 0
    not_sent: int = 0
    quiet_until: datetime | None = None

    def __str__(self) -> str:
        counts = {name: count for name, count in vars(self).items() if count and name != "quiet_until"}
        told = ", ".join(f"{name.replace('_', ' ')} {count}" for name, count in counts.items()) or "nothing"
        return told if self.quiet_until is None else f"{told} (from {self.quiet_until:%Y-%m-%d %H:%M} UTC)"


class ChannelCrashed(RuntimeError):
    """A defect of ours in a channel, without the text of the error: only its type and where it was raised."""


class ChannelStopped(UserProblem):
    """Sending stopped because the provider refuses us or keeps failing; what is not sent is still planned.

    `is_lasting`: trying again changes nothing before someone acts.
    """

    def __init__(self, channel: str, what: str, fix: str, *, is_lasting: bool, counts: SendCounts) -> None:
        super().__init__(Problem("error", f"channel {channel}", what, fix))
        self.is_lasting = is_lasting
        self.counts = counts


def send_messages(
    messages: Mapping[str, Outbound], *, book: ClaimBook, channel: Channel, pause: Callable[[float], None]
) -> SendCounts:
    """Sends `messages` (by reminder key) as far as the ledger allows; `pause` waits for so many seconds.

    Messages of which provably nothing left are tried again, at most `ROUNDS` times in all; all others are touched once.

    Raises:
        ChannelStopped: the provider refuses us, failed several times in a row, or did not let some of the messages leave; its counts say
            what happened to the others.
    """
    sending = _Sending(messages, book=book, channel=channel, pause=pause)
    waiting = list(messages)
    for _ in range(ROUNDS):
        if not waiting:
            break
        waiting = sending.go_through(waiting)
    counts = sending.counts(not_sent=len(waiting))
    if waiting:
        raise ChannelStopped(
            channel.name,
            f"{len(waiting)} messages did not leave in {ROUNDS} attempts ({counts})",
            _WHEN_IT_IS_UP,
            is_lasting=False,
            counts=counts,
        )
    return counts


class _Sending:
    """One batch on its way: what was settled so far, and how many failures came in a row."""

    def __init__(
        self,
        messages: Mapping[str, Outbound],
        *,
        book: ClaimBook,
        channel: Channel,
        pause: Callable[[float], None],
    ) -> None:
        self._messages = messages
        self._book = book
        self._channel = channel
        self._pause = pause
        self._settled: dict[Settlement, int] = {"accepted": 0, "rejected": 0, "unknown": 0, "planned": 0}
        self._cancelled = self._awaiting = self._skipped = self._quiet = self._failures = self._unknown = 0

    def go_through(self, keys: Sequence[str]) -> list[str]:
        """Claims, sends and settles `keys` group by group; returns those of which nothing left."""
        returned: list[str] = []
        for group in _groups(keys):
            claims = self._book.claim(group)
            self._cancelled += claims.cancelled
            self._awaiting += claims.awaiting
            self._skipped += claims.skipped
            self._quiet += claims.quiet
            outcomes: list[Attempt] = []
            stopped: _Stop | None = None
            try:
                stopped = self._send_group(claims.claimed, outcomes)
            finally:
                # Also on an interrupt: what was under way is unknown, what was not begun goes back.
                self._settle(
                    outcomes, claims.claimed, has_ended=len(outcomes) == len(claims.claimed) or stopped is not None
                )
            returned += [outcome.reminder_key for outcome in outcomes if outcome.settlement == "planned"]
            report("send", len(self._messages) - len(returned), len(self._messages))
            if stopped is not None:
                left = len(self._messages) - sum(self._settled[s] for s in ("accepted", "rejected", "unknown"))
                left -= self._cancelled + self._awaiting + self._skipped + self._quiet
                raise ChannelStopped(
                    self._channel.name,
                    stopped.what,
                    stopped.fix,
                    is_lasting=stopped.is_lasting,
                    counts=self.counts(not_sent=left),
                )
        return returned

    def counts(self, *, not_sent: int) -> SendCounts:
        """The numbers so far."""
        return SendCounts(
            accepted=self._settled["accepted"],
            rejected=self._settled["rejected"],
            unknown=self._settled["unknown"],
            cancelled=self._cancelled,
            awaiting=self._awaiting,
            skipped=self._skipped,
            quiet=self._quiet,
            not_sent=not_sent,
        )

    def _send_group(self, keys: Sequence[str], outcomes: list[Attempt]) -> _Stop | None:
        for key in keys:
            try:
                receipt = self._channel.send(self._messages[key])
            except NotAllowed as error:
                outcomes.append(Attempt(key, "planned", str(error)))
                return _Stop(
                    str(error),
                    "Correct the credentials or the sender, then run again: what was sent stays sent.",
                    is_lasting=True,
                )
            except Refused as error:
                outcomes.append(Attempt(key, "rejected", str(error)))
                self._failures = self._unknown = 0
                continue
            except NothingLeft as error:
                outcomes.append(Attempt(key, "planned", str(error)))
                self._unknown = 0
                failure, wait = str(error), error.retry_after_seconds
            except OutcomeUnknown as error:
                outcomes.append(Attempt(key, "unknown", str(error), content_hash=self._messages[key].content_hash))
                self._unknown += 1
                failure, wait = str(error), None
            except Exception as error:  # noqa: BLE001 its text may hold an address, and Prefect stores texts
                raise _crash(self._channel.name, error) from None
            else:
                content_hash = self._messages[key].content_hash
                outcomes.append(Attempt(key, "accepted", receipt=receipt, content_hash=content_hash))
                self._failures = self._unknown = 0
                continue
            self._failures += 1
            if self._unknown >= UNKNOWN_IN_A_ROW or self._failures >= FAILURES_IN_A_ROW:
                return _Stop(
                    f"{self._failures} messages in a row failed, the last one because: {failure}",
                    _WHEN_IT_IS_UP,
                    is_lasting=self._unknown >= UNKNOWN_IN_A_ROW,
                )
            self._pause(min(2.0 ** (self._failures - 1) if wait is None else wait, LONGEST_PAUSE_SECONDS))
        return None

    def _settle(self, outcomes: list[Attempt], claimed: Sequence[str], *, has_ended: bool) -> None:
        untouched = list(claimed[len(outcomes) :])
        if untouched and not has_ended:
            under_way = untouched.pop(0)
            content_hash = self._messages[under_way].content_hash
            outcomes.append(
                Attempt(under_way, "unknown", "interrupted while it was being sent", content_hash=content_hash)
            )
        outcomes += [Attempt(key, "planned", "not begun") for key in untouched]
        if outcomes:
            self._book.settle(outcomes)
        for outcome in outcomes:
            self._settled[outcome.settlement] += 1


@dataclass(frozen=True)
class _Stop:
    """Why no further message is tried."""

    what: str
    fix: str
    is_lasting: bool


def _groups(keys: Sequence[str]) -> Iterator[list[str]]:
    rest = iter(keys)
    while group := list(islice(rest, CLAIMED_AT_ONCE)):
        yield group


def _crash(channel: str, error: Exception) -> ChannelCrashed:
    place = traceback.extract_tb(error.__traceback__)[-1]
    return ChannelCrashed(f"channel {channel}: {type(error).__name__} in {place.name}, line {place.lineno}")
