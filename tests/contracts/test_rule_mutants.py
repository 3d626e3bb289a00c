"""Each row rule lets the sound row pass and catches a row that breaks it; a rule without such a row fails the tests."""

from __future__ import annotations

import duckdb
import pytest

from tasks.contracts.load import load_contract

SOUND = {
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
}
CREDIT_NOTE = {"document_type": "credit_note", "amount": "-100", "open_amount": "-40"}
MUTANTS: dict[tuple[str, str], tuple[dict[str, str | None], ...]] = {
    ("customers", "country_known"): ({"country": "Spain"}, {"country": "es"}),
    ("customers", "language_known"): ({"language": "fr"},),
    ("customers", "financial_situation_known"): ({"financial_situation": "Normal"},),
    ("customers", "payment_method_known"): ({"payment_method": "Trueque"},),
    ("customers", "payment_terms_days_possible"): ({"payment_terms_days": "-1"}, {"payment_terms_days": "9999"}),
    ("customers", "credit_limit_not_negative"): ({"credit_limit": "-0.01"},),
    ("customers", "credit_limit_has_currency"): ({"credit_currency": None},),
    ("customers", "credit_currency_known"): ({"credit_currency": "EURO"},),
    ("customers", "customer_since_possible"): ({"customer_since": "1019-03-01"},),
    ("customers", "name_one_line"): ({"name": "Ebro\nBcc: x@example.com"}, {"name": "Ebro\rS.L."}),
    ("contacts", "role_known"): ({"role": "portería"},),
    ("contacts", "email_syntax"): (
        {"email": "a@@example.com"},
        {"email": "a.example.com"},
        {"email": "a@localhost"},
        {"email": "a b@example.com"},
        {"email": ".a@example.com"},
        {"email": "a..b@example.com"},
        {"email": "a.@example.com"},
        {"email": "a@-example.com"},
        {"email": "a@example.com\nBcc: b@example.com"},
        {"email": "a@example.com, b@example.com"},
        {"email": "x" * 65 + "@example.com"},
    ),
    ("contacts", "contact_reachable"): ({"email": None, "phone": None, "mobile": None},),
    ("contacts", "language_known"): ({"language": "ES"},),
    ("contacts", "last_verified_on_possible"): ({"last_verified_on": "0026-05-01"},),
    ("contacts", "phone_possible"): ({"phone": "n/a"}, {"mobile": "-"}),
    ("contacts", "name_one_line"): ({"name": "Ana\r\nBcc: x@example.com"},),
    ("receivables", "document_type_known"): ({"document_type": "PF"},),
    ("receivables", "amount_not_zero"): ({"amount": "0"},),
    ("receivables", "amount_sign_fits_type"): ({"amount": "-480"}, {**CREDIT_NOTE, "amount": "100"}),
    ("receivables", "amount_has_the_currencys_decimals"): ({"currency": "CLP", "amount": "12500.50"},),
    ("receivables", "open_amount_within_amount"): (
        {"open_amount": "1210.51"},
        {"open_amount": "-1"},
        {**CREDIT_NOTE, "open_amount": "40"},
        {**CREDIT_NOTE, "open_amount": "-100.01"},
    ),
    ("receivables", "currency_known"): ({"currency": "EURO"}, {"currency": "XBT"}),
    ("receivables", "invoice_date_possible"): ({"invoice_date": "1206-03-12"},),
    ("receivables", "due_date_possible"): ({"due_date": "2206-05-01"},),
    ("receivables", "cleared_on_possible"): ({"cleared_on": "0001-01-01"},),
    ("receivables", "due_not_before_invoice"): ({"due_date": "2026-03-31"},),
    ("receivables", "payment_method_known"): ({"payment_method": "Bizum"},),
    ("receivables", "payment_document_status_known"): ({"payment_document_status": "Perdido"},),
    ("receivables", "document_number_one_line"): ({"document_number": "F1\nF2"},),
    ("receivables", "instalment_number_possible"): ({"instalment_number": "0"},),
    ("receivables", "payment_terms_days_possible"): ({"payment_terms_days": "721"},),
    ("receivables", "delivered_on_possible"): ({"delivered_on": "2626-03-30"},),
    ("receivables", "goods_received_on_possible"): ({"goods_received_on": "0026-03-31"},),
    ("receivables", "document_sent_on_possible"): ({"document_sent_on": "1026-04-01"},),
    ("receivables", "customer_country_known"): (
        {"customer_country": "391"},
        {"customer_country": "es"},
        {"customer_country": "Es"},
    ),
    ("payments", "amount_not_zero"): ({"amount": "0.00"},),
    ("payments", "amount_has_the_currencys_decimals"): ({"currency": "CLP", "amount": "250000.40"},),
    ("payments", "currency_known"): ({"currency": "UFX"},),
    ("payments", "paid_on_possible"): ({"paid_on": "1026-05-03"},),
    ("payments", "kind_known"): ({"kind": "Payment"},),
    ("payments", "kind_fits_sign"): ({"kind": "fee"}, {"kind": "payment", "amount": "-1210.50"}),
    ("payments", "payment_method_known"): ({"payment_method": "Bizum"},),
}
RULES = [(name, rule) for name in SOUND for rule in load_contract(name).row_rules]


def holds(contract_name: str, condition: str, row: dict[str, str | None]) -> bool | None:
    """What DuckDB makes of `condition` for one row whose values are given as text."""
    columns = load_contract(contract_name).columns
    values = ", ".join(f'CAST(? AS {column.type}) AS "{column.name}"' for column in columns)
    with duckdb.connect() as connection:
        query = f"SELECT ({condition}) FROM (SELECT {values})"  # noqa: S608 - our contracts' own text
        return connection.execute(query, [row.get(column.name) for column in columns]).fetchone()[0]


@pytest.mark.parametrize(("name", "rule"), RULES, ids=lambda value: getattr(value, "name", value))
def test_each_rule_passes_the_sound_row_and_catches_each_mutant(name, rule):
    assert holds(name, rule.condition, SOUND[name]) is True
    mutants = MUTANTS.get((name, rule.name), ())
    assert mutants, f"add a mutant row that the rule {rule.name} of {name} catches"
    for mutant in mutants:
        assert holds(name, rule.condition, {**SOUND[name], **mutant}) is False, mutant


@pytest.mark.parametrize(("name", "rule"), RULES, ids=lambda value: getattr(value, "name", value))
def test_an_optional_value_that_is_missing_breaks_no_rule(name, rule):
    contract = load_contract(name)
    required = {column.name: SOUND[name][column.name] for column in contract.columns if column.is_required}
    if rule.name == "contact_reachable":
        required["email"] = "pagos@example.com"
    assert holds(name, rule.condition, required) is not False


@pytest.mark.parametrize("rule", load_contract("receivables").row_rules, ids=lambda rule: rule.name)
def test_a_credit_note_with_its_negative_amounts_breaks_no_rule(rule):
    assert holds("receivables", rule.condition, {**SOUND["receivables"], **CREDIT_NOTE}) is True


@pytest.mark.parametrize("rule", load_contract("payments").row_rules, ids=lambda rule: rule.name)
def test_a_returned_direct_debit_breaks_no_rule(rule):
    returned = {**SOUND["payments"], "amount": "-1210.50", "payment_method": "direct_debit"}
    assert holds("payments", rule.condition, returned) is True


def test_every_mutant_belongs_to_a_rule_that_exists():
    assert set(MUTANTS) == {(name, rule.name) for name, rule in RULES}
