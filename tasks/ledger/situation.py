"""Reads what stands against a group of reminders at claim time, in a few queries for all of them.

A plan may be sent days after it was made, so what is in force on the day of sending counts as well as what was on `as_of`, for which the
message was decided; what began and ended between the two does not. In force means the same as in `sql/decide/blocks.sql`; but of promises
that the plan was made with the decision stands, which knows the payments and what a promise of a part leaves.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Connection, Table, and_, or_, select, true

from tasks.ledger.contact_tables import contact_results
from tasks.ledger.events import chunks
from tasks.ledger.flags import flags_in_force
from tasks.ledger.knowledge_tables import disputes, holds, opt_outs, promises
from tasks.ledger.mark_objections import objections_of_erasures, objections_of_marks
from tasks.ledger.recheck import ANNOUNCING, ContactCap, Objection, Said, SaidItem, SaidToday, Situation
from tasks.ledger.reminders import ClaimedReminder
from tasks.ledger.states import LIVE, Reason, Status
from tasks.ledger.tables import reminder_items, reminders
from tasks.segment.families import family_of

_Found = Iterable[tuple[str, Objection]]


def look_around(
    connection: Connection,
    company_id: str,
    candidates: Sequence[ClaimedReminder],
    *,
    as_of: date,
    today: date,
    caps: Sequence[ContactCap],
    judged_promises: frozenset[str] = frozenset(),
) -> Situation:
    """What the ledger knows about the customers and receivables of `candidates`."""
    customers = sorted({candidate.reminder.customer_id for candidate in candidates})
    receivables = sorted({item.receivable_id for candidate in candidates for item in candidate.items})
    of_customer: defaultdict[str, set[Objection]] = defaultdict(set)
    of_receivable: defaultdict[str, set[Objection]] = defaultdict(set)
    for table, reason in ((disputes, Reason.DISPUTED), (holds, Reason.ON_HOLD), (promises, Reason.PROMISED)):
        in_force = or_(*(_in_force(table, day) for day in sorted({as_of, today})))
        judged = judged_promises if table is promises else frozenset[str]()
        for customer, objection in _against_customers(
            connection, company_id, customers, table=table, reason=reason, in_force=in_force, judged=judged
        ):
            of_customer[customer].add(objection)
        for receivable in _against_receivables(
            connection, company_id, receivables, table=table, in_force=in_force, judged=judged
        ):
            of_receivable[receivable].add(Objection(reason))
    for customer, objection in _opted_out(connection, company_id, customers, today):
        of_customer[customer].add(objection)
    for customer, objection in objections_of_marks(connection, company_id, candidates, today):
        of_customer[customer].add(objection)
    for customer, objection in objections_of_erasures(connection, company_id, candidates):
        of_customer[customer].add(objection)
    for customer, flag in flags_in_force(connection, company_id, customers, (as_of, today)):
        of_customer[customer].add(Objection(Reason.FLAGGED, flag=flag))
    for cap in caps:
        for customer in _capped(connection, company_id, customers, as_of, cap):
            of_customer[customer].add(Objection(Reason.FREQUENCY_CAP, channel=cap.channel))
    said_today = SaidToday(
        _receivables_said(connection, company_id, receivables, as_of),
        _messages_said(connection, company_id, customers, as_of),
    )
    harsh = [one for one in candidates if one.reminder.purpose in ANNOUNCING]
    announced = _announced(connection, company_id, harsh, as_of) if harsh else {}
    return Situation(of_customer, of_receivable, said_today, announced)


def _in_force(table: Table, day: date) -> ColumnElement[bool]:
    """Whether a dispute, hold or promise stands on `day`."""
    if table is disputes:
        dispute = disputes.c
        return and_(dispute.opened_on <= day, or_(dispute.resolved_on.is_(None), dispute.resolved_on > day))
    if table is holds:
        hold = holds.c
        return and_(
            hold.from_on <= day,
            or_(hold.until_on.is_(None), hold.until_on >= day),
            or_(hold.released_on.is_(None), hold.released_on > day),
        )
    return and_(promises.c.recorded_on <= day, promises.c.promised_for >= day)


def _against_customers(
    connection: Connection,
    company_id: str,
    customers: Sequence[str],
    *,
    table: Table,
    reason: Reason,
    in_force: ColumnElement[bool],
    judged: frozenset[str],
) -> _Found:
    """Entries without a receivable stand against everything of the customer, a promise only in its currency."""
    (key,) = table.primary_key
    columns = [table.c.customer_id, key, *([table.c.currency] if table is promises else [])]
    for chunk in chunks(customers):
        rows = connection.execute(
            select(*columns).where(
                table.c.company_id == company_id,
                table.c.customer_id.in_(chunk),
                table.c.receivable_id.is_(None),
                in_force,
            )
        )
        yield from (
            (row[0], Objection(reason, currency=row[2] if table is promises else None))
            for row in rows
            if row[1] not in judged
        )


def _against_receivables(
    connection: Connection,
    company_id: str,
    receivables: Sequence[str],
    *,
    table: Table,
    in_force: ColumnElement[bool],
    judged: frozenset[str],
) -> Iterable[str]:
    (key,) = table.primary_key
    for chunk in chunks(receivables):
        rows = connection.execute(
            select(table.c.receivable_id, key).where(
                table.c.company_id == company_id, table.c.receivable_id.in_(chunk), in_force
            )
        )
        yield from (receivable for receivable, entry in rows if entry not in judged)


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
                columns.channel == cap.channel if cap.channel else true(),
            )
            .distinct()
        )
        for customer, day, status in rows:
            if status in LIVE and day != as_of:
                days[customer].add(day)
        result = contact_results.c
        made = connection.execute(
            select(result.customer_id, result.contacted_on).where(
                result.company_id == company_id,
                result.customer_id.in_(chunk),
                result.is_contact,
                result.contacted_on > as_of - timedelta(days=cap.per_days),
                result.contacted_on < as_of + timedelta(days=cap.per_days),
                result.contacted_on != as_of,
                result.channel == cap.channel if cap.channel else true(),
            )
        )
        for customer, day in made:
            days[customer].add(day)
    return (customer for customer, contacted_on in days.items() if len(contacted_on) >= cap.contacts)


def _receivables_said(
    connection: Connection, company_id: str, receivables: Sequence[str], as_of: date
) -> dict[str, set[SaidItem]]:
    columns = reminder_items.c
    said: dict[str, set[SaidItem]] = {}
    for chunk in chunks(receivables):
        rows = connection.execute(
            select(columns.receivable_id, columns.channel, columns.step, reminders.c.strategy_version)
            .join_from(reminder_items, reminders, columns.reminder_key == reminders.c.reminder_key)
            .where(
                columns.company_id == company_id,
                columns.receivable_id.in_(chunk),
                columns.as_of == as_of,
                columns.is_live,
            )
        )
        for row in rows:
            item = SaidItem(*row)
            said.setdefault(item.receivable_id, set()).add(item)
    return said


def _announced(
    connection: Connection, company_id: str, harsh: Sequence[ClaimedReminder], as_of: date
) -> dict[str, set[str]]:
    """The announcements of earlier days about the receivables of `harsh`: one that bounced, or may not have left, announced nothing."""
    item, message = reminder_items.c, reminders.c
    found: dict[str, set[str]] = {}
    for chunk in chunks(sorted({one.receivable_id for candidate in harsh for one in candidate.items})):
        rows = connection.execute(
            select(item.receivable_id, message.purpose)
            .join_from(reminder_items, reminders, item.reminder_key == message.reminder_key)
            .where(
                item.company_id == company_id,
                item.receivable_id.in_(chunk),
                item.as_of < as_of,
                item.is_live,
                message.purpose.in_(sorted(ANNOUNCING.values())),
                message.status.in_([Status.ACCEPTED.value, Status.DELIVERED.value]),
            )
        )
        for receivable, purpose in rows:
            found.setdefault(receivable, set()).add(purpose)
    return found


def _messages_said(connection: Connection, company_id: str, customers: Sequence[str], as_of: date) -> set[Said]:
    columns = reminders.c
    said: set[Said] = set()
    for chunk in chunks(customers):
        rows = connection.execute(
            select(
                columns.customer_id,
                columns.channel,
                columns.currency,
                columns.contact_role,
                columns.strategy_version,
                columns.purpose,
                columns.status,
            ).where(columns.company_id == company_id, columns.customer_id.in_(chunk), columns.as_of == as_of)
        )
        said.update(Said(*row[:5], family_of(row[5])) for row in rows if row[6] in LIVE)
    return said
