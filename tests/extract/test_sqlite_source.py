"""A SQLite query as a source, on a real database; the guards are those of every server without an Arrow driver."""

from __future__ import annotations

import datetime
import sqlite3
from decimal import Decimal

import pytest

from tasks.problems import SettingsProblem, SourceProblem, SourceUnreachable
from tests.extract.bench import Bench

QUERY = "SELECT customer, number, issued, due, currency, amount FROM invoices ORDER BY number"
TABLE = """
    CREATE TABLE invoices (customer TEXT, number INTEGER, issued TEXT, due TEXT, currency TEXT, amount, photo BLOB);
    INSERT INTO invoices VALUES ('C1', 1, '2026-04-01', '2026-05-01', 'EUR', 1210.5, x'00'),
        ('C2', 2, '2026-04-02', NULL, 'CLP', 150000, NULL), ('Canario', 3, '2026-04-03', NULL, 'EUR', '0.005', NULL);
"""


def source(query: str = QUERY) -> dict[str, object]:
    return {
        "name": "erp",
        "contract": "receivables",
        "format": {"type": "database", "url_env": "ERP_URL", "query": query},
        "columns": {
            "customer_id": "customer", "receivable_id": "number", "document_number": "number", "document_type": {"value": "invoice"},
            "invoice_date": "issued", "due_date": "due", "currency": "currency", "amount": "amount",
        },
    }  # fmt: skip


@pytest.fixture
def erp(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> sqlite3.Connection:
    connection = sqlite3.connect(bench.root / "exports" / "erp.db")
    connection.executescript(TABLE)
    monkeypatch.setenv("ERP_URL", "sqlite:///exports/erp.db")
    return connection


def test_a_query_lands_exactly_and_is_not_parsed_again_until_it_changes(bench: Bench, erp: sqlite3.Connection) -> None:
    extraction = bench.extract(source())
    assert bench.query(
        extraction, "SELECT receivable_id, invoice_date, due_date, amount FROM landing.receivables ORDER BY 1"
    ) == [
        ("1", datetime.date(2026, 4, 1), datetime.date(2026, 5, 1), Decimal("1210.50")),
        ("2", datetime.date(2026, 4, 2), None, Decimal("150000.00")),
    ]
    assert bench.query(extraction, "SELECT reasons FROM landing.quarantine") == [
        (["amount: '0.005' has more than two decimals, and amounts are not rounded"],)
    ]
    assert [file.was_parsed for file in bench.extract(source()).files] == [False]
    erp.execute("UPDATE invoices SET amount = 1 WHERE number = 3")
    erp.commit()
    (file,) = bench.extract(source()).files
    assert (file.file, file.was_parsed, file.landed) == ("database:erp", True, 3)


def test_the_business_date_stands_in_the_query_by_name(bench: Bench, erp: sqlite3.Connection) -> None:
    query = QUERY.replace("ORDER", "WHERE issued <> ':as_of' AND issued < date(:as_of, '-31 days') ORDER")
    assert bench.extract(source(query)).files[0].rows_in == 2


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("DELETE FROM invoices RETURNING customer", "is not one SELECT"),
        ("SELECT 1 AS customer; DROP TABLE invoices", "is not one SELECT"),
        ("PRAGMA writable_schema = ON", "is not one SELECT"),
        ("SELECT FROM WHERE", "cannot be read as one SELECT"),
    ],
)
def test_what_is_not_one_select_does_not_reach_the_database(
    bench: Bench, erp: sqlite3.Connection, query: str, message: str
) -> None:
    with pytest.raises(SettingsProblem, match=message):
        bench.extract(source(query))
    assert erp.execute("SELECT count(*) FROM invoices").fetchone() == (3,)


def test_columns_that_no_mapping_uses_never_leave_the_database(bench: Bench, erp: sqlite3.Connection) -> None:
    with pytest.raises(SourceProblem, match="mapping does not use: photo; nothing was fetched"):
        bench.extract(source("SELECT * FROM invoices"))


def test_a_refused_query_is_told_with_the_name_that_is_wrong(bench: Bench, erp: sqlite3.Connection) -> None:
    with pytest.raises(SourceProblem, match="SQLite refuses the query: no such table: nowhere"):
        bench.extract(source("SELECT customer FROM nowhere"))


def test_a_row_that_cannot_be_computed_is_told_without_its_values(bench: Bench, erp: sqlite3.Connection) -> None:
    with pytest.raises(SourceProblem) as caught:
        bench.extract(source("SELECT json_extract(customer, '$') AS customer FROM invoices WHERE number = 3"))
    assert "anari" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "problem", "message"),
    [
        ("sqlite:///exports/none.db", SourceUnreachable, "no such database file"),
        (
            "mysql://reader:s3cret@127.0.0.1:1/erp",
            SourceUnreachable,
            r"MySQL cannot be reached: OperationalError 2003 Errno 111: Connection refused",
        ),
        ("mssql://reader:s3cret@127.0.0.1:1/erp", SourceUnreachable, "SQL Server cannot be reached: TimeoutError"),
        (
            "oracle+oracledb://reader:s3cret@127.0.0.1:1/erp",
            SourceUnreachable,
            "Oracle cannot be reached: OperationalError DPY-6005 .*: Connection refused",
        ),
        ("db2://reader:s3cret@127.0.0.1:1/erp", SettingsProblem, "starts with 'db2:'"),
    ],
)
def test_a_server_that_does_not_answer_is_told_without_the_password(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, url: str, problem: type[Exception], message: str
) -> None:
    monkeypatch.setenv("ERP_URL", url)
    with pytest.raises(problem, match=message) as caught:
        bench.extract(source())
    assert not any(word in str(caught.value) for word in ("s3cret", "reader", "127.0.0.1"))
