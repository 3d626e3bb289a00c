"""The days that a message names: by when it expects what it asks, and from when what it announces can follow."""

from __future__ import annotations

from datetime import date, timedelta

from tasks.remind.reminder import Reminder
from tasks.segment.ladders import Purpose

QUESTIONS: tuple[Purpose, ...] = (
    "invoice_received",
    "goods_received",
    "direct_debit_ready",
    "payment_document_missing",
    "payment_scheduled",
)
"""Purposes that ask for an answer and not for money."""
_SATURDAY = 5


def deadline_of(reminder: Reminder, as_of: date) -> date | None:
    """The day that stands beside the total; None where the message has none to name.

    What asks for payment gives the days of its step, and a Saturday or Sunday moves to the Monday. Before the due date it is the
    nearest due date, for an offer its last day, for a promise the promised day; what has happened is dated with the run's day.
    """
    purpose, items = reminder.purpose, reminder.items
    if purpose == "thank_you":
        return None
    if purpose in ("due", "suspension", "hand_over"):
        return as_of
    if purpose == "discount_offer":
        return min((item.discount.last_day for item in items if item.discount), default=None)
    if purpose == "promise_reminder":
        return reminder.promised.promised_for if reminder.promised else None
    if purpose in ("pre_due", "statement", *QUESTIONS):
        is_late = purpose == "statement" and any(item.days_overdue > 0 for item in items)
        return min((item.due_date for item in items if item.due_date >= as_of and not is_late), default=None)
    return _working_day(as_of + timedelta(days=reminder.deadline_days))


def next_of(reminder: Reminder, as_of: date) -> date | None:
    """The first day on which what the message announces can follow, always after its deadline; None where it announces nothing."""
    deadline = deadline_of(reminder, as_of)
    if reminder.next_days is None or deadline is None:
        return None
    return max(as_of + timedelta(days=reminder.next_days), deadline + timedelta(days=1))


def _working_day(day: date) -> date:
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() >= _SATURDAY else 0)
