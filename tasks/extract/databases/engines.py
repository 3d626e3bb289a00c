"""The servers that are read through Python's database interface: how each connects, forbids writing and tells what it would return.

MySQL and MariaDB, SQL Server, Oracle and SQLite. What a driver does differently stands here and nowhere else.
"""

from __future__ import annotations

import datetime
import re
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, cast
from urllib.parse import SplitResult, parse_qs, unquote

import oracledb
import pymysql
import pymysql.cursors
import pytds

from tasks.extract.databases.allowed import iso

CONNECT_TIMEOUT_SECONDS = 10
Row = Sequence[object]


class Cursor(Protocol):
    """The part of a database cursor that is used."""

    @property
    def description(self) -> Sequence[Sequence[object]] | None: ...

    def execute(self, statement: str) -> object: ...

    def fetchmany(self, size: int) -> Sequence[Row]: ...


class Connection(Protocol):
    """The part of a database connection that is used."""

    def cursor(self) -> Cursor: ...

    def rollback(self) -> object: ...

    def close(self) -> object: ...


@dataclass(frozen=True)
class Engine:
    """One kind of server.

    `read_only` are statements that forbid writing; `columns` tells what a query would return before any row is
    fetched; `about_the_statement` fits errors that name tables and columns and never quote a cell.
    """

    name: str
    dialect: str
    example: str
    connect: Callable[[SplitResult, Path], Connection]
    read_only: tuple[str, ...]
    columns: Callable[[Cursor, str], Sequence[str]]
    date_literal: Callable[[datetime.date], str]
    errors: tuple[type[Exception], ...]
    about_the_statement: re.Pattern[str]


def _none_of(cursor: Cursor, query: str) -> Sequence[str]:
    """The columns of the query, asked with a condition that no row fulfils."""
    cursor.execute(f"SELECT * FROM ({query}) puntual_columns WHERE 1 = 0")  # noqa: S608 - checked to be one SELECT
    names = _names(cursor)
    cursor.fetchmany(1)
    return names


def _described(cursor: Cursor, query: str) -> Sequence[str]:
    """SQL Server describes a statement without running it; a derived table may not have WITH or ORDER BY there."""
    quoted = query.replace("'", "''")
    cursor.execute(
        f"SELECT name FROM sys.dm_exec_describe_first_result_set(N'{quoted}', NULL, 0) ORDER BY column_ordinal"  # noqa: S608
    )
    return [str(row[0]) for row in _all(cursor)]


def _parsed(cursor: Cursor, query: str) -> Sequence[str]:
    """Oracle parses a statement without running it."""
    if not isinstance(cursor, oracledb.Cursor):
        raise TypeError(type(cursor).__name__)
    cursor.parse(query)
    return _names(cursor)


def _names(cursor: Cursor) -> list[str]:
    return [str(column[0]) for column in cursor.description or ()]


def _all(cursor: Cursor) -> Iterator[Row]:
    while rows := cursor.fetchmany(1000):
        yield from rows


def _mysql(url: SplitResult, workspace: Path) -> Connection:
    options = parse_qs(url.query)
    ca = options.get("ssl_ca", [None])[0]
    connection = pymysql.connect(
        host=url.hostname or "127.0.0.1",
        port=url.port or 3306,
        user=unquote(url.username or ""),
        password=unquote(url.password or ""),
        database=unquote(url.path.lstrip("/")),
        charset="utf8mb4",
        connect_timeout=CONNECT_TIMEOUT_SECONDS,
        cursorclass=pymysql.cursors.SSCursor,
        ssl_ca=ca,
        ssl_verify_cert=ca is not None or None,
        ssl_verify_identity=ca is not None or None,
    )
    return cast("Connection", connection)


def _sql_server(url: SplitResult, workspace: Path) -> Connection:
    connection = pytds.connect(
        dsn=url.hostname or "127.0.0.1",
        port=url.port or 1433,
        database=unquote(url.path.lstrip("/")),
        user=unquote(url.username or ""),
        password=unquote(url.password or ""),
        login_timeout=CONNECT_TIMEOUT_SECONDS,
        readonly=True,
        cafile=parse_qs(url.query).get("ca_file", [None])[0],
    )
    return cast("Connection", connection)


def _oracle(url: SplitResult, workspace: Path) -> Connection:
    connection = oracledb.connect(
        user=unquote(url.username or ""),
        password=unquote(url.password or ""),
        host=url.hostname or "127.0.0.1",
        port=url.port or 1521,
        service_name=unquote(url.path.lstrip("/")),
        tcp_connect_timeout=CONNECT_TIMEOUT_SECONDS,
    )
    return cast("Connection", connection)


def _sqlite(url: SplitResult, workspace: Path) -> Connection:
    path = workspace / unquote(url.path.removeprefix("/"))
    if not path.is_file():
        raise sqlite3.OperationalError("no such database file")
    return cast("Connection", sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, isolation_level=None))


def _date(as_of: datetime.date) -> str:
    return f"DATE {iso(as_of)}"


def _cast_date(as_of: datetime.date) -> str:
    return f"CAST({iso(as_of)} AS date)"


_MYSQL = Engine(
    "MySQL",
    "mysql",
    "mysql://USER:PASSWORD@HOST/DATABASE",
    _mysql,
    ("SET SESSION TRANSACTION READ ONLY", "START TRANSACTION READ ONLY"),
    _none_of,
    _date,
    (pymysql.Error,),
    re.compile(r"\((?:1044|1045|1046|1049|1054|1064|1142|1143|1146|1792|1248|1060), "),
)
_ENGINES = {
    "mysql": _MYSQL,
    "mariadb": _MYSQL,
    "mssql": Engine(
        "SQL Server",
        "tsql",
        "mssql://USER:PASSWORD@HOST/DATABASE",
        _sql_server,
        ("SET TRANSACTION ISOLATION LEVEL READ COMMITTED",),
        _described,
        _cast_date,
        (pytds.Error,),
        re.compile(r"Invalid column name|Invalid object name|Incorrect syntax|permission was denied|Login failed"),
    ),
    "oracle": Engine(
        "Oracle",
        "oracle",
        "oracle://USER:PASSWORD@HOST/SERVICE",
        _oracle,
        ("SET TRANSACTION READ ONLY",),
        _parsed,
        _date,
        (oracledb.Error,),
        re.compile(r"ORA-(?:00900|00903|00904|00911|00923|00933|00936|00942|01017|01031|01456)\b"),
    ),
    "sqlite": Engine(
        "SQLite",
        "sqlite",
        "sqlite:///exports/FILE.db",
        _sqlite,
        ("PRAGMA query_only = ON", "BEGIN"),
        _none_of,
        iso,
        (sqlite3.Error,),
        re.compile(r"^(?:no such (?:table|column|function|database)|near |ambiguous column|incomplete input|attempt to write)"),
    ),
}  # fmt: skip


def engine_of(scheme: str) -> Engine | None:
    """The engine of a URL's scheme; a driver's name behind `+` is accepted, as other tools write it."""
    return _ENGINES.get(scheme.partition("+")[0])
