"""Approvals: a person's leave to send a step that hurts. It covers what the person saw, once.

It outlives the day it was given on: the next plan's message of the same step is covered too, as long as it says the same in the same tone
to the same contact, claims no more money, about no other receivables, and no message was sent on the approval yet.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import Connection, RowMapping, insert, select, update

from tasks.ledger.events import chunks
from tasks.ledger.flags import vulnerable_since
from tasks.ledger.reminders import ClaimedReminder, Reminder
from tasks.ledger.store import day_of
from tasks.ledger.tables import approvals
from tasks.problems import LedgerProblem

_SAME = ("customer_id", "step", "channel", "contact_role", "currency", "purpose", "tone", "contact_id")
_SHOWN = (
    "reminder_key",
    "contact_id",
    "recipient_name",
    "recipient_address",
    "language",
    "purpose",
    "tone",
    "item_count",
)
_MARK_CHARACTERS = 12


def mark_of(seen: ClaimedReminder) -> str:
    """What a person approves of a message, as a short hash without names: another one means that it is another message by now."""
    shown = [str(getattr(seen.reminder, name)) for name in _SHOWN]
    items = [[item.receivable_id, item.step, f"{item.open_amount:.2f}"] for item in seen.items]
    told = json.dumps([*shown, f"{seen.reminder.total_amount:.2f}", sorted(items)])
    return hashlib.sha256(told.encode()).hexdigest()[:_MARK_CHARACTERS]


def approve(
    connection: Connection, seen: ClaimedReminder, *, author: str, at: datetime, mark: str | None = None
) -> str:
    """Records that `author` approved the reminder with the content it has now; returns the approval's id.

    `mark`: of what the person saw (`mark_of`); None: whatever it says now.

    Raises:
        LedgerProblem: it is not what the person saw.
    """
    if mark is not None and mark != mark_of(seen):
        raise LedgerProblem.at(
            f"message {seen.reminder.reminder_id}",
            "is not the message that was looked at: it was planned otherwise since",
            "Look at it again with `puntual approve DIR`, and approve what it shows now.",
        )
    approval_id = f"approval-{secrets.token_hex(6)}"
    connection.execute(
        insert(approvals).values(
            approval_id=approval_id,
            company_id=seen.reminder.company_id,
            reminder_key=seen.reminder.reminder_key,
            **{name: getattr(seen.reminder, name) for name in _SAME},
            total_amount=seen.reminder.total_amount,
            receivable_ids=json.dumps([item.receivable_id for item in seen.items]),
            author=author,
            approved_at=at,
        )
    )
    return approval_id


def approvals_for(
    connection: Connection, company_id: str, wanted: Sequence[ClaimedReminder], *, today: date
) -> dict[str, str]:
    """The approval that covers each reminder of `wanted`, by reminder key; reminders without one are absent.

    An approval of a day before the ledger learned that the customer is vulnerable covers nothing: who gave it did not know. Both are
    days of the company's calendar.
    """
    customers = {candidate.reminder.customer_id for candidate in wanted}
    vulnerable = vulnerable_since(connection, company_id, sorted(customers), today)
    given: dict[str, list[RowMapping]] = {}
    for chunk in chunks(customers):
        for row in connection.execute(
            select(approvals)
            .where(approvals.c.company_id == company_id, approvals.c.customer_id.in_(chunk))
            .order_by(approvals.c.approved_at, approvals.c.approval_id)
        ):
            known = vulnerable.get(row.customer_id)
            if known is None or day_of(connection, row.approved_at) >= known:
                given.setdefault(row.customer_id, []).append(row._mapping)
    covered: dict[str, str] = {}
    for candidate in wanted:
        for approval in given.get(candidate.reminder.customer_id, ()):
            if approval["approval_id"] not in covered.values() and _covers(approval, candidate):
                covered[candidate.reminder.reminder_key] = str(approval["approval_id"])
                break
    return covered


def use_approvals(connection: Connection, used: Mapping[str, str | None]) -> None:
    """Ties approvals to the reminders (by key) that were claimed on them."""
    for key, approval_id in used.items():
        if approval_id is not None:
            connection.execute(update(approvals).where(approvals.c.approval_id == approval_id).values(used_by=key))


def _covers(approval: RowMapping, candidate: ClaimedReminder) -> bool:
    reminder: Reminder = candidate.reminder
    return (
        approval["used_by"] in (None, reminder.reminder_key)
        and all(approval[name] == getattr(reminder, name) for name in _SAME)
        and reminder.total_amount <= approval["total_amount"]
        and {item.receivable_id for item in candidate.items} <= set(json.loads(approval["receivable_ids"]))
    )
