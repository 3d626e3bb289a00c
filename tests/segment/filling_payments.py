"""Writes what was paid in a world: of what is open still, of what is not any more, and money that lies on nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from tasks.warehouse.connection import Connection
from tests.segment.filling_ledger import insert
from tests.segment.worlds import COMPANY, Paid, Receivable, World

NOTHING = Decimal(0)


def fill_payments(connection: Connection, world: World) -> None:
    """Writes receivables, how they stand, their direct debits, and the money."""
    is_open = [(a, b, r) for a, b, c in world.debtors() for r in c.receivables]
    is_paid = [(a, b, p) for a, b, c in world.debtors() for p in c.paid]
    open_rows = [
        (a, b, r.receivable_id, r.currency, r.invoice_date, r.due_date, r.open_amount + _paid_of(r))
        for a, b, r in is_open
    ]
    paid_rows = [
        (a, b, p.receivable_id, p.currency, p.invoice_date, p.due_date, p.amount + p.never_came) for a, b, p in is_paid
    ]
    common = "company_id customer_id receivable_id currency invoice_date due_date amount"
    insert(
        connection,
        "staging.receivables",
        f"{common} document_number document_type is_disputed dunning_block is_assigned",
        [
            (*row, f"D-{r.receivable_id}", kind, r.is_disputed, r.dunning_block, r.is_assigned)
            for row, r, kind in (
                *((row, r, "invoice") for row, (_, _, r) in zip(open_rows, is_open, strict=True)),
                *((row, p, p.document_type) for row, (_, _, p) in zip(paid_rows, is_paid, strict=True)),
            )
        ],
    )
    insert(
        connection,
        "staging.settlements",
        f"{common} paid_amount cleared_amount settled_on open_amount",
        [(*row, _paid_of(r), NOTHING, None, r.open_amount) for row, (_, _, r) in zip(open_rows, is_open, strict=True)]
        + [
            (*row, p.amount, p.cleared, None if p.never_came else p.settled_on, NOTHING)
            for row, (_, _, p) in zip(paid_rows, is_paid, strict=True)
        ],
    )
    _fill_direct_debits(connection, world)
    columns = "company_id receivable_id currency paid_on amount rule"
    laid_on_open = [
        (a, r.receivable_id, r.currency, *part, "receivable") for a, _, r in is_open for part in r.part_payments
    ]
    insert(connection, "staging.open_allocations", columns, laid_on_open)
    insert(
        connection,
        "staging.allocations",
        columns,
        laid_on_open
        + [
            (a, p.receivable_id, p.currency, p.settled_on, amount, rule)
            for a, _, p in is_paid
            for amount, rule in _money(p)
        ],
    )
    insert(
        connection,
        "staging.guessed_totals",
        "company_id receivable_id amount last_on",
        [(a, p.receivable_id, p.guessed, p.settled_on) for a, _, p in is_paid if p.guessed],
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


def _paid_of(receivable: Receivable) -> Decimal:
    return sum((amount for _, amount in receivable.part_payments), NOTHING)


def _money(paid: Paid) -> Iterator[tuple[Decimal, str]]:
    """What came, by the rule that laid it; the export's own clearing counts as money, as in `staging.allocations`."""
    rules = {
        paid.named_by: paid.amount - paid.guessed - paid.cleared,
        "exact_amount": paid.guessed,
        "cleared": paid.cleared,
    }
    return ((amount, rule) for rule, amount in rules.items() if amount)


def _fill_direct_debits(connection: Connection, world: World) -> None:
    insert(
        connection,
        "staging.direct_debits",
        "company_id receivable_id status expected_until returned_on",
        [
            (COMPANY, r.receivable_id, _debit_status(r, world.as_of), r.debit_until, r.debit_returned_on)
            for c in world.customers
            for r in c.receivables
            if r.debit_until or r.debit_returned_on
        ]
        + [
            (COMPANY, p.receivable_id, p.debit, p.due_date, p.settled_on if p.debit == "returned" else None)
            for c in world.customers
            for p in c.paid
            if p.debit
        ],
    )


def _debit_status(receivable: Receivable, as_of: date) -> str:
    if receivable.debit_returned_on is not None:
        return "returned"
    return "on_its_way" if receivable.debit_until is not None and receivable.debit_until >= as_of else "overdue"
