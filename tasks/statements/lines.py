"""The shapes of a comparison: what they list, what we hold, and what was found. Amounts are signed as the debt is: positive what is owed to us."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

NOTHING = Decimal("0.00")


class LineKind(StrEnum):
    """What a line of a statement is."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"
    PAYMENT = "payment"


@dataclass(frozen=True)
class TheirLine:
    """One line of the debtor's statement; `row` counts from 1 below its header. Credit notes and payments are negative."""

    row: int
    kind: LineKind
    number: str
    day: date | None
    currency: str
    amount: Decimal


@dataclass(frozen=True)
class OurDocument:
    """One document of ours with all its instalments: what it was made out for, and what of it is open (credit notes negative)."""

    number: str
    kind: LineKind
    receivable_ids: tuple[str, ...]
    other_numbers: tuple[str, ...]
    issued_on: date
    currency: str
    amount: Decimal
    open_amount: Decimal
    settled_on: date | None


@dataclass(frozen=True)
class OurPayment:
    """A payment that we booked, positive, with what of it is laid on which document, and what on nothing; `parts`: the ids of several as one."""

    payment_id: str
    paid_on: date
    currency: str
    amount: Decimal
    unapplied_amount: Decimal
    laid_on: tuple[tuple[str, Decimal], ...]
    parts: tuple[str, ...] = ()


class Finding(StrEnum):
    """What an item of the comparison turned out to be; `AGREED` is no difference."""

    AGREED = "agreed"
    TIMING = "timing"
    MISSING_INVOICE = "missing_invoice"
    UNKNOWN_INVOICE = "unknown_invoice"
    UNAPPLIED_PAYMENT = "unapplied_payment"
    PAYMENT_NOT_RECEIVED = "payment_not_received"
    DOCUMENT_NOT_LISTED = "document_not_listed"
    SHORT_PAYMENT = "short_payment"
    SETTLED_HERE = "settled_here"
    CREDIT_NOT_TAKEN = "credit_not_taken"
    CREDIT_NOT_ISSUED = "credit_not_issued"
    AMOUNT_DIFFERS = "amount_differs"


@dataclass(frozen=True)
class Item:
    """One thing that either side lists. `difference` = ours less theirs: positive where we hold that more is owed.

    `matched_by`: `number`, `digits`, `amount_and_day`, `payment`, or nothing where only one side has it.
    """

    finding: Finding
    currency: str
    number: str
    ours: Decimal
    theirs: Decimal
    matched_by: str
    day: date | None
    receivable_ids: tuple[str, ...] = ()
    payment_id: str | None = None
    rows: tuple[int, ...] = ()

    @property
    def difference(self) -> Decimal:
        return self.ours - self.theirs


@dataclass(frozen=True)
class Balance:
    """The two balances of one currency and what lies between them: `ours` = `theirs` + the differences of all its items."""

    currency: str
    ours: Decimal
    theirs: Decimal


@dataclass(frozen=True)
class Comparison:
    """A statement compared: every line of theirs and everything that is open with us is in exactly one item."""

    customer_id: str
    statement_date: date
    items: tuple[Item, ...]
    balances: tuple[Balance, ...]

    @property
    def differences(self) -> tuple[Item, ...]:
        """The items that somebody has to look at."""
        return tuple(item for item in self.items if item.finding is not Finding.AGREED)
