"""Some customers of a work database with all that is known of them, as a world that the oracle can decide."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby

from tasks.warehouse.connection import Connection
from tests.segment.worlds import Contact, Customer, Entry, Receivable, Said, World

_MASTER = "staging.customers AS c INNER JOIN score.customer_scores AS s USING (customer_id)"


def sample_world(connection: Connection, customers: int, as_of: date) -> World:
    """The first customers with all that is known of them, as values of Python."""
    ids = [f"C{number}" for number in range(customers)]

    def read(columns: str, relation: str) -> dict[str, list[tuple]]:
        found = connection.execute(
            f"SELECT customer_id, {columns} FROM {relation} WHERE list_contains($1, customer_id) ORDER BY ALL",  # noqa: S608 - ours
            [ids],
        ).fetchall()
        return {name: [row[1:] for row in rows] for name, rows in groupby(found, key=lambda row: row[0])}

    receivables = read(
        "receivable_id, due_date, invoice_date, currency, open_amount, is_disputed", "staging.open_receivables"
    )
    contacts = read("contact_id, role, email, phone", "staging.contacts")
    said = read("receivable_id, step, sent_on, channel", "ledger.sent_steps")
    days = read("contacted_on", "ledger.contact_days")
    promises = read("receivable_id, recorded_on, promised_for, currency", "ledger.promises")
    disputes = read("receivable_id, opened_on", "ledger.disputes")
    holds = read("from_on, until_on", "ledger.holds")
    credits_ = read("currency, credit_amount", "staging.credits")
    parts: dict[str, list[tuple[date, Decimal]]] = {}
    for receivable_id, paid_on, amount in connection.execute(
        "SELECT a.receivable_id, a.paid_on, a.amount FROM staging.allocations AS a"
        " INNER JOIN staging.open_receivables AS r USING (receivable_id) WHERE list_contains($1, r.customer_id)",
        [ids],
    ).fetchall():
        parts.setdefault(receivable_id, []).append((paid_on, amount))
    master = read("c.country, c.financial_situation, s.risk_grade, s.is_new, c.sector", _MASTER)
    made = [
        Customer(
            name,
            country=master[name][0][0],
            financial_situation=master[name][0][1],
            risk_grade=master[name][0][2],
            is_new=master[name][0][3],
            sector=master[name][0][4],
            receivables=[Receivable(*row, part_payments=tuple(parts.get(row[0], ()))) for row in receivables[name]],
            contacts=[Contact(i, role, email, phone=phone) for i, role, email, phone in contacts[name]],
            said=[Said(item, step, day, channel=channel) for item, step, day, channel in said.get(name, ())],
            contact_days=[day for (day,) in days.get(name, ())],
            promises=[
                Entry(item, made_on, until, currency) for item, made_on, until, currency in promises.get(name, ())
            ],
            disputes=[Entry(item, opened_on) for item, opened_on in disputes.get(name, ())],
            holds=[Entry(None, from_on, until_on) for from_on, until_on in holds.get(name, ())],
            credits=dict(credits_.get(name, ())),
        )
        for name in ids
    ]
    return World(as_of, made, newest_payment_on=as_of - timedelta(days=1))
