"""What became of messages: of one, of a claim, of a batch; and why a batch ends before its end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from tasks.problems import Problem, UserProblem
from tasks.remind.channels.protocol import Receipt

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
    """What a claim gave: the keys that may be sent now, and how many of the others stand where.

    `stopped`, `over_limit` and `not_listed` are left planned: a person stopped sending, the day has no room for more, or their
    recipients are not on the list of those who may be written to.
    """

    claimed: tuple[str, ...]
    cancelled: int = 0
    awaiting: int = 0
    skipped: int = 0
    quiet: int = 0
    stopped: int = 0
    over_limit: int = 0
    not_listed: int = 0


class ClaimBook(Protocol):
    """What sending needs of the ledger (`tasks.remind.claims` is the real one)."""

    def claim(self, keys: Sequence[str], *, settling: Sequence[Attempt] = ()) -> Claims:
        """Records what became of the group before (`settling`) and claims what of `keys` may be sent; durable when this returns."""
        ...

    def begin(self, reminder_key: str) -> None:
        """Notes that a claimed message is about to leave; kept if this process is killed."""
        ...

    def end(self, attempt: Attempt) -> None:
        """Notes what became of it; kept if this process is killed."""
        ...

    def settle(self, outcomes: Sequence[Attempt]) -> None:
        """Records what became of claimed reminders; durable when this returns."""
        ...


@dataclass(frozen=True, kw_only=True)
class SendCounts:
    """What happened to a batch, in numbers of messages; they add up to the batch.

    `not_sent`, `stopped`, `over_limit`, `not_listed`: nothing left of these, they are still planned. `skipped`: sent, settled or
    superseded before. `quiet`: it is outside the hours of the debtor's clock; these are still planned, too, and the first of them can
    be sent at `quiet_until`, in UTC.
    """

    accepted: int = 0
    rejected: int = 0
    unknown: int = 0
    cancelled: int = 0
    awaiting: int = 0
    skipped: int = 0
    quiet: int = 0
    stopped: int = 0
    over_limit: int = 0
    not_listed: int = 0
    not_sent: int = 0
    quiet_until: datetime | None = None

    def __str__(self) -> str:
        counts = {name: count for name, count in vars(self).items() if count and name != "quiet_until"}
        told = ", ".join(f"{name.replace('_', ' ')} {count}" for name, count in counts.items()) or "nothing"
        return told if self.quiet_until is None else f"{told} (from {self.quiet_until:%Y-%m-%d %H:%M} UTC)"


@dataclass(frozen=True)
class Stop:
    """Why no further message is tried. `is_lasting`: trying again changes nothing before someone acts."""

    what: str
    fix: str
    is_lasting: bool


class ChannelCrashed(RuntimeError):
    """A defect of ours in a channel, without the text of the error: only its type and where it was raised."""


class ChannelStopped(UserProblem):
    """Sending stopped because the provider refuses us or keeps failing; what is not sent is still planned.

    `is_lasting`: trying again changes nothing before someone acts.
    """

    def __init__(self, channel: str, why: Stop, *, counts: SendCounts) -> None:
        super().__init__(Problem("error", f"channel {channel}", why.what, why.fix))
        self.is_lasting = why.is_lasting
        self.counts = counts
