"""What can be wrong with an analyst's query, said so that the next try works."""

from __future__ import annotations

import difflib
import re

import duckdb

from tasks.problems import UserProblem
from tasks.warehouse.catalogue import SCHEMA
from tasks.warehouse.connection import Connection

_ALLOWED = "SELECT, WITH, FROM, DESCRIBE, SHOW, SUMMARIZE or EXPLAIN"
_READING = {duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN}
_PRAGMA = re.compile(r"PRAGMA\b", re.IGNORECASE)
_EXPLAIN = re.compile(r"EXPLAIN\s+(ANALYZE\s+)?", re.IGNORECASE)
_COMMENTS = re.compile(r"\A(\s|--[^\n]*(\n|\Z)|/\*.*?\*/)+", re.DOTALL)
_MISSING_TABLE = re.compile(r"Table with name (\S+) does not exist")
_MISSING_COLUMN = re.compile(r'Referenced column "([^"]+)" not found')


def require_one_reading_statement(connection: Connection, sql: str) -> None:
    """Raises `UserProblem` unless `sql` is exactly one statement that reads."""
    try:
        statements = connection.extract_statements(sql)
    except duckdb.Error as error:
        raise problem_of(error, connection) from None
    if len(statements) != 1:
        raise UserProblem.at("query", f"holds {len(statements)} statements", f"Give exactly one {_ALLOWED}.")
    text = _COMMENTS.sub("", sql)
    explained = _EXPLAIN.match(text)
    if explained is not None and statements[0].type == duckdb.StatementType.EXPLAIN:
        require_one_reading_statement(connection, text[explained.end() :])
    elif statements[0].type not in _READING or _PRAGMA.match(text):
        kind = text.split(maxsplit=1)[0].upper()
        raise UserProblem.at(
            "query", f"{kind} is not a reading statement", f"Give one {_ALLOWED}; the file is read-only."
        )


def problem_of(error: duckdb.Error, connection: Connection) -> UserProblem:
    """DuckDB's finding with the names that exist: a near match first, else the list."""
    message = str(error).split("\n\nLINE")[0].strip()
    columns = _columns_by_table(connection)
    table = _MISSING_TABLE.search(message)
    if table is not None:
        tables = [f"{SCHEMA}.{name}" for name in columns]
        near = difflib.get_close_matches(table.group(1).split(".")[-1], columns, n=1)
        meant = f"Did you mean {SCHEMA}.{near[0]}? " if near else ""
        return UserProblem.at("query", f"there is no table {table.group(1)}", f"{meant}Tables: {', '.join(tables)}.")
    column = _MISSING_COLUMN.search(message)
    if column is not None:
        known = sorted({name for names in columns.values() for name in names})
        near = difflib.get_close_matches(column.group(1), known, n=3)
        meant = f"Did you mean {' or '.join(near)}? " if near else ""
        return UserProblem.at(
            "query", f"there is no column {column.group(1)}", f"{meant}`DESCRIBE {SCHEMA}.receivables` lists columns."
        )
    return UserProblem.at(
        "query", message, f"See docs/warehouse.md; tables: {', '.join(columns)}, all in schema {SCHEMA}."
    )


def _columns_by_table(connection: Connection) -> dict[str, list[str]]:
    rows = connection.execute(
        "SELECT table_name, list(column_name) FROM duckdb_columns() WHERE schema_name = $1 GROUP BY 1 ORDER BY 1",
        [SCHEMA],
    ).fetchall()
    return {str(name): [str(column) for column in listed] for name, listed in rows}
