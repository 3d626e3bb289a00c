"""A message about a promise names the day and the sum that were promised, and nobody else's."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import duckdb
import pytest

from tasks.remind.promises import PromisedPayment, read_promised
from tasks.warehouse.connection import Connection

TABLES = """
CREATE SCHEMA decide; CREATE SCHEMA segment;
CREATE TABLE decide.reminders AS SELECT 'acme' AS company_id, c AS customer_id, 'key ' || c AS reminder_key, 'EUR' AS currency
    FROM (VALUES ('C1'), ('C2'), ('C3'), ('C4')) AS t(c);
CREATE TABLE decide.reminder_items AS SELECT 'acme' AS company_id, reminder_key, customer_id || n AS receivable_id
    FROM decide.reminders, (VALUES ('-1'), ('-2')) AS t(n);
CREATE TABLE segment.promises (
    company_id VARCHAR, customer_id VARCHAR, promise_id VARCHAR, receivable_id VARCHAR, currency VARCHAR, amount DECIMAL(18, 2),
    promised_for DATE, state VARCHAR
);
INSERT INTO segment.promises VALUES
    ('acme', 'C1', 'P1', NULL, 'EUR', 300, '2026-06-10', 'broken'),
    ('acme', 'C1', 'P2', NULL, 'EUR', 999, '2026-05-10', 'broken'),
    ('acme', 'C1', 'P3', NULL, 'EUR', 50, '2026-06-30', 'open'),
    ('acme', 'C1', 'P4', NULL, 'MXN', 7, '2026-06-12', 'broken'),
    ('acme', 'C2', 'P5', 'C2-1', 'EUR', 10.10, '2026-06-20', 'open'),
    ('acme', 'C2', 'P6', 'C2-2', 'EUR', 20.20, '2026-06-20', 'open'),
    ('acme', 'C2', 'P7', 'C2-9', 'EUR', 70, '2026-06-18', 'open'),
    ('acme', 'C3', 'P8', NULL, NULL, NULL, '2026-06-11', 'broken'),
    ('acme', 'C4', 'P9', NULL, 'EUR', 5, '2026-06-01', 'kept');
"""


@pytest.fixture
def work() -> Iterator[Connection]:
    with duckdb.connect() as connection:
        connection.execute(TABLES)
        yield connection


def test_the_last_broken_promise_is_named_once_for_all_its_receivables(work: Connection) -> None:
    assert read_promised(work, {"key C1": "promise_broken"}) == {
        "key C1": PromisedPayment(date(2026, 6, 10), Decimal("300.00"))
    }


def test_the_next_promised_day_is_named_with_the_sum_of_what_was_promised_for_it(work: Connection) -> None:
    assert read_promised(work, {"key C2": "promise_reminder"}) == {
        "key C2": PromisedPayment(date(2026, 6, 20), Decimal("30.30"))
    }


def test_a_promise_without_an_amount_has_a_day_only(work: Connection) -> None:
    assert read_promised(work, {"key C3": "promise_broken"}) == {"key C3": PromisedPayment(date(2026, 6, 11), None)}


def test_nothing_is_said_of_promises_that_were_kept_nor_by_other_purposes(work: Connection) -> None:
    assert read_promised(work, {"key C4": "promise_broken", "key C1": "overdue"}) == {}
