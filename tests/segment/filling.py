"""Writes a world into the relations that segment and decide read; no staging or score is built."""

from __future__ import annotations

from dataclasses import astuple

from tasks.warehouse.connection import Connection
from tests.segment.filling_ledger import fill_ledger, insert
from tests.segment.filling_payments import fill_payments
from tests.segment.worlds import COMPANY, World

# Columns of docs/architecture.md that segment, decide and explain read.
BUILT_BEFORE = {
    "staging.customers": "company_id customer_id name country language sector zone customer_class financial_situation"
    " payment_method",
    "staging.contacts": "company_id customer_id contact_id role name email phone mobile language last_verified_on:DATE",
    "staging.postal_addresses": "company_id customer_id contact_id postal_address street_address is_deliverable:BOOLEAN",
    "staging.receivables": "company_id customer_id receivable_id document_number document_type invoice_date:DATE"
    " due_date:DATE currency amount:DECIMAL(18,2) is_disputed:BOOLEAN dunning_block is_assigned:BOOLEAN"
    " instalment_number:INTEGER payment_terms_days:INTEGER purchase_order",
    "staging.open_receivables": "company_id customer_id receivable_id document_number currency open_amount:DECIMAL(18,2)"
    " invoice_date:DATE due_date:DATE days_overdue:INTEGER is_disputed:BOOLEAN dunning_block"
    " is_assigned:BOOLEAN is_price_agreed:BOOLEAN has_open_complaint:BOOLEAN"
    " delivered_on:DATE goods_received_on:DATE document_sent_on:DATE"
    " document_type payment_method payment_document_number payment_document_status purchase_order service_entry_sheet"
    " instalment_number:INTEGER document_references:MAP(VARCHAR,VARCHAR)",
    "staging.direct_debits": "company_id receivable_id status expected_until:DATE returned_on:DATE reason_code",
    "staging.credits": "company_id customer_id currency credit_amount:DECIMAL(18,2)",
    "staging.settlements": "company_id customer_id receivable_id currency invoice_date:DATE due_date:DATE"
    " amount:DECIMAL(18,2) paid_amount:DECIMAL(18,2) cleared_amount:DECIMAL(18,2) settled_on:DATE"
    " open_amount:DECIMAL(18,2)",
    "staging.allocations": "company_id payment_id receivable_id currency amount:DECIMAL(18,2) paid_on:DATE rule",
    "staging.open_allocations": "company_id payment_id receivable_id currency amount:DECIMAL(18,2) paid_on:DATE rule",
    "staging.guessed_totals": "company_id receivable_id amount:DECIMAL(18,2) last_on:DATE",
    "staging.unapplied_payments": "company_id payment_id customer_id currency unapplied_amount:DECIMAL(18,2)",
    "staging.known_payments": "company_id payment_id paid_on:DATE",
    "score.customer_scores": "company_id customer_id risk_score:INTEGER risk_grade trend is_new:BOOLEAN"
    " settled_count:BIGINT late_share:DOUBLE median_days_late:DOUBLE",
    "score.receivable_scores": "company_id receivable_id late_probability:DOUBLE expected_pay_date:DATE"
    " log_odds:DOUBLE parts:VARCHAR[] model method confidence",
}


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
        "company_id customer_id contact_id postal_address street_address is_deliverable",
        [
            (a, b, contact.contact_id, contact.postal_address, contact.postal_address, True)
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
