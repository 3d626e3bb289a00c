"""A PostgreSQL query as a source, on a real server."""

from __future__ import annotations

import datetime
from decimal import Decimal

import psycopg
import pytest

from tasks.extract.databases.result import failed_connection, without_secrets
from tasks.problems import SettingsProblem, SourceProblem, SourceUnreachable
from tests.extract.bench import Bench

QUERY = "SELECT customer, number, issued, due, currency, amount, is_open FROM invoices ORDER BY number"
TABLE = """
    CREATE TABLE invoices (customer text, number bigint, issued timestamp, due date, currency char(3), amount numeric(14, 4),
        is_open boolean);
    INSERT INTO invoices VALUES ('C1', 1, '2026-04-01', '2026-05-01', 'EUR', 1210.5000, true),
        ('C2', 2, '2026-04-02', NULL, 'CLP', 150000, false), ('C3', 3, '2026-04-03', NULL, 'EUR', 0.0051, false);
"""


def source(query: str = QUERY) -> dict[str, object]:
    return {
        "name": "erp",
        "contract": "receivables",
        "format": {"type": "postgresql", "url_env": "ERP_URL", "query": query},
        "decimals": {"decimal": ",", "thousands": "."},
        "columns": {
            "customer_id": "customer", "receivable_id": "number", "document_number": "number", "document_type": {"value": "invoice"},
            "invoice_date": "issued", "due_date": "due", "currency": "currency", "amount": "amount", "is_disputed": "is_open",
        },
    }  # fmt: skip


@pytest.fixture
def erp(postgres_database: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("ERP_URL", postgres_database)
    with psycopg.connect(postgres_database) as connection:
        connection.execute(TABLE)
    return postgres_database


def test_a_query_lands_exactly_and_is_not_parsed_again_until_it_changes(bench: Bench, erp: str) -> None:
    extraction = bench.extract(source())
    assert bench.query(
        extraction,
        "SELECT receivable_id, invoice_date, due_date, amount, is_disputed FROM landing.receivables ORDER BY 1",
    ) == [
        ("1", datetime.date(2026, 4, 1), datetime.date(2026, 5, 1), Decimal("1210.50"), True),
        ("2", datetime.date(2026, 4, 2), None, Decimal("150000.00"), False),
    ]
    assert bench.query(extraction, "SELECT reasons FROM landing.quarantine") == [
        (["amount: '0,0051' has more than two decimals, and amounts are not rounded"],)
    ]
    assert [file.was_parsed for file in bench.extract(source()).files] == [False]
    with psycopg.connect(erp) as connection:
        connection.execute("UPDATE invoices SET amount = 1 WHERE number = 3")
    (file,) = bench.extract(source()).files
    assert (file.file, file.was_parsed, file.landed) == ("database:erp", True, 3)


def test_columns_that_no_mapping_uses_never_leave_the_database(bench: Bench, erp: str) -> None:
    with pytest.raises(SourceProblem, match="mapping does not use: secret; nothing was fetched"):
        bench.extract(source(QUERY.replace("SELECT ", "SELECT customer || 'x' AS secret, ")))


def test_the_business_date_stands_in_the_query_by_name(bench: Bench, erp: str) -> None:
    assert bench.extract(source(QUERY.replace("ORDER", "WHERE issued < :as_of - 31 ORDER"))).files[0].rows_in == 2


def test_a_query_can_ask_for_the_state_of_the_business_date(bench: Bench, erp: str) -> None:
    query = QUERY.replace("ORDER", "WHERE issued < current_setting('puntual.as_of')::date - 31 ORDER")
    assert bench.extract(source(query)).files[0].rows_in == 2


@pytest.mark.parametrize(
    "query",
    [
        "DELETE FROM invoices RETURNING customer",
        "WITH gone AS (DELETE FROM invoices RETURNING *) SELECT * FROM gone",
        "SELECT 1; DROP TABLE invoices",
        "SELECT nothing FROM nowhere",
    ],
)
def test_a_query_that_would_change_data_or_does_not_run_is_refused(bench: Bench, erp: str, query: str) -> None:
    with pytest.raises(SourceProblem, match="PostgreSQL refuses the query"):
        bench.extract(source(query))
    with psycopg.connect(erp) as connection:
        assert connection.execute("SELECT count(*) FROM invoices").fetchone() == (3,)


@pytest.mark.parametrize("expression", ["customer::integer", "1 / (number - 1)", "to_date(customer, 'YYYY')"])
def test_a_row_that_cannot_be_computed_is_told_without_its_values(bench: Bench, erp: str, expression: str) -> None:
    with psycopg.connect(erp) as connection:
        connection.execute("UPDATE invoices SET customer = 'Canario Uno'")
    with pytest.raises(SourceProblem, match="PostgreSQL cannot compute a row") as caught:
        bench.extract(source(f"SELECT {expression} AS customer FROM invoices"))  # noqa: S608 - expressions of this test
    assert "anari" not in str(caught.value)
    assert "format.query" in caught.value.problems[0].where


def test_a_refused_query_is_told_with_the_name_that_is_wrong(bench: Bench, erp: str) -> None:
    with pytest.raises(SourceProblem, match='relation "nowhere" does not exist'):
        bench.extract(source("SELECT nothing FROM nowhere"))


def test_a_server_that_does_not_answer_is_told_without_the_password(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ERP_URL", "postgresql://reader:s3cret@127.0.0.1:1/erp")
    with pytest.raises(SourceUnreachable) as caught:
        bench.extract(source())
    assert str(caught.value).count("PostgreSQL cannot be reached: OperationalError: Connection refused") == 1
    assert not any(word in str(caught.value) for word in ("s3cret", "reader", "127.0.0.1"))


def test_a_wrong_password_is_not_repeated(bench: Bench, erp: str, monkeypatch: pytest.MonkeyPatch) -> None:
    user, _, rest = erp.partition("@")
    monkeypatch.setenv("ERP_URL", f"{user.rpartition(':')[0]}:wr0ng-one@{rest}")
    with pytest.raises(SourceProblem) as caught:
        bench.extract(source())
    assert "wr0ng-one" not in str(caught.value)


def test_the_url_has_to_be_in_the_environment(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ERP_URL", raising=False)
    with pytest.raises(SettingsProblem, match="ERP_URL is not set"):
        bench.extract(source())


def test_secrets_are_taken_out_of_messages() -> None:
    url = "postgresql://u:p%40ss@h/db"
    assert "p%40ss" not in without_secrets(f"cannot connect to {url}\n with p%40ss", url)
    assert "p@ss" not in without_secrets("password p@ss is wrong", url)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ('FATAL: password authentication failed for user "ana"', "RuntimeError: password authentication failed"),
        ('FATAL: database "acme" does not exist', "RuntimeError: database does not exist"),
        ('no pg_hba.conf entry for host "10.0.0.7", user "ana", database "acme"', "RuntimeError: no pg_hba.conf entry"),
        ("something else about ana@10.0.0.7", "RuntimeError"),
    ],
)
def test_a_failed_connection_names_neither_user_nor_host(said: str, told: str) -> None:
    assert failed_connection(RuntimeError(said)) == told


@pytest.mark.parametrize("said", ["to user 'ana'@'10.0.0.7' for table 't'", "Login failed for user 'ana'."])
def test_a_refusal_does_not_name_the_user(said: str) -> None:
    assert "ana" not in without_secrets(said, "mysql://h/db")
    assert "10.0.0.7" not in without_secrets(said, "mysql://h/db")
