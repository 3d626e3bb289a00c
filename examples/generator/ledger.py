"""Puts the parts together: customers, their documents and payments, as the tables that get exported."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import replace

from examples.generator.customers import draw_customers
from examples.generator.days import LAST_BOOKED
from examples.generator.documents import CREDIT_NOTE, Item, draw_credit_note, draw_invoices
from examples.generator.payments import BankLine, Settlement, number_operations, settle
from examples.generator.tables import (
    CONTACT_HEADER,
    CUSTOMER_HEADER,
    INVOICE_HEADER,
    PAYMENT_HEADER,
    Table,
    contact_rows,
    customer_row,
    invoice_row,
    payment_row,
)

SEED = 20260616
CREDIT_NOTE_SHARE = 0.03


def make_tables(seed: int = SEED) -> list[Table]:
    """The clean exports: customers, contacts, invoices by year, payments."""
    rng = random.Random(seed)
    customers = draw_customers(rng)
    settlements = _settle_all(draw_invoices(customers, rng), rng)
    items = [settlement.item for settlement in settlements] + _numbered_credit_notes(settlements)
    lines = [line for settlement in settlements for line in settlement.lines]
    return [
        Table("clientes", "clientes.xlsx", "Clientes", CUSTOMER_HEADER, [customer_row(each) for each in customers]),
        Table(
            "contactos",
            "clientes.xlsx",
            "Contactos",
            CONTACT_HEADER,
            [row for each in customers for row in contact_rows(each)],
        ),
        *_invoices_by_year(items),
        _payments(lines),
    ]


def _settle_all(invoices: list[list[Item]], rng: random.Random) -> list[Settlement]:
    settlements = []
    for invoice in invoices:
        credit_note = (
            draw_credit_note(invoice[0], "", rng) if len(invoice) == 1 and rng.random() < CREDIT_NOTE_SHARE else None
        )
        settlements += [settle(item, credit_note, rng) for item in invoice]
    return settlements


def _numbered_credit_notes(settlements: list[Settlement]) -> list[Item]:
    """Credit notes issued by the last booked day, numbered in order of date within their year."""
    notes = [
        each.credit_note for each in settlements if each.credit_note and each.credit_note.invoice_date <= LAST_BOOKED
    ]
    of_year: defaultdict[int, int] = defaultdict(int)
    numbered = []
    for note in sorted(notes, key=lambda note: note.invoice_date):
        of_year[note.invoice_date.year] += 1
        numbered.append(
            replace(note, number=f"{CREDIT_NOTE}{note.invoice_date.year % 100}-{of_year[note.invoice_date.year]:05d}")
        )
    return numbered


def _invoices_by_year(items: list[Item]) -> list[Table]:
    """One file per year of issue, in order of date, type and number, as accounting prints its journal."""
    ordered = sorted(items, key=lambda item: (item.invoice_date, item.type, item.number, item.instalment))
    years = sorted({item.invoice_date.year for item in ordered})
    return [
        Table(
            "facturas",
            f"facturas_{year}.csv",
            "",
            INVOICE_HEADER,
            [invoice_row(item) for item in ordered if item.invoice_date.year == year],
        )
        for year in years
    ]


def _payments(lines: list[BankLine]) -> Table:
    rows = [payment_row(operation, number, line) for operation, number, line in number_operations(lines)]
    return Table("cobros", "cobros_banco.csv", "", PAYMENT_HEADER, rows)
