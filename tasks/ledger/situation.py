"""Reads what stands against a group of reminders at claim time, in a few queries for all of them.

A plan may be sent days after it was made, so what was learned up to `today` counts, not only what was known on `as_of`; and what ended
between the two still counts, because the message was decided before it ended. In force means the same as in `sql/decide/blocks.sql`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import ColumnElement, Connection, Table, or_, select

from tasks.ledger.events import chunks
from tasks.ledger.knowledge_tables import disputes, holds, opt_outs, promises
from tasks.ledger.recheck import ContactCap, Objection, Place, Situation
from tasks.ledger.reminders import ClaimedReminder
from tasks.ledger.states import LIVE, Reason
from tasks.ledger.tables import reminder_items, reminders

_Found = Iterable[tuple[str, Objection]]


def look_around(
    connection: Connection,
    company_id: str,
    candidates: Sequence[ClaimedReminder],
    *,
    as_of: date,
    today: date,
    open_amounts: Mapping[str, Decimal],
    cap: ContactCap | None,
) -> Situation:
    """What the ledger knows about the customers and receivables of `candidates`."""
    customers = sorted({candidate.reminder.customer_id for candidate in candidates})
    receivables = sorted({item.receivable_id for candidate in candidates for item in candidate.items})
    of_customer: defaultdict[str, set[Objection]] = defaultdict(set)
    of_receivable: defaultdict[str, set[Objection]] = defaultdict(set)
    for table, reason, conditions in _in_force(as_of, today):
        for customer, objection in _against_customers(
            connection, company_id, customers, table=table, reason=reason, conditions=conditions
        ):
            of_customer[customer].add(objection)
        for receivable in _against_receivables(connection, company_id, receivables, table=table, conditions=conditions):
            of_receivable[receivable].add(Objection(reason))
    for customer, objection in _opted_out(connection, company_id, customers, today):
        of_customer[customer].add(objection)
    if cap is not None:
        for customer in _capped(connection, company_id, customers, as_of, cap):
            of_customer[customer].add(Objection(Reason.FREQUENCY_CAP))
    return Situation(open_amounts, of_customer, of_receivable, _taken(connection, company_id, receivables, as_of))


def _in_force(as_of: date, today: date) -> tuple[tuple[Table, Reason, tuple[ColumnElement[bool], ...]], ...]:
    """The tables that speak of a customer or a receivable, and when an entry of each is in force between the two days."""
    dispute, hold, promise = disputes.c, holds.c, promises.c
    return (
        (
            disputes,
            Reason.DISPUTED,
            (dispute.opened_on <= today, or_(dispute.resolved_on.is_(None), dispute.resolved_on > as_of)),
        ),
        (
            holds,
            Reason.ON_HOLD,
            (
                hold.from_on <= today,
                or_(hold.until_on.is_(None), hold.until_on >= as_of),
                or_(hold.released_on.is_(None), hold.released_on > as_of),
            ),
        ),
        (promises, Reason.PROMISED, (promise.recorded_on <= today, promise.promised_for >= as_of)),
    )


def _against_customers(
    connection: Connection,
    company_id: str,
    customers: Sequence[str],
    *,
    table: Table,
    reason: Reason,
    conditions: Sequence[ColumnElement[bool]],
) -> _Found:
    """Entries without a receivable stand against everything of the customer, a promise only in its currency."""
    columns = [table.c.customer_id, *([table.c.currency] if table is promises else [])]
    for chunk in chunks(customers):
        rows = connection.execute(
            select(*columns).where(
                table.c.company_id == company_id,
                table.c.customer_id.in_(chunk),
                table.c.receivable_id.is_(None),
                *conditions,
            )
        )
        yield from ((row[0], Objection(reason, currency=row[1] if table is promises else None)) for row in rows)


def _against_receivables(
    connection: Connection,
    company_id: str,
    receivables: Sequence[str],
    *,
    table: Table,
    conditions: Sequence[ColumnElement[bool]],
) -> Iterable[str]:
    for chunk in chunks(receivables):
        yield from connection.execute(
            select(table.c.receivable_id).where(
                table.c.company_id == company_id, table.c.receivable_id.in_(chunk), *conditions
            )
        ).scalars()


def _opted_out(connection: Connection, company_id: str, customers: Sequence[str], today: date) -> _Found:
    columns = opt_outs.c
    for chunk in chunks(customers):
        rows = connection.execute(
            select(columns.customer_id, columns.channel).where(
                columns.company_id == company_id, columns.customer_id.in_(chunk), columns.from_on <= today
            )
        )
        yield from ((row[0], Objection(Reason.OPTED_OUT, channel=row[1])) for row in rows)


def _capped(
    connection: Connection, company_id: str, customers: Sequence[str], as_of: date, cap: ContactCap
) -> Iterable[str]:
    """Customers with `contacts` other days of contact nearer than `per_days`; later days count when an old plan is sent late."""
    columns = reminders.c
    days: defaultdict[str, set[date]] = defaultdict(set)
    for chunk in chunks(customers):
        rows = connection.execute(
            select(columns.customer_id, columns.as_of, columns.status)
            .where(
                columns.company_id == company_id,
                columns.customer_id.in_(chunk),
                columns.as_of > as_of - timedelta(days=cap.per_days),
                columns.as_of < as_of + timedelta(days=cap.per_days),
            )
            .distinct()
        )
        for customer, day, status in rows:
            if status in LIVE and day != as_of:
                days[customer].add(day)
    return (customer for customer, contacted_on in days.items() if len(contacted_on) >= cap.contacts)


def _taken(connection: Connection, company_id: str, receivables: Sequence[str], as_of: date) -> set[Place]:
    columns = reminder_items.c
    taken: set[Place] = set()
    for chunk in chunks(receivables):
        rows = connection.execute(
            select(columns.receivable_id, columns.channel, columns.contact_role).where(
                columns.company_id == company_id,
                columns.receivable_id.in_(chunk),
                columns.as_of == as_of,
                columns.is_live,
            )
        )
        taken.update((row[0], row[1], row[2]) for row in rows)
    return taken
