"""A customer followed from day to day: what is decided is remembered, as the ledger would."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta

from tasks.segment.strategy import Strategy
from tasks.warehouse.connection import Connection
from tests.segment.worlds import Contact, Customer, Receivable, Said, World

TODAY = date(2026, 12, 2)
Decide = Callable[[World, Strategy], Connection]


def days_ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def receivable(name: str = "R1", *, late: int = 60, **more: object) -> Receivable:
    """An invoice whose due date is so many days ago, issued a month before it."""
    return Receivable(name, due_date=days_ago(late), invoice_date=days_ago(late + 30), **more)


def customer(*receivables: Receivable, **more: object) -> Customer:
    """A customer with one contact for reminders unless others are given."""
    return Customer("C1", receivables=list(receivables) or [receivable()], **{"contacts": [Contact("K1")], **more})


def reasons(decide: Decide, strategy: Strategy, *customers: Customer, on: date = TODAY) -> dict[str, str]:
    """The reason of each receivable."""
    connection = decide(World(on, list(customers)), strategy)
    return dict(connection.execute("SELECT receivable_id, reason FROM decide.decisions").fetchall())


def messages(decide: Decide, strategy: Strategy, *customers: Customer, on: date = TODAY) -> list[tuple[object, ...]]:
    """Step, contact, currency, number of items and total of each message."""
    connection = decide(World(on, list(customers)), strategy)
    return connection.execute(
        "SELECT step, contact_id, currency, item_count, total_amount FROM decide.reminders ORDER BY ALL"
    ).fetchall()


def said_over(
    decide: Decide, strategy: Strategy, who: Customer, days: Iterable[date]
) -> list[tuple[date, str, tuple[str, ...]]]:
    """Runs on these days, remembers what was said, and tells day, step and receivables of each message."""
    told = []
    for day in days:
        connection = decide(World(day, [who]), strategy)
        found = connection.execute(
            "SELECT m.step, list(i.receivable_id ORDER BY i.receivable_id), list((i.receivable_id, i.step))"
            " FROM decide.reminders AS m INNER JOIN decide.reminder_items AS i USING (reminder_key) GROUP BY ALL ORDER BY ALL"
        ).fetchall()
        for step, ids, items in found:
            told.append((day, step, tuple(ids)))
            who.said += [Said(receivable_id, said, day) for receivable_id, said in items]
            who.contact_days.append(day)
    return told
