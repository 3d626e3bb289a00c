"""Whom to call (003-03, 003-09): builds `history.follow_ups`, which says who that is, and reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal

from tasks.warehouse.column_types import Columns
from tasks.warehouse.connection import Connection
from tasks.warehouse.models import build
from tasks.warehouse.small_tables import write_small_table

_PARAMETERS = "policy.follow_up_parameters"
TABLES: Mapping[str, Columns] = {_PARAMETERS: {"after_days": "INTEGER"}}
"""The input that the relation reads and this module writes: one row, days that a message is given."""


@dataclass(frozen=True)
class FollowUp:
    """One customer to call about one currency; the columns of `history.follow_ups`. Names and phones are personal data."""

    customer_id: str
    customer_name: str | None
    contact_name: str | None
    phone: str | None
    currency: str
    overdue_amount: Decimal
    receivables: int
    oldest_days: int
    said_on: date
    step: str
    days_since: int
    documents: str


_COLUMNS = ", ".join(field.name for field in fields(FollowUp))
_READ = f"SELECT {_COLUMNS} FROM history.follow_ups ORDER BY currency, overdue_amount DESC, customer_id"  # noqa: S608 names of this module


def read_follow_ups(connection: Connection, *, after_days: int) -> list[FollowUp]:
    """Customers whose last message about something overdue is `after_days` or more days old and was followed by nothing.

    The largest sum of a currency first. `connection`: a work database with `staging` and the ledger's facts.
    """
    write_small_table(connection, _PARAMETERS, TABLES[_PARAMETERS], [(after_days,)])
    build(connection, ("history",))
    return [FollowUp(*row) for row in connection.execute(_READ).fetchall()]
