"""Runs one reading statement on the published warehouse, with nothing else within its reach.

The connection sees one file, read-only: no other files, no network, no extensions, no settings, bounded memory and time.
"""

from __future__ import annotations

import threading
from contextlib import ExitStack
from dataclasses import dataclass

import duckdb

from tasks.paths import WorkspacePaths
from tasks.problems import UserProblem
from tasks.warehouse.current import open_current
from tasks.warehouse.query_problems import problem_of, require_one_reading_statement

Row = tuple[object, ...]


@dataclass(frozen=True)
class QueryResult:
    """Column names and rows as DuckDB gives them (Decimal, date, list …); `is_cut` when there were more rows."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    is_cut: bool


def query(
    paths: WorkspacePaths, sql: str, *, timeout_seconds: float = 60.0, max_rows: int = 10_000, memory_limit: str = "1GB"
) -> QueryResult:
    """Runs `sql`, one SELECT, WITH, DESCRIBE, SHOW, SUMMARIZE or EXPLAIN, on the published warehouse.

    Raises:
        UserProblem: nothing is published yet, or the statement is not one reading statement, does not run, or takes
            longer than `timeout_seconds`.
    """
    with ExitStack() as stack:
        connection = open_current(paths, stack, memory_limit)
        require_one_reading_statement(connection, sql)
        timer = threading.Timer(timeout_seconds, connection.interrupt)
        timer.start()
        # Leaving the block must not close the connection while the timer may still interrupt it.
        stack.callback(timer.join)
        stack.callback(timer.cancel)
        try:
            cursor = connection.execute(sql)
            columns = tuple(str(column[0]) for column in cursor.description or ())
            rows = cursor.fetchmany(max_rows + 1)
        except duckdb.InterruptException:
            raise UserProblem.at(
                "query",
                f"took longer than {timeout_seconds:g} seconds and was stopped",
                "Narrow it with WHERE, aggregate, or allow more time with --timeout.",
            ) from None
        except duckdb.Error as error:
            raise problem_of(error, connection) from None
    return QueryResult(columns, tuple(rows[:max_rows]), is_cut=len(rows) > max_rows)
