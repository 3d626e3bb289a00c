"""Everything the ledger holds of its customers, as one list by day; a run reads `facts` instead."""

from __future__ import annotations

from datetime import UTC, date, datetime

from sqlalchemy import Connection

from tasks.ledger.history_asked import Asked
from tasks.ledger.history_entry import HistoryEntry
from tasks.ledger.history_sources import SOURCES


def history(
    connection: Connection,
    company_id: str,
    *,
    customer_id: str | None = None,
    first_day: date | None = None,
    last_day: date | None = None,
) -> list[HistoryEntry]:
    """What happened from `first_day` to `last_day` (both included; None: without bound), oldest first, of one customer or of all.

    A message has an entry for each change of its state but its planning: a plan is no event for a customer.
    """
    asked = Asked(company_id=company_id, customer_id=customer_id, first_day=first_day, last_day=last_day)
    found = [
        entry
        for source in SOURCES
        for row in asked.rows(connection, source)
        for entry in source.entries(row)
        if asked.includes(entry.on)
    ]
    return sorted(found, key=_place)


def _place(entry: HistoryEntry) -> tuple[date, datetime, str, str, str]:
    return (entry.on, entry.at or datetime.min.replace(tzinfo=UTC), entry.customer_id, entry.kind, entry.reference)
