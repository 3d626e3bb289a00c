"""Marks addresses from a list that a provider keeps, or that somebody kept before Puntual."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, select

from tasks.ledger.contact_marks import STOPPING, ContactMark, MarkKind, add_marks, comparable
from tasks.ledger.tables import reminders

CHANNEL = "email"


@dataclass(frozen=True)
class Suppressed:
    """A row of a list: the address as written, why it is there, and since when (None: the list does not say)."""

    address: str
    kind: MarkKind
    from_on: date | None


def suppress(connection: Connection, company_id: str, listed: Sequence[Suppressed], *, source: str, today: date) -> int:
    """Marks the addresses of `listed`; gives how many marks are new. The same row twice is one, and once cleared stays so.

    Who complained, or wants no more, gets nothing by e-mail at any address: the customers that were written to at the address are
    looked up among the messages of the ledger.
    """
    owners = _owners(connection, company_id) if any(row.kind in STOPPING for row in listed) else {}
    marks = []
    for row in listed:
        address = comparable(CHANNEL, row.address)
        customers = owners.get(address, ()) if row.kind in STOPPING else ()
        marks += [
            ContactMark(
                customer_id=customer_id,
                contact_id=None,
                channel=CHANNEL,
                address=address,
                kind=row.kind,
                source=source,
                from_on=min(row.from_on or today, today),
                recorded_on=today,
                evidence=f"list {row.from_on or ''} {customer_id or ''}",
            )
            for customer_id in customers or (None,)
        ]
    return add_marks(connection, company_id, marks)


def _owners(connection: Connection, company_id: str) -> Mapping[str, list[str]]:
    """The customers that were written to at each address."""
    columns = reminders.c
    found: defaultdict[str, list[str]] = defaultdict(list)
    rows = connection.execute(
        select(columns.customer_id, columns.recipient_address)
        .where(columns.company_id == company_id, columns.channel == CHANNEL, columns.recipient_address.is_not(None))
        .distinct()
        .order_by(columns.customer_id)
    )
    for row in rows:
        address = comparable(CHANNEL, row.recipient_address)
        if row.customer_id not in found[address]:
            found[address].append(row.customer_id)
    return found
