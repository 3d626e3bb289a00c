"""Reads a run's summary from its work database, after `mart` is built."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from tasks.report.cash import CashLine
from tasks.report.lines import (
    AgingLine,
    AmountLine,
    BatchLine,
    DecisionLine,
    DuplicateLine,
    DutyLine,
    FileAmountLine,
    FileLine,
    KpiLine,
    MessageLine,
    QuarantineLine,
    RejectLine,
    ScoreLine,
    SetAsideLine,
    TaskLine,
)
from tasks.report.news import RunNews
from tasks.report.summary import RunSummary
from tasks.warehouse.connection import Connection

Line = TypeVar("Line")

_FILES = """
SELECT source, contract, file, rows_in, landed, quarantined, duplicates, set_aside
FROM landing.files ORDER BY contract, source, file
"""
# What stands where a currency should is the file's own text; only what looks like a code is shown.
_AMOUNTS = """
SELECT contract, if(regexp_full_match(currency, '[A-Z]{3}'), currency, '?') AS currency, sum(amount_in) AS amount_in,
    sum(amount_landed) AS landed, sum(amount_quarantined) AS quarantined, sum(amount_duplicates) AS duplicates
FROM landing.file_amounts GROUP BY ALL HAVING sum(amount_in) <> 0 ORDER BY contract DESC, amount_in DESC, currency
"""
_FILE_AMOUNTS = """
SELECT source, file, if(regexp_full_match(currency, '[A-Z]{3}'), currency, '?') AS currency, sum(amount_in) AS amount_in,
    sum(amount_landed) AS landed, sum(amount_quarantined) AS quarantined, sum(amount_duplicates) AS duplicates
FROM landing.file_amounts GROUP BY ALL ORDER BY source, file, currency
"""
_SET_ASIDE = "SELECT source, file, reason, rows FROM landing.set_aside ORDER BY source, file, rows DESC, reason"
_AGING = """
SELECT currency, aging_bucket AS bucket, count(*) AS receivables, sum(open_amount) AS amount
FROM mart.receivables GROUP BY ALL ORDER BY currency, min(days_overdue)
"""
_DECISIONS = """
SELECT decision, reason, currency, count(*) AS receivables, sum(open_amount) AS amount
FROM mart.decisions GROUP BY ALL ORDER BY receivables DESC, decision, reason, currency
"""
_MESSAGES = """
SELECT segment, step, channel, currency, count(*) AS messages, sum(item_count) AS receivables,
    sum(total_amount) AS amount, count(*) FILTER (WHERE needs_approval) AS needing_approval
FROM outgoing.messages GROUP BY ALL ORDER BY segment, min(step_rank), step, channel, currency
"""
_BATCHES = """
SELECT segment, channel, batch_number, count(*) AS messages
FROM outgoing.messages GROUP BY ALL ORDER BY segment, channel, batch_number
"""
# A reason may quote the value of a cell or name a row; where runs are watched, neither is shown, and alike reasons count as one.
_REJECTS = r"""
WITH told AS (
    SELECT contract, kind, fix, regexp_replace(regexp_replace(
        regexp_replace(reason, '^(\w+): ''.*'' (is|has) ', '\1: … \2 ', 's'),
        '(^|row |line )[0-9]+', '\1…', 'g'), 'row … of .*$', 'row … of the file') AS reason
    FROM mart.quarantine WHERE status = 'open' OR kind = 'duplicate'
)
SELECT contract, kind, reason, coalesce(any_value(fix), '') AS fix, count(*) AS rows
FROM told GROUP BY contract, kind, reason ORDER BY kind DESC, rows DESC, contract, reason
"""
# `is_new` and `is_just_closed` are of the newest delivery of the contract.
_QUARANTINE = """
SELECT contract, if(regexp_full_match(currency, '[A-Z]{3}'), currency, if(currency IS NULL, '', '?')) AS currency,
    count(*) FILTER (WHERE status = 'open') AS open_rows,
    coalesce(sum(amount) FILTER (WHERE status = 'open'), 0) AS open_amount,
    min(first_seen_on) FILTER (WHERE status = 'open') AS open_since,
    count(*) FILTER (WHERE is_new) AS new_rows,
    coalesce(sum(amount) FILTER (WHERE is_new), 0) AS new_amount,
    count(*) FILTER (WHERE is_just_closed) AS cleared_rows,
    coalesce(sum(amount) FILTER (WHERE is_just_closed), 0) AS cleared_amount
FROM landing.quarantine_history WHERE status = 'open' OR is_just_closed
GROUP BY ALL ORDER BY contract DESC, currency
"""
_KPIS = """
WITH months AS (
    SELECT currency, metric, unit, month, value,
        lag(value) OVER (PARTITION BY currency, metric ORDER BY month) AS before,
        lag(month) OVER (PARTITION BY currency, metric ORDER BY month) AS month_before
    FROM mart.kpis WHERE segment = '*' AND is_complete
)
SELECT currency, metric, unit, month, value, if(month_before = month - INTERVAL 1 MONTH, before, NULL) AS before
FROM months WHERE month = (SELECT max(month) FROM months) ORDER BY currency, metric
"""
_CASH = """
SELECT currency, period, week_starts_on, expected_amount, low_amount, high_amount, overdue_amount, due_amount, cumulative_amount, method
FROM mart.cash_forecast ORDER BY currency, period_number
"""
_SCORES = """
SELECT score_method AS method, coalesce(score_model, '') AS model, count(*) AS receivables,
    count(*) FILTER (WHERE score_confidence = 'high') AS high,
    count(*) FILTER (WHERE score_confidence = 'medium') AS medium,
    count(*) FILTER (WHERE score_confidence = 'low') AS low
FROM mart.receivables GROUP BY method, model
ORDER BY list_position(['fitted', 'fitted_newcomer', 'scorecard', 'scorecard_peers'], method), model
"""
_TASKS = """
SELECT task, count(*) AS tasks, count(DISTINCT customer_id) AS customers
FROM mart.contact_tasks GROUP BY task ORDER BY tasks DESC, task
"""
_INTERNAL_TASKS = """
SELECT duty, count(DISTINCT task_id) AS tasks, count(DISTINCT task_id) FILTER (WHERE is_overdue) AS overdue,
    count(DISTINCT task_id) FILTER (WHERE owner IS NULL) AS without_owner
FROM mart.internal_tasks GROUP BY duty ORDER BY tasks DESC, duty
"""
_DUPLICATES = """
SELECT strength, count(*) AS pairs FROM mart.duplicate_customers
GROUP BY strength ORDER BY list_position(['strong', 'medium', 'weak'], strength)
"""


def read_summary(connection: Connection, news: RunNews) -> RunSummary:
    """The summary of the run whose work database `connection` has open, with what the flow adds to it."""
    run = connection.execute("SELECT run_id, company_id, company_name, as_of FROM run.parameters").fetchone()
    if run is None:
        raise ValueError("run.parameters has no row")
    return RunSummary(
        run_id=run[0],
        company_id=run[1],
        company_name=run[2],
        as_of=run[3],
        files=_lines(connection, _FILES, FileLine),
        amounts=_lines(connection, _AMOUNTS, AmountLine),
        file_amounts=_lines(connection, _FILE_AMOUNTS, FileAmountLine),
        set_aside_rows=_lines(connection, _SET_ASIDE, SetAsideLine),
        aging=_lines(connection, _AGING, AgingLine),
        decisions=_lines(connection, _DECISIONS, DecisionLine),
        messages=_lines(connection, _MESSAGES, MessageLine),
        batches=_lines(connection, _BATCHES, BatchLine),
        rejects=_lines(connection, _REJECTS, RejectLine),
        quarantine=_lines(connection, _QUARANTINE, QuarantineLine),
        kpis=_lines(connection, _KPIS, KpiLine),
        cash=_lines(connection, _CASH, CashLine),
        scores=_lines(connection, _SCORES, ScoreLine),
        contact_tasks=_lines(connection, _TASKS, TaskLine),
        internal_tasks=_lines(connection, _INTERNAL_TASKS, DutyLine),
        duplicate_customers=_lines(connection, _DUPLICATES, DuplicateLine),
        news=news,
    )


def _lines(connection: Connection, sql: str, line: Callable[..., Line]) -> tuple[Line, ...]:
    """The rows of `sql` as values of `line`, whose fields are the columns' names."""
    cursor = connection.execute(sql)
    names = [str(column[0]) for column in cursor.description or ()]
    return tuple(line(**dict(zip(names, row, strict=True))) for row in cursor.fetchall())
