"""A work database with the relations that segment and decide read, filled from a world; no staging or score is built."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import astuple
from datetime import date
from decimal import Decimal

import duckdb
import pytest

from tasks.segment.decide import decide
from tasks.segment.strategy import Strategy
from tasks.warehouse.connection import Connection
from tasks.warehouse.inputs import create_empty, create_empty_inputs
from tests.segment.worlds import COMPANY, Customer, Entry, Receivable, World

# Columns of docs/architecture.md that segment, decide and explain read.
BUILT_BEFORE = {
    "staging.customers": "company_id customer_id name country language sector zone customer_class financial_situation"
    " payment_method",
    "staging.contacts": "company_id customer_id contact_id role name email phone mobile language last_verified_on:DATE",
    "staging.postal_addresses": "company_id customer_id contact_id postal_address",
    "staging.receivables": "company_id customer_id receivable_id document_number document_type invoice_date:DATE currency"
    " amount:DECIMAL(18,2)",
    "staging.open_receivables": "company_id customer_id receivable_id document_number currency open_amount:DECIMAL(18,2)"
    " invoice_date:DATE due_date:DATE days_overdue:INTEGER is_disputed:BOOLEAN dunning_block"
    " is_assigned:BOOLEAN is_price_agreed:BOOLEAN has_open_complaint:BOOLEAN"
    " delivered_on:DATE goods_received_on:DATE document_sent_on:DATE"
    " document_type payment_method payment_document_number payment_document_status purchase_order service_entry_sheet"
    " instalment_number:INTEGER document_references:MAP(VARCHAR,VARCHAR)",
    "staging.direct_debits": "company_id receivable_id status expected_until:DATE returned_on:DATE reason_code",
    "staging.credits": "company_id customer_id currency credit_amount:DECIMAL(18,2)",
    "staging.settlements": "company_id customer_id receivable_id currency invoice_date:DATE due_date:DATE"
    " paid_amount:DECIMAL(18,2) settled_on:DATE open_amount:DECIMAL(18,2)",
    "staging.allocations": "company_id payment_id receivable_id currency amount:DECIMAL(18,2) paid_on:DATE rule",
    "staging.unapplied_payments": "company_id payment_id customer_id currency unapplied_amount:DECIMAL(18,2)",
    "staging.known_payments": "company_id payment_id paid_on:DATE",
    "score.customer_scores": "company_id customer_id risk_score:INTEGER risk_grade trend is_new:BOOLEAN"
    " settled_count:BIGINT late_share:DOUBLE median_days_late:DOUBLE",
    "score.receivable_scores": "company_id receivable_id late_probability:DOUBLE expected_pay_date:DATE"
    " log_odds:DOUBLE parts:VARCHAR[] model method confidence",
}


def insert(connection: Connection, relation: str, columns: str, rows: Sequence[tuple[object, ...]]) -> None:
    """Appends rows, given in the order of `columns`, to a table; other columns stay NULL."""
    names = columns.split()
    if rows:
        marks = ", ".join(f"unnest(${place})" for place in range(1, len(names) + 1))
        quoted = ", ".join(f'"{name}"' for name in names)
        values = [list(column) for column in zip(*rows, strict=True)]
        connection.execute(f"INSERT INTO {relation} ({quoted}) SELECT {marks}", values)


def fill(connection: Connection, world: World) -> None:
    """Writes a world into the (empty) input and staging relations."""
    debtors = [(COMPANY, customer.customer_id, customer) for customer in world.customers]
    insert(
        connection,
        "run.parameters",
        "run_id as_of company_id company_name company_country company_language company_currency",
        [("20261201-00000001", world.as_of, COMPANY, "Acme", world.company_country, "es", "EUR")],
    )
    insert(
        connection,
        "staging.customers",
        "company_id customer_id name country customer_class financial_situation sector payment_method",
        [
            (a, b, "Name", c.country, c.customer_class, c.financial_situation, c.sector, c.payment_method)
            for a, b, c in debtors
        ],
    )
    insert(
        connection,
        "score.customer_scores",
        "company_id customer_id risk_grade is_new",
        [(a, b, c.risk_grade, c.is_new) for a, b, c in debtors],
    )
    insert(
        connection,
        "staging.contacts",
        "company_id customer_id contact_id role email language last_verified_on phone mobile",
        [(a, b, *astuple(contact)[:7]) for a, b, c in debtors for contact in c.contacts],
    )
    insert(
        connection,
        "ledger.contact_marks",
        "company_id mark_id channel kind address from_on",
        [
            (a, f"{b}-{k.contact_id}", "email", "bounced", k.email.lower(), k.marked_on)
            for a, b, c in debtors
            for k in c.contacts
            if k.email and k.marked_on
        ],
    )
    insert(
        connection,
        "staging.postal_addresses",
        "company_id customer_id contact_id postal_address",
        [
            (a, b, contact.contact_id, contact.postal_address)
            for a, b, c in debtors
            for contact in c.contacts
            if contact.postal_address
        ],
    )
    insert(
        connection,
        "staging.open_receivables",
        "company_id customer_id receivable_id due_date invoice_date currency open_amount is_disputed dunning_block"
        " is_assigned is_price_agreed has_open_complaint delivered_on goods_received_on document_sent_on"
        " document_number days_overdue document_type payment_method service_entry_sheet"
        " payment_document_number payment_document_status",
        [
            (
                a,
                b,
                *astuple(r)[:13],
                f"D-{r.receivable_id}",
                (world.as_of - r.due_date).days,
                "invoice",
                *astuple(r)[16:],
            )
            for a, b, c in debtors
            for r in c.receivables
        ],
    )
    insert(
        connection,
        "staging.direct_debits",
        "company_id receivable_id status expected_until returned_on",
        [
            (a, r.receivable_id, _debit_status(r, world.as_of), r.debit_until, r.debit_returned_on)
            for a, b, c in debtors
            for r in c.receivables
            if r.debit_until or r.debit_returned_on
        ],
    )
    fill_payments(connection, world)
    insert(
        connection,
        "staging.credits",
        "company_id customer_id currency credit_amount",
        [(a, b, *credit) for a, b, c in debtors for credit in c.credits.items()],
    )
    fill_ledger(connection, world)
    if world.newest_payment_on:
        insert(connection, "landing.payments", "company_id paid_on", [(COMPANY, world.newest_payment_on)])
    if world.newest_clearing_on:
        insert(connection, "landing.receivables", "company_id cleared_on", [(COMPANY, world.newest_clearing_on)])


def _debit_status(receivable: Receivable, as_of: date) -> str:
    if receivable.debit_returned_on is not None:
        return "returned"
    return "on_its_way" if receivable.debit_until is not None and receivable.debit_until >= as_of else "overdue"


def fill_payments(connection: Connection, world: World) -> None:
    """Writes what was paid: of what is open still, of what is not any more, and money that lies on nothing."""
    insert(
        connection,
        "staging.settlements",
        "company_id customer_id receivable_id currency invoice_date due_date settled_on open_amount",
        [
            (a, b, r.receivable_id, r.currency, r.invoice_date, r.due_date, None, r.open_amount)
            for a, b, c in world.debtors()
            for r in c.receivables
        ]
        + [
            (a, b, p.receivable_id, p.currency, p.invoice_date, p.due_date, p.settled_on, Decimal(0))
            for a, b, c in world.debtors()
            for p in c.paid
        ],
    )
    insert(
        connection,
        "staging.allocations",
        "company_id receivable_id currency paid_on amount",
        [
            (a, r.receivable_id, r.currency, *p)
            for a, _, c in world.debtors()
            for r in c.receivables
            for p in r.part_payments
        ]
        + [(a, p.receivable_id, p.currency, p.settled_on, p.amount) for a, _, c in world.debtors() for p in c.paid],
    )
    loose = [(a, f"{b}-{n}", b, *money) for a, b, c in world.debtors() for n, money in enumerate(c.money_on_nothing)]
    insert(
        connection,
        "staging.unapplied_payments",
        "company_id payment_id customer_id currency unapplied_amount",
        [(a, payment_id, b, currency, amount) for a, payment_id, b, _, currency, amount in loose],
    )
    insert(
        connection,
        "staging.known_payments",
        "company_id payment_id paid_on",
        [(a, payment_id, paid_on) for a, payment_id, _, paid_on, _, _ in loose],
    )


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


@pytest.fixture
def decide_world() -> Iterator[Callable[[World, Strategy], Connection]]:
    """Builds segment and decide for a world and a strategy, and gives the work database."""
    opened: list[Connection] = []

    def make(world: World, strategy: Strategy) -> Connection:
        connection = duckdb.connect(config={"threads": 1, "autoload_known_extensions": False})
        opened.append(connection)
        create_empty_inputs(connection)
        for relation, columns in BUILT_BEFORE.items():
            typed = {column.split(":")[0]: column.partition(":")[2] or "VARCHAR" for column in columns.split()}
            create_empty(connection, relation, typed)
        fill(connection, world)
        decide(connection, strategy, batch_size=3)
        return connection

    yield make
    for connection in opened:
        connection.close()
