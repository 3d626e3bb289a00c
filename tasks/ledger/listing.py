"""Reads reminders for those who work on them: what a sender compares with its own, and one that a person looks at."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from tasks.ledger.claim import load
from tasks.ledger.reminders import ClaimedReminder
from tasks.ledger.states import Status
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
