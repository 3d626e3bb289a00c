"""Whom to call: written to, overdue, and not heard of since (003-09)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

import duckdb
import pytest

from tasks.history.follow_up import FollowUp, read_follow_ups

RUN = date(2026, 6, 16)
_TABLES = """
CREATE SCHEMA run; CREATE SCHEMA ledger; CREATE SCHEMA staging;
CREATE TABLE run.parameters AS SELECT DATE '2026-06-16' AS as_of;
CREATE TABLE ledger.sent_steps (company_id VARCHAR, customer_id VARCHAR, receivable_id VARCHAR, step VARCHAR, channel VARCHAR,
    sent_on DATE, delivery VARCHAR);
CREATE TABLE ledger.contact_results (company_id VARCHAR, customer_id VARCHAR, is_contact BOOLEAN, contacted_on DATE);
CREATE TABLE ledger.promises (company_id VARCHAR, customer_id VARCHAR, receivable_id VARCHAR, recorded_on DATE, promised_for DATE);
CREATE TABLE ledger.disputes (company_id VARCHAR, customer_id VARCHAR, receivable_id VARCHAR, opened_on DATE, resolved_on DATE);
CREATE TABLE ledger.holds (company_id VARCHAR, customer_id VARCHAR, receivable_id VARCHAR, from_on DATE, until_on DATE);
CREATE TABLE staging.open_receivables (company_id VARCHAR, receivable_id VARCHAR, currency VARCHAR, open_amount DECIMAL(18, 2),
    days_overdue INTEGER, document_number VARCHAR);
CREATE TABLE ledger.customer_flags (company_id VARCHAR, customer_id VARCHAR, kind VARCHAR, from_on DATE, until_on DATE);
CREATE TABLE ledger.opt_outs (company_id VARCHAR, customer_id VARCHAR, channel VARCHAR, from_on DATE);
CREATE TABLE staging.customers AS
    SELECT 'acme' AS company_id, 'C1' AS customer_id, 'Talleres' AS name, NULL::VARCHAR AS financial_situation;
CREATE TABLE staging.contacts (company_id VARCHAR, customer_id VARCHAR, contact_id VARCHAR, name VARCHAR, phone VARCHAR, mobile VARCHAR,
    role VARCHAR, last_verified_on DATE);
INSERT INTO ledger.sent_steps VALUES ('acme', 'C1', 'R1', 'first', 'email', '2026-06-01', 'arrived');
INSERT INTO staging.open_receivables VALUES ('acme', 'R1', 'EUR', 100.00, 20, 'F-1');
INSERT INTO staging.contacts VALUES ('acme', 'C1', 'K2', 'Later', NULL, '600 000 000', 'legal', '2026-05-01'),
    ('acme', 'C1', 'K1', 'Ana', '910 000 000', NULL, 'reminder', NULL);
"""


@pytest.fixture
def calls() -> Iterator[Callable[..., list[FollowUp]]]:
    with duckdb.connect() as connection:
        connection.execute(_TABLES)

        def after(*statements: str, after_days: int = 7) -> list[FollowUp]:
            for statement in statements:
                connection.execute(statement)
            return read_follow_ups(connection, after_days=after_days)

        yield after


def test_who_was_written_to_and_did_not_pay_is_called_with_the_number_of_the_role(calls) -> None:
    (call,) = calls()
    assert (call.customer_name, call.contact_name, call.phone) == ("Talleres", "Ana", "910 000 000")
    assert (str(call.overdue_amount), call.receivables, call.days_since, call.documents) == ("100.00", 1, 15, "F-1")


@pytest.mark.parametrize(
    "since",
    [
        "DELETE FROM staging.open_receivables",
        "UPDATE staging.open_receivables SET days_overdue = 0",
        "UPDATE ledger.sent_steps SET delivery = 'returned'",
        "INSERT INTO ledger.contact_results VALUES ('acme', 'C1', true, '2026-06-03')",
        "INSERT INTO ledger.promises VALUES ('acme', 'C1', NULL, '2026-06-02', '2026-06-20')",
        "INSERT INTO ledger.promises VALUES ('acme', 'C1', 'R1', '2026-05-20', '2026-06-20')",
        "INSERT INTO ledger.disputes VALUES ('acme', 'C1', 'R1', '2026-05-20', NULL)",
        "INSERT INTO ledger.holds VALUES ('acme', 'C1', 'R1', '2026-06-10', '2026-06-16')",
        "INSERT INTO ledger.customer_flags VALUES ('acme', 'C1', 'represented_by_lawyer', '2026-06-16', NULL)",
        "INSERT INTO ledger.customer_flags VALUES ('acme', 'C1', 'deceased', '2026-05-01', '2026-06-16')",
        "UPDATE staging.customers SET financial_situation = 'insolvent'",
        "INSERT INTO ledger.opt_outs VALUES ('acme', 'C1', NULL, '2026-06-16')",
        "INSERT INTO ledger.opt_outs VALUES ('acme', 'C1', 'call', '2026-06-02')",
    ],
)
def test_who_paid_or_was_heard_of_is_left_in_peace(calls, since: str) -> None:
    assert calls(since) == []


@pytest.mark.parametrize(
    "since",
    [
        "INSERT INTO ledger.contact_results VALUES ('acme', 'C1', false, '2026-06-03')",
        "INSERT INTO ledger.promises VALUES ('acme', 'C1', NULL, '2026-06-02', '2026-06-10')",
        "INSERT INTO ledger.disputes VALUES ('acme', 'C1', 'R1', '2026-05-20', '2026-06-01')",
        "INSERT INTO ledger.disputes VALUES ('acme', 'C1', 'R9', '2026-06-05', NULL)",
        "INSERT INTO ledger.contact_results VALUES ('acme', 'C1', true, '2026-05-20')",
        "INSERT INTO ledger.customer_flags VALUES ('acme', 'C1', 'insolvent', '2026-05-01', '2026-06-15')",
        "INSERT INTO ledger.customer_flags VALUES ('acme', 'C1', 'vulnerable', '2026-05-01', NULL)",
        "INSERT INTO ledger.customer_flags VALUES ('acme', 'C2', 'deceased', '2026-05-01', NULL)",
        "INSERT INTO ledger.opt_outs VALUES ('acme', 'C1', 'email', '2026-06-02')",
    ],
)
def test_what_says_nothing_any_more_does_not_hold_the_call_back(calls, since: str) -> None:
    assert len(calls(since)) == 1


def test_a_young_message_is_given_its_days(calls) -> None:
    assert calls(after_days=15)
    assert calls(after_days=16) == []
