"""Which documents of different customers have the same number: a file that is named by the number alone could be anybody's of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from tasks.remind.reminder import Reminder
from tasks.warehouse.connection import Connection

_SHARED = "SELECT document_number FROM outgoing.shared_numbers WHERE document_number IN (SELECT unnest($numbers))"


def with_shared_numbers(connection: Connection, reminders: Sequence[Reminder]) -> list[Reminder]:
    """`reminders`, with the numbers marked that are not their customer's alone; only where documents are attached."""
    attaching = [reminder for reminder in reminders if "invoices" in reminder.attachments]
    numbers = {item.document_number for reminder in attaching for item in reminder.items}
    shared = _shared_numbers(connection, numbers)
    if not shared:
        return list(reminders)
    return [
        replace(
            reminder,
            items=tuple(replace(item, is_number_shared=item.document_number in shared) for item in reminder.items),
        )
        for reminder in reminders
    ]


def _shared_numbers(connection: Connection, numbers: Collection[str]) -> frozenset[str]:
    """Those of `numbers` that documents of several customers have."""
    if not numbers:
        return frozenset()
    rows = connection.execute(_SHARED, {"numbers": sorted(numbers)}).fetchall()
    return frozenset(number for (number,) in rows)
