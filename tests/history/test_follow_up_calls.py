"""Whom to call, as the program reads it (003-09); who that is is in tests/sql/history."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from tasks.history.follow_up import read_follow_ups
from tasks.warehouse.connection import Connection
from tasks.warehouse.inputs import create_empty_inputs
from tasks.warehouse.models import build

_DAY = """
INSERT INTO run.parameters (as_of, company_id) VALUES ('2026-06-16', 'acme');
INSERT INTO landing.receivables (company_id, customer_id, receivable_id, document_type, document_number, invoice_date, due_date, currency, amount)
VALUES ('acme', 'C1', 'R1', 'invoice', 'F-1', '2026-04-27', '2026-05-27', 'EUR', 100),
    ('acme', 'C2', 'R2', 'invoice', 'F-2', '2026-04-27', '2026-05-27', 'EUR', 200);
INSERT INTO ledger.sent_steps VALUES ('acme', 'C1', 'R1', 'first', 'email', '2026-06-01', 'arrived'),
    ('acme', 'C2', 'R2', 'first', 'email', '2026-06-01', 'arrived');
"""


@pytest.fixture
def day() -> Iterator[Connection]:
    with duckdb.connect() as connection:
        create_empty_inputs(connection)
        connection.execute(_DAY)
        build(connection, ("staging",))
        yield connection


def test_the_largest_debt_is_called_first(day) -> None:
    calls = read_follow_ups(day, after_days=7)
    assert [(call.customer_id, str(call.overdue_amount), call.days_since) for call in calls] == [
        ("C2", "200.00", 15),
        ("C1", "100.00", 15),
    ]


def test_a_young_message_is_given_its_days(day) -> None:
    assert len(read_follow_ups(day, after_days=15)) == 2
    assert read_follow_ups(day, after_days=16) == []
