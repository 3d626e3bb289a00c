"""What customers were billed: invoices (some in instalments), debit notes and credit notes."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import date, timedelta

from examples.generator.customers import Customer
from examples.generator.days import LAST_BOOKED, on_or_after, working_days

DOCUMENTS = 24_300
"""Invoices; credit and debit notes come on top."""
INVOICE, CREDIT_NOTE, DEBIT_NOTE = "FV", "AB", "ND"
LARGE_AMOUNT_FACTOR = 1.6


@dataclass(frozen=True)
class Item:
    """One row of the ledger: an instalment of a document. `amount` is in smallest units and never negative; the type says the sign."""

    customer: Customer
    number: str
    instalment: int
    type: str
    invoice_date: date
    due_date: date
    amount: int
    method: str
    payment_document: str
    purchase_order: str
    entry_sheet: str
    delivery_note: str
    project: str
    has_empty_due_date: bool
    payment_document_state: str = ""
    is_disputed: bool = False
    block: str = ""
    cleared_on: date | None = None

    @property
    def receivable_id(self) -> str:
        return f"{self.number}-{self.instalment}"

    @property
    def times_usual_amount(self) -> float:
        return self.amount / self.customer.usual_amount


def draw_invoices(customers: list[Customer], rng: random.Random) -> list[list[Item]]:
    """Invoices and debit notes in order of date and number; each is the list of its instalments."""
    dates = _draw_dates(customers, rng)
    counters: dict[tuple[str, int], int] = {}
    invoices = []
    for day, customer in dates:
        kind = DEBIT_NOTE if rng.random() < 0.006 else INVOICE
        counters[kind, day.year] = counters.get((kind, day.year), 0) + 1
        number = f"{kind}{day.year % 100}-{counters[kind, day.year]:05d}"
        invoices.append(_draw_invoice(customer, kind, number, day, rng))
    return invoices


def _draw_dates(customers: list[Customer], rng: random.Random) -> list[tuple[date, Customer]]:
    """Busier at the end of the month, quieter in August and December, growing by a sixth in the period."""
    days_from = {
        first: working_days(first, LAST_BOOKED) for first in {customer.first_invoice for customer in customers}
    }
    longest = max(len(days) for days in days_from.values())
    volumes = [customer.weight * len(days_from[customer.first_invoice]) / longest for customer in customers]
    dates = []
    for place, customer in enumerate(customers):
        days = days_from[customer.first_invoice]
        wanted = max(2, round(DOCUMENTS * volumes[place] / sum(volumes)))
        weights = [_busyness(day) * (1 + 0.17 * n / longest) for n, day in enumerate(days)]
        dates += [(day, place) for day in rng.choices(days, weights=weights, k=wanted)]
    return [(day, customers[place]) for day, place in sorted(dates)]


def _busyness(day: date) -> float:
    return (1.7 if day.day >= 26 else 1.0) * (0.6 if day.month in {8, 12} else 1.0)


def _draw_invoice(customer: Customer, kind: str, number: str, day: date, rng: random.Random) -> list[Item]:
    euro_cents = customer.country.currency != "CLP"
    total = max(round(customer.usual_amount * rng.lognormvariate(-0.3, 0.75)), 900)
    total = total if euro_cents or total < 10_000 else total // 10 * 10
    parts = (
        rng.choice([2, 3])
        if kind == INVOICE and total > LARGE_AMOUNT_FACTOR * customer.usual_amount and rng.random() < 0.3
        else 1
    )
    method = "Transferencia" if customer.terms == 0 else customer.method
    prefix = {"Letra": "L", "Pagaré": "P"}.get(method)
    mandate = f"MD-{customer.customer_id}" if method == "Recibo SEPA" else ""
    base = Item(
        customer=customer,
        number=number,
        instalment=1,
        type=kind,
        invoice_date=day,
        due_date=day,
        amount=0,
        method=method,
        payment_document=f"{prefix}-{number[2:]}" if prefix else mandate,
        purchase_order=f"45{rng.randint(0, 99_999_999):08d}" if rng.random() < 0.5 else "",
        entry_sheet=f"1000{rng.randint(0, 999_999):06d}" if customer.wants_entry_sheet and rng.random() < 0.8 else "",
        delivery_note=f"A{number[2:]}" if kind == INVOICE and rng.random() < 0.7 else "",
        project=_draw_project(customer, rng) if customer.has_projects and rng.random() < 0.7 else "",
        has_empty_due_date=customer.terms == 0,
    )
    return [
        replace(
            base,
            instalment=number_of_part,
            due_date=_due(
                day + timedelta(days=customer.terms + 30 * (number_of_part - 1)), is_drawn=bool(base.payment_document)
            ),
            amount=total // parts + (total % parts if number_of_part == 1 else 0),
        )
        for number_of_part in range(1, parts + 1)
    ]


def _due(day: date, *, is_drawn: bool) -> date:
    """Direct debits and drafts are made out to a working day; other invoices fall due on any."""
    return on_or_after(day) if is_drawn else day


def _draw_project(customer: Customer, rng: random.Random) -> str:
    """A project code; a few carry a separator inside quotes, as people type them."""
    code = f"OB-{customer.customer_id[-4:]}/{rng.randint(1, 3)}"
    return f"{code}; fase {rng.randint(1, 4)}" if rng.random() < 0.03 else code


def draw_credit_note(invoice: Item, number: str, rng: random.Random) -> Item:
    """A credit note for all of an invoice or a part of it, some days later."""
    share = 1.0 if rng.random() < 0.25 else rng.uniform(0.04, 0.4)
    issued = on_or_after(invoice.invoice_date + timedelta(days=rng.randint(3, 35)))
    return replace(
        invoice,
        number=number,
        instalment=1,
        type=CREDIT_NOTE,
        invoice_date=issued,
        due_date=issued,
        amount=max(round(invoice.amount * share), 1),
        payment_document="",
        delivery_note="",
        has_empty_due_date=False,
    )
