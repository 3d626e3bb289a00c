"""One row per rule that breaks this rule and nothing else, as changes to a row that breaks none."""

from __future__ import annotations

from tasks.contracts.currencies import WITHOUT_DECIMALS

Row = dict[str, str | None]

SOUND: dict[str, Row] = {
    "customers": {
        "company_id": "acme",
        "customer_id": "C1",
        "name": "Talleres Ebro, S.L.",
        "country": "ES",
        "language": "es",
        "financial_situation": "normal",
        "payment_method": "transfer",
        "payment_terms_days": "30",
        "credit_limit": "5000",
        "credit_currency": "EUR",
        "customer_since": "2019-03-01",
    },
    "contacts": {
        "company_id": "acme",
        "customer_id": "C1",
        "contact_id": "K1",
        "role": "reminder",
        "name": "Tesorería",
        "email": "pagos@example.com",
        "phone": "+34 910 000 000",
        "language": "es",
        "last_verified_on": "2026-05-01",
    },
    "receivables": {
        "company_id": "acme",
        "customer_id": "C1",
        "receivable_id": "R1",
        "document_number": "F1",
        "document_type": "invoice",
        "instalment_number": "1",
        "invoice_date": "2026-04-01",
        "due_date": "2026-05-01",
        "payment_terms_days": "30",
        "currency": "EUR",
        "amount": "1210.50",
        "open_amount": "1000",
        "cleared_on": "2026-05-03",
        "payment_method": "letra",
        "payment_document_status": "received",
        "customer_country": "ES",
    },
    "payments": {
        "company_id": "acme",
        "payment_id": "P1",
        "paid_on": "2026-05-03",
        "currency": "EUR",
        "amount": "1210.50",
        "payment_method": "transfer",
    },
    "direct_debits": {
        "company_id": "acme",
        "direct_debit_id": "D1",
        "status": "ordered",
        "stated_on": "2026-05-02",
        "collect_on": "2026-05-05",
        "end_to_end_id": "F1",
        "batch_id": "B1",
        "message_id": "M1",
        "currency": "EUR",
        "amount": "1210.50",
        "sequence_type": "RCUR",
    },
    "orders": {
        "company_id": "acme",
        "order_id": "PV1",
        "customer_id": "C1",
        "currency": "EUR",
        "amount": "1210.50",
        "ordered_on": "2026-06-10",
        "delivered_on": "2026-06-12",
        "is_prepaid": "false",
        "status": "open",
    },
}
# Rules that ask for one of several optional values, each with the value that is enough.
ONE_OF_THEM: dict[str, Row] = {
    "contact_reachable": {"email": "pagos@example.com"},
    "names_an_order": {"end_to_end_id": "F1"},
    "order_is_complete": {"status": "rejected"},
}
CREDIT_NOTE: Row = {"document_type": "credit_note", "amount": "-100", "open_amount": "-40"}
# A column that may hold any text, so that rows of one key can differ in it.
FREE_TEXT = {
    "customers": "sector",
    "contacts": "name",
    "receivables": "customer_name",
    "payments": "bank_reference",
    "direct_debits": "batch_id",
    "orders": "customer_id",
}
# What an unreadable value needs beside it, so that no rule misses it too.
BESIDE_UNREADABLE: dict[tuple[str, str], Row] = {
    ("direct_debits", "amount"): {"status": "rejected"},
    ("direct_debits", "collect_on"): {"status": "rejected"},
}
# Exactly one per rule: the mutant file of the rule.
MUTANTS: dict[tuple[str, str], Row] = {
    ("customers", "country_known"): {"country": "Spain"},
    ("customers", "language_known"): {"language": "fr"},
    ("customers", "financial_situation_known"): {"financial_situation": "Normal"},
    ("customers", "payment_method_known"): {"payment_method": "Trueque"},
    ("customers", "payment_terms_days_possible"): {"payment_terms_days": "-1"},
    ("customers", "credit_limit_not_negative"): {"credit_limit": "-0.01"},
    ("customers", "credit_limit_has_currency"): {"credit_currency": None},
    ("customers", "credit_currency_known"): {"credit_currency": "EURO"},
    ("customers", "customer_since_possible"): {"customer_since": "1019-03-01"},
    ("customers", "name_one_line"): {"name": "Ebro\nBcc: x@example.com"},
    ("contacts", "role_known"): {"role": "portería"},
    ("contacts", "email_syntax"): {"email": "a@@example.com"},
    ("contacts", "contact_reachable"): {"email": None, "phone": None, "mobile": None},
    ("contacts", "language_known"): {"language": "ES"},
    ("contacts", "last_verified_on_possible"): {"last_verified_on": "1026-05-01"},
    ("contacts", "phone_possible"): {"phone": "n/a"},
    ("contacts", "name_one_line"): {"name": "Ana\r\nBcc: x@example.com"},
    ("receivables", "document_type_known"): {"document_type": "PF"},
    ("receivables", "amount_not_zero"): {"amount": "0", "open_amount": None},
    ("receivables", "amount_sign_fits_type"): {"amount": "-480", "open_amount": None},
    ("receivables", "amount_has_the_currencys_decimals"): {"currency": "CLP", "amount": "12500.50"},
    ("receivables", "open_amount_within_amount"): {"open_amount": "1210.51"},
    ("receivables", "currency_known"): {"currency": "EURO"},
    ("receivables", "invoice_date_possible"): {"invoice_date": "1206-03-12"},
    ("receivables", "due_date_possible"): {"due_date": "2206-05-01"},
    ("receivables", "cleared_on_possible"): {"cleared_on": "1001-01-01"},
    ("receivables", "due_not_before_invoice"): {"due_date": "2026-03-31"},
    ("receivables", "payment_method_known"): {"payment_method": "Bizum"},
    ("receivables", "payment_document_status_known"): {"payment_document_status": "Perdido"},
    ("receivables", "document_number_one_line"): {"document_number": "F1\nF2"},
    ("receivables", "instalment_number_possible"): {"instalment_number": "0"},
    ("receivables", "payment_terms_days_possible"): {"payment_terms_days": "721"},
    ("receivables", "delivered_on_possible"): {"delivered_on": "2626-03-30"},
    ("receivables", "goods_received_on_possible"): {"goods_received_on": "1026-03-31"},
    ("receivables", "document_sent_on_possible"): {"document_sent_on": "1026-04-01"},
    ("receivables", "customer_country_known"): {"customer_country": "391"},
    ("direct_debits", "status_known"): {"status": "RJCT"},
    ("direct_debits", "names_an_order"): {"end_to_end_id": None, "batch_id": None, "message_id": None},
    ("direct_debits", "order_is_complete"): {"collect_on": None},
    ("direct_debits", "amount_positive"): {"amount": "0"},
    ("direct_debits", "currency_known"): {"currency": "EURO"},
    ("direct_debits", "stated_on_possible"): {"stated_on": "1026-05-02"},
    ("direct_debits", "collect_on_possible"): {"collect_on": "2626-05-05"},
    ("direct_debits", "sequence_type_known"): {"sequence_type": "FIRST"},
    ("orders", "status_known"): {"status": "Servido"},
    ("orders", "amount_positive"): {"amount": "0"},
    ("orders", "currency_known"): {"currency": "EURO"},
    ("orders", "ordered_on_possible"): {"ordered_on": "1026-06-10"},
    ("orders", "delivered_on_possible"): {"delivered_on": "2626-06-12"},
    ("payments", "amount_not_zero"): {"amount": "0.00"},
    ("payments", "amount_has_the_currencys_decimals"): {"currency": "CLP", "amount": "250000.40"},
    ("payments", "currency_known"): {"currency": "UFX"},
    ("payments", "paid_on_possible"): {"paid_on": "1026-05-03"},
    ("payments", "kind_known"): {"kind": "Payment"},
    ("payments", "kind_fits_sign"): {"kind": "fee"},
    ("payments", "payment_method_known"): {"payment_method": "Bizum"},
}
# More that the rule must catch, whether or not another rule does too.
ALSO_CAUGHT: dict[tuple[str, str], tuple[Row, ...]] = {
    ("customers", "country_known"): ({"country": "es"},),
    ("customers", "payment_terms_days_possible"): ({"payment_terms_days": "9999"},),
    ("customers", "name_one_line"): ({"name": "Ebro\rS.L."},),
    ("contacts", "email_syntax"): (
        {"email": "a.example.com"},
        {"email": "a@localhost"},
        {"email": "a b@example.com"},
        {"email": ".a@example.com"},
        {"email": "a..b@example.com"},
        {"email": "a.@example.com"},
        {"email": "a@-example.com"},
        {"email": "a@example.com\nBcc: b@example.com"},
        {"email": "a@example.com, b@example.com"},
        {"email": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx@example.com"},
    ),
    ("contacts", "phone_possible"): ({"mobile": "-"},),
    ("receivables", "amount_sign_fits_type"): (
        {"document_type": "credit_note", "amount": "100", "open_amount": "-40"},
    ),
    ("receivables", "open_amount_within_amount"): (
        {"open_amount": "-1"},
        {"document_type": "credit_note", "amount": "-100", "open_amount": "40"},
        {"document_type": "credit_note", "amount": "-100", "open_amount": "-100.01"},
    ),
    ("receivables", "currency_known"): ({"currency": "XBT"},),
    ("receivables", "amount_has_the_currencys_decimals"): tuple(
        {"currency": currency, "amount": amount} for currency in WITHOUT_DECIMALS for amount in ("1000.01", "-1000.50")
    ),
    ("payments", "amount_has_the_currencys_decimals"): tuple(
        {"currency": currency, "amount": amount} for currency in WITHOUT_DECIMALS for amount in ("1000.01", "-1000.50")
    ),
    ("receivables", "customer_country_known"): (
        {"customer_country": "es"},
        {"customer_country": "Es"},
    ),
    ("direct_debits", "order_is_complete"): (
        {"amount": None},
        {"currency": None},
    ),
    ("direct_debits", "amount_positive"): ({"amount": "-1210.50"},),
    ("orders", "amount_positive"): ({"amount": "-1210.50"},),
    ("payments", "kind_fits_sign"): ({"kind": "payment", "amount": "-1210.50"},),
}
