"""Great Expectations on DuckDB: what it needs from us, and that a check which cannot run is never taken for bad data."""

from __future__ import annotations

import socket
from dataclasses import replace
from datetime import date

import pytest

from tasks.contracts.load import DatasetRule, load_contract
from tasks.problems import DatasetRejected
from tasks.validate import validation
from tasks.validate.engine import DuckdbExecutionEngine
from tasks.validate.report import CheckFailedToRun

AS_OF = date(2026, 6, 30)


@pytest.fixture
def ledger(landing):
    return landing.source(
        "ledger", "receivables", [{}, {"receivable_id": "R2"}, {"receivable_id": "R3", "currency": "CLP"}]
    )


@pytest.fixture
def contract_with(monkeypatch):
    """Adds a dataset rule or replaces the row rules of the contract receivables for one test."""

    def change(**changes: object) -> None:
        changed = replace(load_contract("receivables"), **changes)
        monkeypatch.setattr(validation, "load_contract", lambda name: changed)

    return change


@pytest.mark.parametrize(
    ("expectation", "arguments", "holds"),
    [
        ("expect_table_row_count_to_be_between", {"min_value": 3, "max_value": 3}, True),
        ("expect_table_row_count_to_be_between", {"min_value": 4}, False),
        ("expect_column_values_to_not_be_null", {"column": "invoice_date"}, True),
        ("expect_column_values_to_not_be_null", {"column": "due_date"}, False),
        ("expect_column_distinct_values_to_be_in_set", {"column": "currency", "value_set": ["EUR", "CLP"]}, True),
        ("expect_column_max_to_be_between", {"column": "amount", "max_value": 99}, False),
        ("expect_column_unique_value_count_to_be_between", {"column": "receivable_id", "min_value": 3}, True),
    ],
)
def test_a_contract_may_use_great_expectations_own_expectations(ledger, contract_with, expectation, arguments, holds):
    contract_with(dataset_rules=(DatasetRule("own_rule", expectation, arguments, "the rule is broken"),))
    if holds:
        assert ledger.validate().warnings == ()
    else:
        with pytest.raises(DatasetRejected, match="the rule is broken"):
            ledger.validate()


@pytest.mark.parametrize(
    "condition", ["no_such_column > 1", "no_such_function(amount)", "amount >"], ids=["column", "function", "syntax"]
)
def test_a_condition_that_cannot_run_is_a_failed_check_with_its_reason(ledger, contract_with, condition):
    rule = replace(load_contract("receivables").row_rules[0], name="broken_rule", condition=condition)
    contract_with(row_rules=(rule,))
    with pytest.raises(CheckFailedToRun, match=r"(Binder|Catalog|Parser) Error"):
        ledger.validate()


def test_an_error_text_that_may_hold_data_is_withheld(ledger, contract_with):
    rule = replace(load_contract("receivables").row_rules[0], condition="CAST(document_number AS INTEGER) > 0")
    contract_with(row_rules=(rule,))
    ledger.rows["ledger"] = [{**ledger.rows["ledger"][0], "document_number": "CANARY-77"}]
    with pytest.raises(CheckFailedToRun) as caught:
        ledger.validate()
    assert "CANARY-77" not in str(caught.value)


def test_an_expectation_on_a_column_that_does_not_exist_is_a_failed_check(ledger, contract_with):
    rule = DatasetRule("typo", "expect_column_max_to_be_between", {"column": "amuont", "max_value": 1}, "too large")
    contract_with(dataset_rules=(rule,))
    with pytest.raises(CheckFailedToRun, match="typo"):
        ledger.validate()


def test_all_measures_of_a_relation_are_one_query(ledger, monkeypatch):
    queries = []
    original = DuckdbExecutionEngine.execute_query

    def counted(self, query):
        queries.append(str(query))
        return original(self, query)

    monkeypatch.setattr(DuckdbExecutionEngine, "execute_query", counted)
    ledger.validate()
    scans = [query for query in queries if "landing.receivables" in query and "FILTER" in query]
    assert len(scans) == 1
    assert "count(*) AS" in scans[0], "the row count rides along"


def test_amounts_larger_than_a_float_can_hold_stay_exact(landing, break_work_db):
    landing.source("ledger", "receivables", [{"amount": "9007199254740993.01"}])
    landing.write()
    break_work_db(landing, "UPDATE landing.receivables SET amount = 9007199254740993.02")
    with pytest.raises(DatasetRejected, match=r"EUR 9,007,199,254,740,993\.02 is there"):
        validation.validate(landing.workspace, work_db=landing.work_db, as_of=AS_OF)


def test_nothing_is_sent_and_nothing_is_written_outside_the_workspace(ledger, monkeypatch, tmp_path_factory):
    home, elsewhere = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("elsewhere")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.chdir(elsewhere)

    def refuse(*arguments: object) -> None:
        raise AssertionError(f"a connection was opened: {arguments}")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    ledger.validate()
    assert [*home.iterdir(), *elsewhere.iterdir()] == []
    assert {path.name for path in ledger.folder.iterdir()} == {".puntual"}
    assert {path.name for path in (ledger.folder / ".puntual").iterdir()} == {"runs", "data_docs"}
