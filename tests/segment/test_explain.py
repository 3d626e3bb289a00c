"""Explanations say what a person needs, also about receivables that have no decision."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tasks.segment.explain import explain
from tasks.segment.load import parse_strategy
from tests.segment.filling_ledger import insert
from tests.segment.worlds import COMPANY, Contact, Customer, Receivable, Said, World

TODAY = date(2026, 12, 2)


@pytest.fixture
def connection(decide_world):
    strategy = parse_strategy(
        {
            "minimum_amount": {"EUR": 50},
            "ladders": {
                "regular": [
                    {"step": "announcement", "before_due": 7},
                    {"step": "first", "after_due": 5},
                    {"step": "second", "after_step": {"step": "first", "days": 10}},
                ]
            },
            "segments": [
                {
                    "name": "risky",
                    "when": {"risk_grade": ["D", "E"], "open_amount": {"EUR": {"at_least": 500}}},
                    "ladder": "none",
                },
                {"name": "everybody", "ladder": "regular"},
            ],
        }
    )
    receivables = [
        Receivable("R-1001", due_date=date(2026, 11, 20), invoice_date=date(2026, 10, 20)),
        Receivable("R-1002", due_date=date(2026, 12, 30), invoice_date=date(2026, 11, 30)),
    ]
    customer = Customer("C1", receivables=receivables, contacts=[Contact("K1")])
    customer.said.append(Said("R-1001", "announcement", date(2026, 11, 13)))
    poor = Customer(
        "C2", receivables=[Receivable("R-2", date(2026, 11, 20), date(2026, 10, 20), open_amount=Decimal(9))]
    )
    poor.contacts.append(Contact("K2"))
    connection = decide_world(World(TODAY, [customer, poor], newest_payment_on=date(2026, 12, 1)), strategy)
    columns = "company_id customer_id receivable_id document_number document_type invoice_date"
    closed = [
        (COMPANY, "C1", "R-900", "D-900", "invoice", date(2026, 9, 1)),
        (COMPANY, "C1", "R-901", "D-901", "credit_note", date(2026, 9, 1)),
        (COMPANY, "C1", "R-902", "D-902", "invoice", date(2026, 12, 24)),
        (COMPANY, "C1", "R-903", "D-903", "invoice", date(2026, 9, 1)),
    ]
    insert(connection, "staging.receivables", columns, closed)
    insert(
        connection,
        "staging.settlements",
        "company_id receivable_id settled_on",
        [(COMPANY, "R-900", date(2026, 10, 5))],
    )
    insert(
        connection,
        "staging.allocations",
        "company_id payment_id receivable_id currency amount paid_on rule",
        [(COMPANY, "P-7", "R-900", "EUR", Decimal("80.00"), date(2026, 10, 5), "receivable")],
    )
    insert(
        connection,
        "landing.quarantine",
        "contract file file_row reasons raw_row",
        [("receivables", "invoices.csv", 12, ["the amount is zero"], '{"id": "R-666"}')],
    )
    return connection


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", ["Instalment: 2", "References: purchase order OC-7; obra nueva P9"]),
        ("es", ["Cuota: 2", "Referencias: orden de compra OC-7; obra nueva P9"]),
    ],
)
def test_the_references_by_which_people_know_a_receivable_are_among_its_facts(connection, language, expected) -> None:
    connection.execute(
        "UPDATE staging.open_receivables SET instalment_number = 2,"
        " document_references = MAP {'purchase_order': 'OC-7', 'obra_nueva': 'P9'} WHERE receivable_id = 'R-1001'"
    )
    facts = explain(connection, "R-1001", language=language).facts
    assert [f"{fact.label}: {fact.value}" for fact in facts if fact.name in {"instalment", "references"}] == expected


def test_the_marks_of_the_customer_that_are_in_force_are_among_its_facts(connection) -> None:
    columns = "flag_id company_id customer_id kind from_on until_on"
    marks = [
        ("1", COMPANY, "C1", "vulnerable", TODAY, date(2026, 12, 31)),
        ("2", COMPANY, "C1", "closed", date(2026, 11, 1), date(2026, 12, 1)),
    ]
    insert(connection, "ledger.customer_flags", columns, marks)
    connection.execute("UPDATE staging.customers SET financial_situation = 'represented_by_lawyer'")
    facts = {fact.name: fact.value for fact in explain(connection, "R-1001", language="en").facts}
    assert facts["flags"] == "represented by a lawyer; vulnerable until 2026-12-31"
    facts = {fact.name: fact.value for fact in explain(connection, "R-1001", language="es").facts}
    assert facts["flags"] == "representado por abogado; vulnerable hasta el 2026-12-31"


def test_a_receivable_without_references_says_nothing_of_them(connection) -> None:
    names = [fact.name for fact in explain(connection, "R-1001", language="en").facts]
    assert "references" not in names
    assert "instalment" not in names


def test_a_reminder_is_explained_with_facts_segments_rules_and_ladder(connection) -> None:
    explanation = explain(connection, "R-1001", language="en")
    assert (explanation.outcome, explanation.decision, explanation.reason) == ("decided", "remind", "step_due")
    assert explanation.conclusion == "Reminded today (a step is due): step first, channel email."
    facts = {fact.name: fact.value for fact in explanation.facts}
    assert facts["open_amount"] == "100.00 EUR"
    assert facts["said"] == "announcement on 2026-11-13 (1 time(s))"
    tests = {test.rule: test for test in explanation.path}
    assert not tests["segment:risky"].holds
    assert "risk_grade: B, asked is one of D, E" in tests["segment:risky"].detail
    assert "open_amount: 200.00 EUR, asked is at least 500 EUR" in tests["segment:risky"].detail
    assert tests["segment:everybody"].holds
    assert "100.00 EUR" in tests["below_minimum"].detail
    assert list(tests)[-1] == "step_due"
    assert explanation.ladder == (
        "announcement: no longer sent",
        "first: from 2026-11-25",
        "second: 10 days after first, once that was sent",
    )


def test_a_wait_is_explained_with_its_next_date_in_spanish(connection) -> None:
    explanation = explain(connection, "R-1002", language="es")
    assert explanation.decision == "wait"
    assert explanation.conclusion.startswith("Se espera: aún no toca el primer aviso. Próxima fecha: 2026-12-23.")
    assert explanation.path[-1].detail == "announcement el 2026-12-23"


def test_a_silence_says_what_can_be_done(connection) -> None:
    explanation = explain(connection, "R-2", language="en")
    assert explanation.reason == "below_minimum"
    assert "it is claimed together with later items" in explanation.conclusion
    assert explanation.path[-1].detail == "9.00 EUR remain; minimum 50.00 EUR"


def test_a_document_number_is_understood(connection) -> None:
    assert explain(connection, "D-R-1001").receivable_id == "R-1001"


@pytest.mark.parametrize(
    ("receivable_id", "outcome", "said"),
    [
        ("R-900", "settled", "settled on 2026-10-05. 80.00 EUR by payment P-7 on 2026-10-05."),
        ("R-901", "not_open", "credit note"),
        ("R-902", "not_open", "issued on 2026-12-24, after 2026-12-02"),
        ("R-903", "not_open", "states nothing open"),
        ("R-1003", "unknown", "Similar: R-1001, R-1002"),
        ("R-666", "unknown", "invoices.csv, row 12: the amount is zero"),
        ("zzz", "unknown", "There is no receivable zzz in the data of 2026-12-02."),
    ],
)
def test_a_receivable_without_a_decision_gets_a_helpful_answer(connection, receivable_id, outcome, said) -> None:
    explanation = explain(connection, receivable_id, language="en")
    assert explanation.outcome == outcome
    assert said in explanation.conclusion
    assert explanation.decision is None


def test_a_paid_receivable_says_when_its_customer_was_thanked_and_that_he_is_today(connection) -> None:
    connection.execute(
        "INSERT INTO ledger.thanks BY NAME SELECT 'R-900' AS receivable_id, DATE '2026-10-07' AS thanked_on"
    )
    assert "thanked for it on 2026-10-07." in explain(connection, "R-900", language="en").conclusion
    connection.execute("DELETE FROM ledger.thanks")
    connection.execute("INSERT INTO thanks.items BY NAME SELECT 'R-900' AS receivable_id")
    assert "El pago se agradece hoy." in explain(connection, "R-900", language="es").conclusion
    connection.execute("DELETE FROM thanks.items")
