"""Reads reminders for those who work on them: what waits to be sent, and one that a person looks at."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection, select

from tasks.ledger.approvals import approvals_for
from tasks.ledger.claim import load
from tasks.ledger.reminders import ClaimedReminder, WaitingReminder
from tasks.ledger.states import Status
from tasks.ledger.tables import reminders
from tasks.problems import LedgerProblem


def waiting(connection: Connection, company_id: str, as_of: date) -> tuple[WaitingReminder, ...]:
    """What is planned for `as_of`, by segment, channel and batch, and whether it was approved where it must be."""
    columns = reminders.c
    rows = connection.execute(
        select(columns.reminder_key, columns.segment, columns.channel, columns.batch_number, columns.needs_approval)
        .where(columns.company_id == company_id, columns.as_of == as_of, columns.status == Status.PLANNED.value)
        .order_by(columns.segment, columns.channel, columns.batch_number, columns.reminder_key)
    ).all()
    delicate = load(connection, company_id, [row.reminder_key for row in rows if row.needs_approval])
    approved = approvals_for(connection, company_id, list(delicate.values()))
    return tuple(WaitingReminder(*row, is_approved=row.reminder_key in approved) for row in rows)


def planned(connection: Connection, company_id: str, reminder_key: str) -> ClaimedReminder:
    """The planned reminder of `reminder_key` with its items.

    Raises:
        LedgerProblem: it does not exist, or is not planned any more.
    """
    found = load(connection, company_id, [reminder_key]).get(reminder_key)
    if found is None or found.reminder.status is not Status.PLANNED:
        state = "is not in the ledger" if found is None else f"is {found.reminder.status}"
        raise LedgerProblem.at(f"reminder {reminder_key}", state, "Only planned reminders can be approved.")
    return found
