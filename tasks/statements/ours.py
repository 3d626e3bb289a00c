"""What we hold of a customer: every document that was ever issued to him, and every payment, from a built `staging`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from tasks.problems import UserProblem
from tasks.statements.lines import NOTHING, LineKind, OurDocument, OurPayment
from tasks.warehouse.connection import Connection

_DOCUMENTS = """
SELECT
    r.document_number, r.document_type, s.currency, min(r.invoice_date), sum(s.amount), sum(s.open_amount),
    if(bool_and(s.settled_on IS NOT NULL), max(s.settled_on), NULL),
    list(r.receivable_id ORDER BY r.receivable_id),
    list_sort(list_distinct(flatten(list([r.purchase_order, r.delivery_note, r.receivable_id]))))
FROM staging.settlements AS s
INNER JOIN staging.receivables AS r ON s.company_id = r.company_id AND s.receivable_id = r.receivable_id
WHERE s.customer_id = $customer_id
GROUP BY r.document_number, r.document_type, s.currency
ORDER BY min(r.invoice_date), r.document_number, s.currency
"""
_PAYMENTS = """
SELECT p.payment_id, p.paid_on, p.currency, sum(p.amount), sum(p.unapplied_amount)
FROM staging.payments AS p
CROSS JOIN run.parameters AS run
WHERE p.customer_id = $customer_id AND p.paid_on <= run.as_of
GROUP BY p.payment_id, p.paid_on, p.currency
HAVING sum(p.amount) > 0
ORDER BY p.paid_on, p.payment_id
"""
_LAID = """
SELECT a.payment_id, r.document_number, a.currency, sum(a.amount)
FROM staging.allocations AS a
INNER JOIN staging.receivables AS r ON a.company_id = r.company_id AND a.receivable_id = r.receivable_id
WHERE r.customer_id = $customer_id AND a.payment_id IS NOT NULL
GROUP BY a.payment_id, r.document_number, a.currency
ORDER BY a.payment_id, r.document_number
"""
_UNTIL = "SELECT coalesce(max(paid_on), (SELECT as_of FROM run.parameters)) FROM staging.payments"
_NAME = "SELECT name, language, country FROM staging.customers WHERE customer_id = $customer_id"


def read_documents(connection: Connection, customer_id: str) -> list[OurDocument]:
    """The customer's documents by date, those that are settled too.

    Raises:
        UserProblem: there is no such customer.
    """
    if not connection.execute(_NAME, {"customer_id": customer_id}).fetchall():
        raise UserProblem.at(
            f"customer {customer_id}", "is in no export", "See mart.customers for the codes: `puntual query DIR SQL`."
        )
    rows = connection.execute(_DOCUMENTS, {"customer_id": customer_id}).fetchall()
    return [
        OurDocument(
            number=number,
            kind=LineKind.CREDIT_NOTE if kind == "credit_note" else LineKind.INVOICE,
            receivable_ids=tuple(ids),
            other_numbers=tuple(other for other in others if other and other != number),
            issued_on=issued_on,
            currency=currency,
            amount=Decimal(amount),
            open_amount=Decimal(open_amount),
            settled_on=settled_on,
        )
        for number, kind, currency, issued_on, amount, open_amount, settled_on, ids, others in rows
    ]


def read_payments(connection: Connection, customer_id: str) -> list[OurPayment]:
    """The customer's payments by day; money that went back to him is none."""
    laid: dict[tuple[str, str], list[tuple[str, Decimal]]] = defaultdict(list)
    for payment_id, number, currency, amount in connection.execute(_LAID, {"customer_id": customer_id}).fetchall():
        laid[payment_id, currency].append((number, Decimal(amount)))
    rows: Sequence[tuple[str, date, str, Decimal, Decimal]] = connection.execute(
        _PAYMENTS, {"customer_id": customer_id}
    ).fetchall()
    return [
        OurPayment(payment_id, paid_on, currency, amount, max(unapplied, NOTHING), tuple(laid[payment_id, currency]))
        for payment_id, paid_on, currency, amount, unapplied in rows
    ]


def payments_known_until(connection: Connection) -> date:
    """The newest day of which payments have landed."""
    found = connection.execute(_UNTIL).fetchone()
    if found is None:
        raise ValueError("run.parameters is empty")
    until: date = found[0]
    return until
