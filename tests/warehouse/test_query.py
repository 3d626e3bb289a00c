from __future__ import annotations

import json
import time
from datetime import date, datetime
from decimal import Decimal

import pytest

from tasks.problems import UserProblem
from tasks.warehouse.json_rows import to_json, to_json_rows
from tasks.warehouse.query import query


def test_a_query_gives_columns_and_typed_rows(published) -> None:
    result = query(
        published, "SELECT receivable_id, due_date, open_amount FROM mart.receivables WHERE receivable_id = 'F2'"
    )
    assert result.columns == ("receivable_id", "due_date", "open_amount")
    assert result.rows == (("F2", date(2026, 5, 2), Decimal("1000.00")),)
    assert not result.is_cut


@pytest.mark.parametrize(
    "sql",
    [
        "WITH late AS (FROM mart.receivables WHERE days_overdue > 0) SELECT count(*) FROM late",
        "FROM mart.customers",
        "DESCRIBE mart.receivables",
        "SHOW ALL TABLES",
        "SUMMARIZE mart.payments",
        "EXPLAIN SELECT * FROM mart.runs",
        "-- with a comment\nSELECT 1;",
        "/* and another */ EXPLAIN ANALYZE FROM mart.runs",
    ],
)
def test_statements_that_read_are_allowed(published, sql) -> None:
    assert query(published, sql).rows


@pytest.mark.parametrize(
    "sql",
    [
        "COPY mart.receivables TO 'out.csv'",
        "EXPLAIN ANALYZE COPY mart.receivables TO 'out.csv'",
        "EXPORT DATABASE 'out'",
        "ATTACH 'other.duckdb'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET memory_limit = '100GB'",
        "RESET memory_limit",
        "PRAGMA database_list",
        " -- hidden\n PRAGMA database_list",
        "CALL pragma_version()",
        "USE mart",
        "CREATE TABLE t AS SELECT 1",
        "CREATE TEMP TABLE t AS SELECT 1",
        "INSERT INTO mart.runs SELECT * FROM mart.runs",
        "WITH gone AS (SELECT 1) DELETE FROM mart.runs",
        "UPDATE mart.receivables SET amount = 0",
        "DELETE FROM mart.receivables",
        "DROP TABLE mart.receivables",
        "CHECKPOINT",
        "VACUUM",
        "BEGIN",
        "PREPARE p AS SELECT 1",
    ],
)
def test_statements_that_do_anything_else_are_refused(published, sql) -> None:
    with pytest.raises(UserProblem, match="not a reading statement"):
        query(published, sql)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_csv('puntual.yaml')",
        "SELECT * FROM read_text('/etc/passwd')",
        "SELECT * FROM '/etc/passwd'",
        "SELECT * FROM glob('/*')",
        "SELECT * FROM read_parquet('https://example.com/a.parquet')",
        "SELECT * FROM query('COPY mart.runs TO ''out.csv''')",
        "SELECT getenv('HOME')",
    ],
)
def test_nothing_but_the_published_file_can_be_read(published, sql) -> None:
    with pytest.raises(UserProblem):
        query(published, sql)


def test_two_statements_are_refused(published) -> None:
    with pytest.raises(UserProblem, match="holds 2 statements"):
        query(published, "SELECT 1; SELECT 2")


def test_an_empty_query_is_refused(published) -> None:
    with pytest.raises(UserProblem, match="holds 0 statements"):
        query(published, "  -- nothing here")


def test_a_misspelt_table_is_answered_with_the_near_match_and_the_list(published) -> None:
    with pytest.raises(UserProblem) as caught:
        query(published, "SELECT * FROM mart.recievables")
    assert "no table recievables" in str(caught.value)
    assert "Did you mean mart.receivables?" in str(caught.value)
    assert "mart.kpis" in str(caught.value)


def test_a_table_without_its_schema_is_answered_with_the_schema(published) -> None:
    with pytest.raises(UserProblem, match=r"Did you mean mart\.payments\?"):
        query(published, "SELECT * FROM payments")


def test_a_misspelt_column_is_answered_with_near_matches(published) -> None:
    with pytest.raises(UserProblem, match=r"no column open_amout.*Did you mean open_amount"):
        query(published, "SELECT open_amout FROM mart.receivables")


def test_a_statement_that_does_not_parse_is_shown_with_what_the_parser_says(published) -> None:
    with pytest.raises(UserProblem, match="syntax error"):
        query(published, "SELEC 1")


def test_a_query_that_takes_too_long_is_stopped(published) -> None:
    started = time.monotonic()
    with pytest.raises(UserProblem, match=r"took longer than 0\.3 seconds"):
        query(published, "SELECT sum(a.range * b.range) FROM range(10000000) a, range(10000000) b", timeout_seconds=0.3)
    assert time.monotonic() - started < 10


def test_a_query_that_needs_too_much_memory_is_stopped(published) -> None:
    with pytest.raises(UserProblem, match=r"(?i)memory"):
        query(published, "SELECT list(range) FROM range(100000000)", memory_limit="50MB")


def test_no_more_than_the_rows_asked_for_come_back_and_the_cut_is_told(published) -> None:
    result = query(published, "FROM range(10)", max_rows=3)
    assert len(result.rows) == 3
    assert result.is_cut


def test_before_the_first_run_the_next_step_is_named(paths) -> None:
    with pytest.raises(UserProblem, match=r"no warehouse has been published yet.*puntual run"):
        query(paths, "SELECT 1")


def test_rows_become_json_objects_with_numbers_and_iso_dates(published) -> None:
    result = query(
        published,
        "SELECT receivable_id, due_date, open_amount, score_reasons, document_references FROM mart.receivables LIMIT 1",
    )
    assert json.loads(json.dumps(to_json_rows(result))) == [
        {
            "receivable_id": "F2",
            "due_date": "2026-05-02",
            "open_amount": 1000.0,
            "score_reasons": ["often_late"],
            "document_references": {"purchase_order": "PO-1"},
        }
    ]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Decimal("9999999999999.99"), 9999999999999.99),
        (Decimal("99999999999999999.99"), "99999999999999999.99"),
        (float("nan"), None),
        (float("inf"), None),
        (datetime(2026, 5, 6, 7, 0, 1), "2026-05-06T07:00:01"),  # noqa: DTZ001 DuckDB gives UTC without a zone
        (b"\x00", "b'\\x00'"),
        (None, None),
        (True, True),
    ],
)
def test_values_that_json_lacks_are_written_without_loss(value, expected) -> None:
    assert to_json(value) == expected
