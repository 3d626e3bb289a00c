"""The messages that events are about, and what stands against moving one of them on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, select

from tasks.ledger.contact_marks import comparable
from tasks.ledger.events import chunks
from tasks.ledger.states import Status
from tasks.ledger.tables import reminder_items, reminders


@dataclass(frozen=True, slots=True)
class Subject:
    """The message that events are about. `address`: the recipient's as `comparable` writes it; None: it has none, or it was erased."""

    reminder_id: str
    reminder_key: str
    status: Status
    customer_id: str
    contact_id: str | None
    channel: str
    address: str | None


def subjects_of(connection: Connection, company_id: str, reminder_ids: Iterable[str]) -> dict[str, Subject]:
    """The messages of `reminder_ids` that are this company's, by id."""
    found: dict[str, Subject] = {}
    columns = reminders.c
    for chunk in chunks(sorted(reminder_ids)):
        rows = connection.execute(
            select(
                columns.reminder_id,
                columns.reminder_key,
                columns.status,
                columns.customer_id,
                columns.contact_id,
                columns.channel,
                columns.recipient_address,
                columns.company_id,
            ).where(columns.reminder_id.in_(chunk))
        )
        for row in rows:
            if row.company_id == company_id:
                address = comparable(row.channel, row.recipient_address) if row.recipient_address else None
                found[row.reminder_id] = Subject(
                    row.reminder_id,
                    row.reminder_key,
                    Status(row.status),
                    row.customer_id,
                    row.contact_id,
                    row.channel,
                    address,
                )
    return found


def said_otherwise(connection: Connection, company_id: str, keys: Sequence[str]) -> set[str]:
    """Those of `keys` that list a receivable which another message of the day has said by the same channel, or which share one."""
    item = reminder_items.c
    mine: list[tuple[str, tuple[str, date, str]]] = []
    for chunk in chunks(keys):
        rows = connection.execute(
            select(item.reminder_key, item.receivable_id, item.as_of, item.channel)
            .where(item.reminder_key.in_(chunk))
            .order_by(item.reminder_key)
        )
        mine += [(row.reminder_key, (row.receivable_id, row.as_of, row.channel)) for row in rows]
    said: set[tuple[str, date, str]] = set()
    for chunk in chunks(sorted({place[0] for _, place in mine})):
        rows = connection.execute(
            select(item.receivable_id, item.as_of, item.channel).where(
                item.company_id == company_id, item.receivable_id.in_(chunk), item.is_live
            )
        )
        said.update((row.receivable_id, row.as_of, row.channel) for row in rows)
    owner: dict[tuple[str, date, str], str] = {}
    taken = {key for key, place in mine if place in said}
    for key, place in mine:
        if key not in taken and owner.setdefault(place, key) != key:
            taken.add(key)
    return taken
