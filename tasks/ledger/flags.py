"""What must be known of a customer before anybody writes: marks that people set, each with author, reason and last day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import Column, ColumnElement, Connection, Date, Index, String, Table, and_, or_, select, update

from tasks.ledger.events import chunks
from tasks.ledger.knowledge import Entry
from tasks.ledger.tables import metadata
from tasks.problems import LedgerProblem


class FlagKind(StrEnum):
    """The closed list; what each does is in docs/strategy.md, Flags."""

    VULNERABLE = "vulnerable"
    REPRESENTED_BY_LAWYER = "represented_by_lawyer"
    INSOLVENT = "insolvent"
    DECEASED = "deceased"
    CLOSED = "closed"


customer_flags = Table(
    "customer_flags",
    metadata,
    Column("flag_id", String, primary_key=True),
    Column("company_id", String, nullable=False),
    Column("customer_id", String, nullable=False),
    Column("author", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("reason", String, nullable=False),
    Column("from_on", Date, nullable=False),
    Column("until_on", Date, doc="Last day; empty: until released."),
    Column("released_on", Date, doc="First day without it."),
    Column("recorded_on", Date, nullable=False),
    Index(None, "company_id", "customer_id"),
)


@dataclass(frozen=True, kw_only=True)
class CustomerFlag(Entry):
    """The customer is `kind` from `from_on` to `until_on`, both included (None: until released)."""

    table: ClassVar[Table] = customer_flags
    id_prefix: ClassVar[str] = "flag"

    kind: FlagKind
    reason: str
    from_on: date
    until_on: date | None = None

    def __post_init__(self) -> None:
        if self.until_on is not None and self.until_on < self.from_on:
            raise LedgerProblem.at(
                f"flag of customer {self.customer_id}",
                f"ends on {self.until_on}, before it begins on {self.from_on}",
                "Give a later last day.",
            )


def release_flag(connection: Connection, company_id: str, flag_id: str, *, released_on: date) -> None:
    """The flag ended; `released_on` is the first day without it."""
    columns = customer_flags.c
    is_it = and_(columns.flag_id == flag_id, columns.company_id == company_id, columns.released_on.is_(None))
    if connection.execute(update(customer_flags).where(is_it).values(released_on=released_on)).rowcount != 1:
        raise LedgerProblem.at(flag_id, "is not open in the ledger", "Check the id; it may have ended before.")


def flags_in_force(
    connection: Connection, company_id: str, customers: Sequence[str], days: Iterable[date]
) -> set[tuple[str, FlagKind]]:
    """The flags of `customers` that are in force on any of `days`."""
    flag = customer_flags.c
    in_force = or_(*(_in_force_on(day) for day in sorted(set(days))))
    found: set[tuple[str, FlagKind]] = set()
    for chunk in chunks(customers):
        rows = connection.execute(
            select(flag.customer_id, flag.kind).where(
                flag.company_id == company_id, flag.customer_id.in_(chunk), in_force
            )
        )
        found.update((customer, FlagKind(kind)) for customer, kind in rows)
    return found


def vulnerable_since(connection: Connection, company_id: str, customers: Sequence[str], today: date) -> dict[str, date]:
    """The day on which the ledger learned that each of `customers` is vulnerable, of those who are today; the newest of several."""
    flag = customer_flags.c
    found: dict[str, date] = {}
    for chunk in chunks(customers):
        rows = connection.execute(
            select(flag.customer_id, flag.recorded_on)
            .where(
                flag.company_id == company_id,
                flag.customer_id.in_(chunk),
                flag.kind == FlagKind.VULNERABLE.value,
                _in_force_on(today),
            )
            .order_by(flag.recorded_on)
        )
        found.update((row.customer_id, row.recorded_on) for row in rows)
    return found


def _in_force_on(day: date) -> ColumnElement[bool]:
    flag = customer_flags.c
    return and_(
        flag.from_on <= day,
        or_(flag.until_on.is_(None), flag.until_on >= day),
        or_(flag.released_on.is_(None), flag.released_on > day),
    )
