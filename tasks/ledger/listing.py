"""Reads reminders for those who work on them: what a sender compares with its own, and one that a person looks at."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Connection, and_, func, select

from tasks.ledger.claim import load, reminder_from
from tasks.ledger.reminders import ClaimedReminder, Reminder
from tasks.ledger.states import LIVE, Status
from tasks.ledger.tables import reminder_items, reminders
from tasks.problems import LedgerProblem


def items_of(connection: Connection, company_id: str, keys: Sequence[str]) -> dict[str, frozenset[str]]:
    """The receivables that each reminder of `keys` lists; keys the ledger does not know are absent."""
    found = load(connection, company_id, keys)
    return {key: frozenset(item.receivable_id for item in reminder.items) for key, reminder in found.items()}


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


def planned_on(connection: Connection, company_id: str, as_of: date) -> tuple[Reminder, ...]:
    """The reminders of a day that are planned and not sent, by key."""
    rows = connection.execute(
        select(reminders)
        .where(
            reminders.c.company_id == company_id,
            reminders.c.as_of == as_of,
            reminders.c.status == Status.PLANNED.value,
        )
        .order_by(reminders.c.reminder_key)
    )
    return tuple(reminder_from(row._mapping) for row in rows)


def last_planned_day(connection: Connection, company_id: str) -> date | None:
    """The newest day of which something is planned and not sent."""
    found: date | None = connection.execute(
        select(func.max(reminders.c.as_of)).where(
            reminders.c.company_id == company_id, reminders.c.status == Status.PLANNED.value
        )
    ).scalar_one()
    return found


def last_steps_before(connection: Connection, company_id: str, as_of: date) -> dict[tuple[str, str], str]:
    """The step that was, or may have been, said last before `as_of`, by customer and currency."""
    live = and_(
        reminders.c.company_id == company_id,
        reminders.c.as_of < as_of,
        reminders.c.status.in_([status.value for status in LIVE]),
    )
    rows = connection.execute(
        select(reminders.c.customer_id, reminders.c.currency, reminders.c.step)
        .where(live)
        .order_by(reminders.c.as_of, reminders.c.step_rank, reminders.c.reminder_key)
    )
    return {(row.customer_id, row.currency): row.step for row in rows}


def messages_about(connection: Connection, company_id: str, receivable_id: str, as_of: date) -> tuple[Reminder, ...]:
    """The reminders of `as_of` that list the receivable, by key."""
    rows = connection.execute(
        select(reminders)
        .join(reminder_items, reminder_items.c.reminder_key == reminders.c.reminder_key)
        .where(
            reminder_items.c.company_id == company_id,
            reminder_items.c.receivable_id == receivable_id,
            reminder_items.c.as_of == as_of,
        )
        .order_by(reminders.c.reminder_key)
    )
    return tuple(reminder_from(row._mapping) for row in rows)


def channel_of(connection: Connection, company_id: str, reminder_id: str) -> str | None:
    """The channel of a reminder by its opaque id; None: the ledger does not know it."""
    found = select(reminders.c.channel).where(
        reminders.c.reminder_id == reminder_id, reminders.c.company_id == company_id
    )
    channel = connection.execute(found).scalar_one_or_none()
    return None if channel is None else str(channel)
