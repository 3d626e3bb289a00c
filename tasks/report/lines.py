"""The lines a run's summary is made of: counts and sums per currency, without names of customers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

Bucket = Literal["current", "1-30", "31-60", "61-90", "90+"]

Kind = Literal["open", "new", "cleared"]

KINDS: tuple[Kind, ...] = ("open", "new", "cleared")

BUCKETS: tuple[Bucket, ...] = ("current", "1-30", "31-60", "61-90", "90+")


@dataclass(frozen=True, kw_only=True)
class FileLine:
    """One file that was read: rows in = landed + quarantined + duplicates; `set_aside` stand beside them, no rows of the contract."""

    source: str
    contract: str
    file: str
    rows_in: int
    landed: int
    quarantined: int
    duplicates: int
    set_aside: int


@dataclass(frozen=True, kw_only=True)
class AmountLine:
    """Money of one contract and currency through the same boundary; currency `?` are rows whose amount cannot be read."""

    contract: str
    currency: str
    amount_in: Decimal
    landed: Decimal
    quarantined: Decimal
    duplicates: Decimal


@dataclass(frozen=True, kw_only=True)
class FileAmountLine:
    """The same money of one file and currency; `?` again where the amount cannot be read."""

    source: str
    file: str
    currency: str
    amount_in: Decimal
    landed: Decimal
    quarantined: Decimal
    duplicates: Decimal


@dataclass(frozen=True, kw_only=True)
class SetAsideLine:
    """Rows of one file that are no rows of its contract, for one reason."""

    source: str
    file: str
    reason: str
    rows: int


@dataclass(frozen=True, kw_only=True)
class AgingLine:
    """What is open in one currency and ageing bucket."""

    currency: str
    bucket: Bucket
    receivables: int
    amount: Decimal


@dataclass(frozen=True, kw_only=True)
class DecisionLine:
    """Open receivables of one decision, reason and currency."""

    decision: str
    reason: str
    currency: str
    receivables: int
    amount: Decimal


@dataclass(frozen=True, kw_only=True)
class MessageLine:
    """Messages of the day by segment, step, channel and currency."""

    segment: str
    step: str
    channel: str
    currency: str
    messages: int
    receivables: int
    amount: Decimal
    needing_approval: int


@dataclass(frozen=True, kw_only=True)
class BatchLine:
    """A batch that is sent together."""

    segment: str
    channel: str
    batch_number: int
    messages: int


@dataclass(frozen=True, kw_only=True)
class RejectLine:
    """Refused rows of one contract and reason; a row with two reasons counts in both."""

    contract: str
    kind: str
    reason: str
    fix: str
    rows: int


@dataclass(frozen=True, kw_only=True)
class QuarantineLine:
    """Refused rows of one contract and currency ('': no money in it, '?': not readable): open, new, and cleared.

    New and cleared are since the delivery before the newest. `open_since`: when the oldest of the open ones came; None without any.
    """

    contract: str
    currency: str
    open_rows: int
    open_amount: Decimal
    open_since: date | None
    new_rows: int
    new_amount: Decimal
    cleared_rows: int
    cleared_amount: Decimal


@dataclass(frozen=True, kw_only=True)
class TaskLine:
    """Contact data to ask for: how many things of one kind, of how many customers."""

    task: str
    tasks: int
    customers: int


@dataclass(frozen=True, kw_only=True)
class DutyLine:
    """Tasks of our own people by what we owe: how many, how many of them overdue, and how many without an owner."""

    duty: str
    tasks: int
    overdue: int
    without_owner: int


@dataclass(frozen=True, kw_only=True)
class DuplicateLine:
    """Pairs of customers that may be one debtor, by how much speaks for it."""

    strength: str
    pairs: int


@dataclass(frozen=True, kw_only=True)
class KpiLine:
    """A metric over all customers in the last complete month, beside the month before."""

    currency: str
    metric: str
    unit: str
    month: date
    value: Decimal
    before: Decimal | None


@dataclass(frozen=True, kw_only=True)
class ScoreLine:
    """Open receivables by what their score stands on: the method, the model's name ('': none), and how many of each confidence."""

    method: str
    model: str
    receivables: int
    high: int
    medium: int
    low: int
