"""Writes what the ledger knows of a world into the input relations `ledger.*`."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from tasks.warehouse.connection import Connection
from tests.segment.worlds import COMPANY, Customer, Entry, World


def insert(connection: Connection, relation: str, columns: str, rows: Sequence[tuple[object, ...]]) -> None:
    """Appends rows, given in the order of `columns`, to a table; other columns stay NULL."""
    names = columns.split()
    if rows:
        marks = ", ".join(f"unnest(${place})" for place in range(1, len(names) + 1))
        quoted = ", ".join(f'"{name}"' for name in names)
        values = [list(column) for column in zip(*rows, strict=True)]
        connection.execute(f"INSERT INTO {relation} ({quoted}) SELECT {marks}", values)


def fill_ledger(connection: Connection, world: World) -> None:
    """Writes what the ledger knows."""
    debtors = [(COMPANY, customer.customer_id, customer) for customer in world.customers]
    insert(
        connection,
        "ledger.sent_steps",
        "company_id customer_id receivable_id step sent_on channel delivery",
        [
            (a, b, s.receivable_id, s.step, day, s.channel, s.delivery)
            for a, b, c in debtors
            for s in c.said
            for day in s.days
        ],
    )
    insert(
        connection,
        "ledger.contact_days",
        "company_id customer_id contacted_on channel",
        [(a, b, day, "email") for a, b, c in debtors for day in c.contact_days]
        + [(a, b, *contact) for a, b, c in debtors for contact in c.contacts_by],
    )
    insert(
        connection,
        "ledger.thanks",
        "company_id customer_id receivable_id thanked_on",
        [(a, b, *thanked) for a, b, c in debtors for thanked in c.thanks],
    )
    insert(
        connection,
        "ledger.holds",
        "company_id customer_id receivable_id from_on until_on",
        [(a, b, e.receivable_id, e.from_on, e.until_on) for a, b, c in debtors for e in c.holds],
    )
    insert(
        connection,
        "ledger.disputes",
        "company_id customer_id receivable_id opened_on resolved_on",
        [(a, b, e.receivable_id, e.from_on, e.until_on) for a, b, c in debtors for e in c.disputes],
    )
    insert(
        connection,
        "ledger.promises",
        "company_id customer_id promise_id receivable_id recorded_on promised_for currency amount plan_id plan_amount",
        [
            (a, b, f"{b}-{n}", e.receivable_id, e.from_on, e.until_on, e.currency, e.amount, e.plan, _up_to(c, e))
            for a, b, c in debtors
            for n, e in enumerate(c.promises)
        ],
    )
    insert(
        connection,
        "ledger.experiment_members",
        "company_id customer_id experiment arm segment assigned_on",
        [(a, b, "trial", e.kind, "rest", e.from_on) for a, b, c in debtors for e in c.arms],
    )
    insert(
        connection,
        "ledger.customer_flags",
        "company_id customer_id kind from_on until_on",
        [(a, b, e.kind, e.from_on, e.until_on) for a, b, c in debtors for e in c.flags],
    )
    insert(
        connection,
        "ledger.confirmations",
        "company_id customer_id receivable_id kind confirmed_on",
        [(a, b, e.receivable_id, e.kind, e.from_on) for a, b, c in debtors for e in c.confirmations],
    )
    insert(
        connection,
        "ledger.opt_outs",
        "company_id customer_id channel from_on",
        [(a, b, e.channel, e.from_on) for a, b, c in debtors for e in c.opt_outs],
    )


def _up_to(customer: Customer, instalment: Entry) -> Decimal | None:
    """The plan's instalments up to this one."""
    if instalment.plan is None:
        return None
    plan = [e for e in customer.promises if e.plan == instalment.plan and e.until_on <= instalment.until_on]
    return sum((e.amount for e in plan), Decimal(0))
