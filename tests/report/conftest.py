"""The small work database of tests/warehouse, open, and what a flow would add to it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from tasks.credit.policy import CreditPolicy
from tasks.credit.tables import load_credit_policy
from tasks.ledger.counts import ReminderCounts
from tasks.report.build import REPORT_SCHEMAS
from tasks.report.news import Link, RunNews, StageSeconds
from tasks.report.read import read_summary
from tasks.report.summary import RunSummary
from tasks.warehouse.connection import Connection
from tasks.warehouse.inputs import create_empty_inputs
from tasks.warehouse.models import build
from tasks.worklist.build import RISK_SCHEMAS, ensure_lines

SMALL_WORK = (Path(__file__).parents[1] / "warehouse" / "small_work.sql").read_text(encoding="utf-8")


@pytest.fixture
def work() -> Iterator[Connection]:
    with duckdb.connect(config={"threads": 1, "autoload_known_extensions": False}) as connection:
        create_empty_inputs(connection)
        connection.execute(SMALL_WORK)
        load_credit_policy(connection, CreditPolicy())
        connection.execute("UPDATE ledger.reminders SET claim_token = run_id || '.0f'")
        build(connection, ["loss"])
        ensure_lines(connection)
        build(connection, ["parties", *(schema for schema in REPORT_SCHEMAS if schema not in RISK_SCHEMAS)])
        yield connection


@pytest.fixture
def news() -> RunNews:
    return RunNews(
        mode="send",
        reminders=ReminderCounts(accepted=1),
        warnings=("exports/bank.csv (bank): 2 rows: the booking date is old",),
        links=(
            Link("warehouse", ".puntual/warehouse/current.duckdb"),
            Link("data_docs", "/home/ana/acme/.puntual/data_docs/index.html"),
        ),
        seconds=(StageSeconds("extract", 1.25), StageSeconds("decide", 0.5)),
    )


@pytest.fixture
def summary(work, news) -> RunSummary:
    return read_summary(work, news)
