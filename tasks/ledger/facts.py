"""What the ledger tells a run: the `ledger.*` relations of `docs/architecture.md`, as Arrow tables that are typed even when empty.

Everything is cut at `as_of`, so that a past day is decided again with what was known then. Reminders count only from earlier days: the
same day run twice decides the same. Names and addresses of recipients stay in the ledger, but for addresses that must not be used.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

import pyarrow as pa
from sqlalchemy import (
    ColumnElement,
    Connection,
    Date,
    Subquery,
    Table,
    case,
    null,
    or_,
    select,
    type_coerce,
    union,
)

from tasks.ledger.aftermath_tables import contact_marks
from tasks.ledger.chain_tables import experiment_members
from tasks.ledger.contact_marks import STOPPING, stands_on
from tasks.ledger.contact_tables import contact_results
from tasks.ledger.fact_schemas import MOMENT, SCHEMAS
from tasks.ledger.flags import customer_flags
from tasks.ledger.knowledge_tables import confirmations, disputes, duty_entries, holds, opt_outs, promises
from tasks.ledger.states import LIVE, Status
from tasks.ledger.tables import reminder_items, reminders, runs

_LIVE = [status.value for status in LIVE]
_TAKEN = [Status.ACCEPTED.value, Status.DELIVERED.value]


def facts(connection: Connection, company_id: str, as_of: date) -> dict[str, pa.Table]:
    """The relations of `SCHEMAS` for one company as they were known on `as_of`, each sorted by its key."""
    queries = {
        "ledger.sent_steps": _sent_steps(company_id, as_of),
        "ledger.contact_days": _contact_days(company_id, as_of),
        "ledger.thanks": _thanks(company_id, as_of),
        "ledger.promises": _known(promises, company_id, promises.c.recorded_on <= as_of),
        "ledger.disputes": _disputes(company_id, as_of),
        "ledger.holds": _not_released(holds, company_id, as_of),
        "ledger.opt_outs": _opt_outs(company_id, as_of),
        "ledger.contact_marks": _known(
            contact_marks, company_id, contact_marks.c.recorded_on <= as_of, stands_on(as_of)
        ),
        "ledger.confirmations": _known(confirmations, company_id, confirmations.c.recorded_on <= as_of),
        "ledger.duty_entries": _known(
            duty_entries, company_id, duty_entries.c.recorded_on <= as_of, duty_entries.c.noted_on <= as_of
        ),
        "ledger.customer_flags": _not_released(customer_flags, company_id, as_of),
        "ledger.contact_results": _known(
            contact_results,
            company_id,
            contact_results.c.recorded_on <= as_of,
            contact_results.c.contacted_on <= as_of,
        ),
        "ledger.experiment_members": _known(experiment_members, company_id, experiment_members.c.assigned_on <= as_of),
        "ledger.reminders": _known(reminders, company_id, reminders.c.as_of <= as_of),
        "ledger.runs": _known(runs, company_id, runs.c.as_of <= as_of),
    }
    return {relation: _arrow(connection, query, SCHEMAS[relation]) for relation, query in queries.items()}


def _sent_steps(company_id: str, as_of: date) -> Subquery:
    """What was, or may have been, said. `delivery`: arrived (taken, and not come back as far as is known), unknown or returned."""
    item, reminder = reminder_items.c, reminders.c
    delivery = case(
        (reminder.status.in_(_TAKEN), "arrived"), (reminder.status == Status.BOUNCED.value, "returned"), else_="unknown"
    )
    return (
        select(
            item.company_id,
            item.customer_id,
            item.receivable_id,
            item.step,
            item.channel,
            item.as_of.label("sent_on"),
            delivery.label("delivery"),
        )
        # A message to a second role on the same day does not say the step twice.
        .distinct()
        .join_from(reminder_items, reminders, item.reminder_key == reminder.reminder_key)
        .where(
            item.company_id == company_id,
            item.as_of < as_of,
            reminder.status.in_(_LIVE),
            item.paid_amount.is_(None),
        )
        .subquery()
    )


def _thanks(company_id: str, as_of: date) -> Subquery:
    """What debtors were, or may have been, thanked for."""
    item, reminder = reminder_items.c, reminders.c
    return (
        select(item.company_id, item.customer_id, item.receivable_id, item.as_of.label("thanked_on"))
        .distinct()
        .join_from(reminder_items, reminders, item.reminder_key == reminder.reminder_key)
        .where(
            item.company_id == company_id,
            item.as_of < as_of,
            reminder.status.in_(_LIVE),
            item.paid_amount.is_not(None),
        )
        .subquery()
    )


def _contact_days(company_id: str, as_of: date) -> Subquery:
    """Messages that were, or may have been, sent, and contacts that people made: by a list or of their own accord."""
    columns, result = reminders.c, contact_results.c
    return union(
        select(columns.company_id, columns.customer_id, columns.channel, columns.as_of.label("contacted_on")).where(
            columns.company_id == company_id, columns.as_of < as_of, columns.status.in_(_LIVE)
        ),
        select(result.company_id, result.customer_id, result.channel, result.contacted_on).where(
            result.company_id == company_id,
            result.is_contact,
            result.contacted_on < as_of,
            result.recorded_on <= as_of,
        ),
    ).subquery()


def _opt_outs(company_id: str, as_of: date) -> Subquery:
    """What customers told people, and what they told the provider: a complaint, or that they want no more."""
    said, mark = opt_outs.c, contact_marks.c
    return union(
        select(said.company_id, said.customer_id, said.channel, said.from_on).where(
            said.company_id == company_id, said.from_on <= as_of, said.recorded_on <= as_of
        ),
        select(mark.company_id, mark.customer_id, mark.channel, mark.from_on).where(
            mark.company_id == company_id,
            mark.customer_id.is_not(None),
            mark.kind.in_([kind.value for kind in STOPPING]),
            mark.recorded_on <= as_of,
            stands_on(as_of),
        ),
    ).subquery()


def _disputes(company_id: str, as_of: date) -> Subquery:
    columns = disputes.c
    resolved_on = case((columns.resolved_on <= as_of, columns.resolved_on), else_=null())
    return (
        select(
            *(column for column in columns if column is not columns.resolved_on),
            type_coerce(resolved_on, Date).label("resolved_on"),
        )
        .where(columns.company_id == company_id, columns.opened_on <= as_of, columns.recorded_on <= as_of)
        .subquery()
    )


def _not_released(table: Table, company_id: str, as_of: date) -> Subquery:
    """A release that is known by `as_of` ends a hold or flag, so only those not released by then are told at all."""
    columns = table.c
    return _known(
        table,
        company_id,
        columns.from_on <= as_of,
        columns.recorded_on <= as_of,
        or_(columns.released_on.is_(None), columns.released_on > as_of),
    )


def _known(table: Table, company_id: str, *conditions: ColumnElement[bool]) -> Subquery:
    return select(table).where(table.c.company_id == company_id, *conditions).subquery()


def _arrow(connection: Connection, relation: Subquery, schema: pa.Schema) -> pa.Table:
    columns = [relation.c[name] for name in schema.names]
    rows = connection.execute(select(*columns).order_by(*columns)).all()
    values = zip(*rows, strict=True) if rows else ((),) * len(columns)
    return pa.Table.from_arrays(
        [_array(column, kind) for column, kind in zip(values, schema.types, strict=True)], schema=schema
    )


def _array(values: Sequence[object], kind: pa.DataType) -> pa.Array:
    if kind == MOMENT:
        values = [value.replace(tzinfo=None) if isinstance(value, datetime) else None for value in values]
    return pa.array(values, type=kind)
