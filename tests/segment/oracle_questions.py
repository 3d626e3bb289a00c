"""Which confirmations about a receivable are missing, written from docs/duties.md and not from the SQL."""

from __future__ import annotations

from datetime import date

from tests.segment.worlds import Customer, Receivable

QUESTIONS = (
    "invoice_received",
    "goods_received",
    "direct_debit_ready",
    "payment_document_missing",
    "payment_scheduled",
)
DRAFTS = ("letra", "pagare")


def is_missing(question: str, receivable: Receivable, customer: Customer, today: date) -> bool:
    """Whether the question applies to the receivable and nothing answers it yet."""
    answers = {
        c.kind
        for c in customer.confirmations
        if c.from_on is not None
        and c.from_on <= today
        and (
            c.receivable_id == receivable.receivable_id
            or (c.receivable_id is None and (c.kind == "direct_debit" or receivable.invoice_date <= c.from_on))
        )
    }
    method = receivable.payment_method or customer.payment_method
    status = receivable.payment_document_status
    has_document = (
        receivable.payment_document_number is not None if status is None else status in ("received", "accepted")
    )
    if question == "invoice_received":
        return not answers & {"invoice_received", "payment_scheduled"}
    if question == "goods_received":
        known = receivable.goods_received_on is not None and receivable.goods_received_on <= today
        return receivable.service_entry_sheet is None and not known and not answers & {question, "payment_scheduled"}
    if question == "direct_debit_ready":
        return method == "direct_debit" and "direct_debit" not in answers and not has_document
    if question == "payment_document_missing":
        return method in DRAFTS and "payment_document" not in answers and not has_document
    return method not in ("direct_debit", *DRAFTS) and "payment_scheduled" not in answers
