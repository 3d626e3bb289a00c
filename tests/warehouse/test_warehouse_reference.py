from __future__ import annotations

import pytest

from tasks.warehouse.catalogue import published_tables
from tasks.warehouse.metrics import METRICS
from tasks.warehouse.query import query
from tasks.warehouse.reference import EXAMPLES, PAGE, warehouse_page


def test_the_committed_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == warehouse_page(), "run: python -m tasks.warehouse.reference"


def test_every_published_metric_is_defined_with_its_unit(published) -> None:
    found = query(published, "SELECT DISTINCT metric, unit FROM mart.kpis").rows
    assert set(found) == {(metric.name, metric.unit) for metric in METRICS}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.question)
def test_every_example_query_runs(published, example) -> None:
    assert query(published, example.sql).columns


@pytest.mark.parametrize("table", published_tables(), ids=lambda table: table.name)
def test_every_published_column_is_described_and_every_amount_has_its_unit(table) -> None:
    assert table.key
    for column in table.columns:
        assert column.description.endswith("."), column.name
        if column.type in {"DECIMAL(18,2)", "DOUBLE", "TIMESTAMP"} or column.name.endswith(
            ("_days", "_days_late", "_count")
        ):
            assert column.unit, column.name


def test_the_tables_and_key_columns_that_scripts_rely_on_are_published() -> None:
    columns = {table.name: [column.name for column in table.columns] for table in published_tables()}
    assert sorted(columns) == [
        "cash_forecast", "claims", "contact_outcomes", "contact_tasks", "customer_balances", "customers",
        "decisions", "diagnosis", "duplicate_customers", "early_warnings", "experiment_outcomes", "internal_tasks", "kpis",
        "kpis_by_dimension", "order_holds", "payments", "promises", "quarantine", "receivables", "reminders",
        "roll_rates", "runs", "unprofitable_customers", "worklists",
    ]  # fmt: skip
    assert set(columns["receivables"]) >= {
        "company_id", "customer_id", "receivable_id", "document_number", "document_type", "invoice_date", "due_date", "currency",
        "amount", "open_amount", "days_overdue", "aging_bucket", "late_probability", "expected_days_late", "expected_pay_date",
        "expected_loss", "segment", "decision", "reason", "step", "channel", "next_action_on",
    }  # fmt: skip
    assert set(columns["customers"]) >= {
        "company_id", "customer_id", "name", "risk_grade", "risk_score", "segment", "contact_status", "order_hold",
    }  # fmt: skip
