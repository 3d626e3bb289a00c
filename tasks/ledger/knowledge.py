"""What people learned from customers, recorded: promises, disputes, holds, opt-outs, confirmations, duties of ours.

Every value carries `recorded_on`, the day the ledger learned it; a decision for an earlier day is made without it.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import Connection, Table, and_, insert, update

from tasks.ledger.knowledge_tables import confirmations, disputes, duty_entries, holds, opt_outs, promises
from tasks.problems import LedgerProblem


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What all have in common. `author` is who recorded it, at the creditor."""

    table: ClassVar[Table]
    id_prefix: ClassVar[str]

    customer_id: str
    author: str
    recorded_on: date


@dataclass(frozen=True, kw_only=True)
class Promise(Entry):
    """The customer will pay on `promised_for`: `amount` (None: all that is open) of a receivable (None: of everything).

    An instalment of a payment plan names it, with the sum of its instalments up to this one: `tasks.ledger.payment_plans`.
    """

    table: ClassVar[Table] = promises
    id_prefix: ClassVar[str] = "promise"

    promised_for: date
    receivable_id: str | None = None
    amount: Decimal | None = None
    currency: str | None = None
    plan_id: str | None = None
    plan_amount: Decimal | None = None

    def __post_init__(self) -> None:
        if (self.amount is None) != (self.currency is None) or (self.amount is not None and self.amount <= 0):
            raise LedgerProblem.at(
                f"promise of customer {self.customer_id}",
                f"has the amount {self.amount} and the currency {self.currency}",
                "Give a positive amount with its currency, or neither.",
            )


class DisputeKind(StrEnum):
    """What a dispute is about: the closed list of docs/strategy.md, Disputes."""

    WRONG_PRICE = "wrong_price"
    WRONG_QUANTITY = "wrong_quantity"
    NOT_RECEIVED = "not_received"
    DAMAGED = "damaged"
    NOT_ORDERED = "not_ordered"
    WRONG_ORDER_NUMBER = "wrong_order_number"
    PAID_ALREADY = "paid_already"
    OTHER = "other"


@dataclass(frozen=True, kw_only=True)
class Dispute(Entry):
    """The customer objects, from `opened_on` until it is resolved: in his words, to `amount` of the receivable (None: all of it)."""

    table: ClassVar[Table] = disputes
    id_prefix: ClassVar[str] = "dispute"

    reason: str
    opened_on: date
    receivable_id: str | None = None
    kind: DisputeKind = DisputeKind.OTHER
    amount: Decimal | None = None
    currency: str | None = None

    def __post_init__(self) -> None:
        if self.amount is None and self.currency is None:
            return
        if self.amount is None or self.currency is None or self.amount <= 0 or self.receivable_id is None:
            raise LedgerProblem.at(
                f"dispute of customer {self.customer_id}",
                f"has the amount {self.amount}, the currency {self.currency} and the receivable {self.receivable_id}",
                "Give a positive amount with its currency and its receivable, or no amount.",
            )


@dataclass(frozen=True, kw_only=True)
class Hold(Entry):
    """We leave the customer in peace, from `from_on` to `until_on`, both included (None: until released)."""

    table: ClassVar[Table] = holds
    id_prefix: ClassVar[str] = "hold"

    reason: str
    from_on: date
    until_on: date | None = None
    receivable_id: str | None = None

    def __post_init__(self) -> None:
        if self.until_on is not None and self.until_on < self.from_on:
            raise LedgerProblem.at(
                f"hold on customer {self.customer_id}",
                f"ends on {self.until_on}, before it begins on {self.from_on}",
                "Give a later last day.",
            )


@dataclass(frozen=True, kw_only=True)
class OptOut(Entry):
    """The customer wants no messages on `channel` (None: on any) from `from_on`."""

    table: ClassVar[Table] = opt_outs
    id_prefix: ClassVar[str] = "opt-out"

    from_on: date
    channel: str | None = None


@dataclass(frozen=True, kw_only=True)
class Confirmation(Entry):
    """The customer confirmed something of `kind`, such as that the invoice or the goods arrived."""

    table: ClassVar[Table] = confirmations
    id_prefix: ClassVar[str] = "confirmation"

    kind: str
    confirmed_on: date
    receivable_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class DutyEntry(Entry):
    """We owe the customer `duty` (tasks/duties/kinds.yaml) since `noted_on`; or, with `is_met`, it was done by then."""

    table: ClassVar[Table] = duty_entries
    id_prefix: ClassVar[str] = "duty"

    duty: str
    is_met: bool
    noted_on: date
    receivable_id: str | None = None
    contact_id: str | None = None
    note: str | None = None


Knowledge = Promise | Dispute | Hold | OptOut | Confirmation | DutyEntry


def record(connection: Connection, company_id: str, learned: Entry) -> str:
    """Records `learned`; returns its id."""
    record_id = f"{learned.id_prefix}-{secrets.token_hex(6)}"
    values = {column.name: getattr(learned, column.name) for column in fields(learned)}
    key = next(iter(learned.table.primary_key))
    connection.execute(insert(learned.table).values({**values, "company_id": company_id, key.name: record_id}))
    return record_id


def resolve_dispute(connection: Connection, company_id: str, dispute_id: str, *, resolved_on: date) -> None:
    """The dispute ended; `resolved_on` is the first day without it."""
    is_it = and_(
        disputes.c.dispute_id == dispute_id, disputes.c.company_id == company_id, disputes.c.resolved_on.is_(None)
    )
    ended = connection.execute(update(disputes).where(is_it).values(resolved_on=resolved_on))
    _require_one(ended.rowcount, dispute_id)


def release_hold(connection: Connection, company_id: str, hold_id: str, *, released_on: date) -> None:
    """The hold ended; `released_on` is the first day without it."""
    is_it = and_(holds.c.hold_id == hold_id, holds.c.company_id == company_id, holds.c.released_on.is_(None))
    ended = connection.execute(update(holds).where(is_it).values(released_on=released_on))
    _require_one(ended.rowcount, hold_id)


def _require_one(number: int, record_id: str) -> None:
    if number != 1:
        raise LedgerProblem.at(record_id, "is not open in the ledger", "Check the id; it may have ended before.")
