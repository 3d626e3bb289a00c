"""Writes synthetic receivables into a scratch work database: as exports would land them, and as the ledger would know them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import get_args

from tasks.segment.ladders import ContactRole
from tasks.segment.lint_worlds import AMOUNT, Case
from tasks.settings.workspace import Company
from tasks.warehouse.connection import Connection

Value = str | date | Decimal | None
_TALK_DAYS = 5
"""Days between a promise or dispute and the day on which it is broken or resolved."""
DEBIT_DAYS = 10
"""Days after its collection for which a direct debit is on its way (docs/decisions/0004)."""


def fill_inputs(connection: Connection, cases: Sequence[Case], company: Company) -> None:
    """Customers with every contact, their receivables, and what happens to them. Empty input relations must exist."""
    of, money = company.id, company.currency
    _insert(
        connection,
        "landing.customers",
        "company_id customer_id country payment_method",
        [(of, case.customer_id, case.country or None, case.payment_method) for case in cases],
    )
    _insert(
        connection,
        "landing.contacts",
        "company_id customer_id contact_id role email phone mobile",
        [
            (
                of,
                case.customer_id,
                f"{case.customer_id}-{role}",
                role,
                "nobody@example.com",
                "+34900000000",
                "+34600000000",
            )
            for case in cases
            for role in get_args(ContactRole)
        ],
    )
    _insert(
        connection,
        "landing.receivables",
        "company_id customer_id receivable_id document_number document_type invoice_date due_date currency amount open_amount payment_method",
        [
            (
                of,
                c.customer_id,
                c.customer_id,
                c.customer_id,
                "invoice",
                c.invoice_date,
                c.due_date,
                money,
                AMOUNT,
                AMOUNT,
                c.payment_method,
            )
            for c in cases
        ],
    )
    _insert(
        connection,
        "ledger.confirmations",
        "company_id customer_id receivable_id kind confirmed_on",
        [(of, case.customer_id, None, "whatsapp_opt_in", case.invoice_date) for case in cases]
        + [
            (of, case.customer_id, case.customer_id, kind, case.invoice_date)
            for case in cases
            for kind in case.confirmed
        ]
        + [
            (of, case.customer_id, case.customer_id, case.event.removeprefix("confirmed_"), case.event_on)
            for case in cases
            if case.event is not None and case.event.startswith("confirmed_")
        ],
    )
    _insert(
        connection,
        "ledger.promises",
        "promise_id company_id customer_id receivable_id recorded_on promised_for",
        [(c.customer_id, of, c.customer_id, c.customer_id, *_talk(c)) for c in cases if c.event == "promise_broken"],
    )
    _insert(
        connection,
        "ledger.disputes",
        "dispute_id company_id customer_id receivable_id opened_on resolved_on",
        [(c.customer_id, of, c.customer_id, c.customer_id, *_talk(c)) for c in cases if c.event == "dispute_resolved"],
    )


def fill_debits(connection: Connection, cases: Sequence[Case], company: Company) -> None:
    """How direct debits stand, in place of what no export says: on their way since the due date, or returned on the day of the event."""
    relation, columns = "staging.direct_debits", "company_id receivable_id status expected_until returned_on"
    _insert(
        connection,
        relation,
        columns,
        [
            (company.id, c.customer_id, "on_its_way", c.due_date + timedelta(days=DEBIT_DAYS), None)
            for c in cases
            if c.kind == "direct_debit"
        ]
        + [
            (company.id, c.customer_id, "returned", c.event_on, c.event_on)
            for c in cases
            if c.event == "direct_debit_returned"
        ],
    )


def end_debits(connection: Connection, day: date) -> bool:
    """Marks the direct debits that should have come before `day`; True where there are any."""
    found = connection.execute(
        "UPDATE staging.direct_debits SET status = 'overdue' WHERE status = 'on_its_way' AND expected_until < $1", [day]
    ).fetchone()
    return bool(found and found[0])


def _talk(case: Case) -> tuple[date | None, date | None]:
    return (case.event_on - timedelta(days=_TALK_DAYS) if case.event_on else None, case.event_on)


def _insert(connection: Connection, relation: str, columns: str, rows: Sequence[tuple[Value, ...]]) -> None:
    if rows:
        names = columns.split()
        values = ", ".join(f"unnest(${place})" for place in range(1, len(names) + 1))
        listed = ", ".join(f'"{name}"' for name in names)
        connection.execute(
            f"INSERT INTO {relation} ({listed}) SELECT {values}", [list(column) for column in zip(*rows, strict=True)]
        )
