"""What is open by our books ties to the customers' control account, per currency, or the run stops and says why."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import duckdb
import pytest

from tasks.problems import DatasetRejected, Problem, SettingsProblem
from tasks.validate.control_account import CONTROL_PARTS, check_control_account, differences, missing_balance
from tasks.warehouse.inputs import create_empty_inputs
from tasks.warehouse.models import build_model, upstream_of

AS_OF = date(2026, 6, 30)
OPEN = """
    INSERT INTO run.parameters VALUES ('r', '2026-06-30', '2026-06-30', 'acme', 'Acme', 'ES', 'es', 'EUR', NULL);
    INSERT INTO landing.receivables BY NAME FROM (VALUES
        ('R1', 'F1', 'invoice', 'EUR', 300.00, NULL), ('R2', 'F2', 'invoice', 'EUR', 100.00, 100.00),
        ('N1', 'N1', 'credit_note', 'EUR', -50.00, NULL), ('R3', 'F3', 'invoice', 'CLP', 9000.00, NULL)
    ) AS t(receivable_id, document_number, document_type, currency, amount, open_amount), (VALUES
        ('acme', 'C1', DATE '2026-06-01', DATE '2026-07-01', MAP {}::MAP(VARCHAR, VARCHAR), 'ledger', 'ledger.csv')
    ) AS u(company_id, customer_id, invoice_date, due_date, custom_references, source, file);
    INSERT INTO landing.payments BY NAME SELECT 'acme' AS company_id, 'C1' AS customer_id, DATE '2026-05-20' AS paid_on,
        'EUR' AS currency, payment_id, document_number, amount, MAP {}::MAP(VARCHAR, VARCHAR) AS custom_references
        FROM (VALUES ('P1', 'F2', 40.00), ('P2', 'F99', 30.00)) AS t(payment_id, document_number, amount);
    INSERT INTO landing.quarantine_history BY NAME
        SELECT 'receivables' AS contract, 'open' AS status, 'EUR' AS currency, 70.00 AS amount;
"""
# 300 + 60 open, less a credit note of 50 and 30 that nobody can lay.
TIES = ("430000,EUR,280.00,2026-06-30", "430000,CLP,9000,2026-06-30")


@pytest.fixture
def books(landing):
    landing.source("ledger", "receivables", [])
    with duckdb.connect() as connection:
        create_empty_inputs(connection)
        connection.execute(OPEN)
        for model in upstream_of(CONTROL_PARTS):
            build_model(connection, model)
        yield connection


def with_balances(landing, *lines: str, tolerance: str = "0.00"):
    (landing.folder / "account.csv").write_text(
        "\n".join(["account,currency,balance,date", *lines, ""]), encoding="utf-8"
    )
    landing.settings = {"control_account": "account.csv", "control_tolerance": tolerance}
    return landing.workspace


def found(books, landing, *lines: str, **options: bool) -> list[Problem]:
    return list(differences(books, with_balances(landing, *lines), AS_OF, **options))


def test_open_items_less_credit_notes_less_unapplied_money_tie(books, landing):
    assert found(books, landing, *TIES) == []


def test_several_accounts_of_a_currency_are_added_up(books, landing):
    accounts = ("430000,EUR,310,2026-06-30", "438000,EUR,-30,2026-06-30", "430000,CLP,9000,")
    assert found(books, landing, *accounts) == []


def test_a_difference_says_what_it_may_come_from(books, landing):
    (problem,) = found(books, landing, "430000,EUR,390.00,2026-06-30", TIES[1])
    assert problem.where == "control account account.csv, EUR"
    assert problem.what == (
        "states a balance of EUR 390.00, but what is open sums to 280.00, a difference of 110.00; we count 2 open invoices and "
        "debit notes (360.00), 1 open credit notes (-50.00), 1 unapplied payments (-30.00); beside them stand 1 receivables in "
        "quarantine (70.00), 1 payments that name what nobody knows (-30.00), 1 receivables stated open for more than the payments "
        "leave (40.00); with what is in quarantine or stated open for more, the difference would be 0.00"
    )


def test_documents_are_named_only_to_the_person_who_asks(books, landing):
    lines = ("430000,EUR,390.00,2026-06-30", TIES[1])
    (problem,) = found(books, landing, *lines, with_documents=True)
    assert problem.what.endswith("; the largest that disagree: F2 (stated 100.00, left 60.00)")
    with pytest.raises(DatasetRejected) as caught:
        check_control_account(books, with_balances(landing, *lines), AS_OF)
    assert "F2" not in str(caught.value)


def test_one_cent_stops_the_run_and_the_tolerance_accepts_it(books, landing):
    lines = ("430000,EUR,280.01,2026-06-30", TIES[1])
    assert len(found(books, landing, *lines)) == 1
    assert list(differences(books, with_balances(landing, *lines, tolerance="0.01"), AS_OF)) == []


@pytest.mark.parametrize(("line", "code"), [("430000,USD,5,2026-06-30", "USD"), (None, "CLP")])
def test_a_currency_that_only_one_side_has_does_not_tie(books, landing, line, code):
    (problem,) = found(books, landing, TIES[0], *([TIES[1], line] if line else []))
    assert problem.where.endswith(code)


def test_only_the_balances_of_the_day_are_compared(books, landing):
    assert found(books, landing, "430000,EUR,1,2026-06-29", *TIES, "430000,EUR,1,2026-07-01") == []


def test_a_day_without_a_balance_is_a_warning_that_names_the_newest_before(landing):
    landing.source("ledger", "receivables", [])
    (problem,) = missing_balance(with_balances(landing, "430000,EUR,1,2026-06-28", "430000,EUR,1,2026-06-29"), AS_OF)
    assert problem.severity == "warning"
    assert problem.what == (
        "has no balance of 2026-06-30 (the newest before it is of 2026-06-29), so what is open was not compared"
    )


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("430000,ERU,1,", r"line 2: 'ERU' is not a currency \(ISO 4217\); did you mean EUR\?"),
        ("430000,EUR,1.000\u00a0,", "line 2: balance is not a number"),
        ("430000,EUR,1,30/06/2026", "line 2: date is not a day as yyyy-mm-dd"),
        ("430000,EUR", "line 2: has 2 fields, not 4"),
    ],
)
def test_lines_that_cannot_be_used_are_told(landing, line, what):
    landing.source("ledger", "receivables", [])
    with pytest.raises(SettingsProblem, match=what):
        list(missing_balance(with_balances(landing, line), AS_OF))


def test_without_the_setting_nothing_is_compared(books, landing):
    landing.settings = {}
    assert list(differences(books, landing.workspace, AS_OF)) == []
    assert list(missing_balance(landing.workspace, AS_OF)) == []


def test_amounts_keep_their_cents(books):
    rows = books.execute(
        "SELECT amount FROM staging.control_parts WHERE part = 'open_items' AND currency = 'EUR'"
    ).fetchall()
    assert rows == [(Decimal("360.00"),)]
