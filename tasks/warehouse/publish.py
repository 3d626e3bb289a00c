"""Publishes a run's warehouse: a new file, verified, then the pointer `current.duckdb` moved onto it in one step.

Analysts keep reading the former file while the new one is written and after it was replaced: a file that was published
is never written again. A publish that fails leaves the pointer where it was.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from tasks.contracts.load import Contract
from tasks.paths import WorkspacePaths
from tasks.settings.workspace import WarehouseSettings
from tasks.warehouse.catalogue import SCHEMA, column_comment, published_tables
from tasks.warehouse.connection import Connection, open_for_building
from tasks.warehouse.errors import described, values_withheld
from tasks.warehouse.published_files import (
    complete,
    is_older,
    partial_of,
    point,
    prune,
    remove_partial,
    write_ahead_log,
)

_TARGET = "published"


class PublishFailed(Exception):
    """What was written is not what the contracts say; a defect of ours, such as a mart view out of step."""


@dataclass(frozen=True)
class PublishedTable:
    """A table that was written: its name and rows."""

    name: str
    rows: int


@dataclass(frozen=True)
class Published:
    """What a publish wrote, and where."""

    path: Path
    tables: tuple[PublishedTable, ...]


def publish(work_db: Path, paths: WorkspacePaths, *, run_id: str, settings: WarehouseSettings) -> Published:
    """Writes the mart views of `work_db` as tables to `<run_id>.duckdb` and points `current.duckdb` to it.

    A run for a day before the published one is written and not pointed to: a question about the past must not become the present.

    Rows are sorted by the contract's key, so the same inputs give the same rows in the same order. The newest
    `settings.keep_runs` files stay.

    Raises:
        PublishFailed: a table's columns, key or count are not what they must be; the pointer has not moved.
    """
    final = paths.warehouses / f"{run_id}.duckdb"
    partial = partial_of(final)
    paths.warehouses.mkdir(mode=0o700, parents=True, exist_ok=True)
    remove_partial(partial)
    try:
        with open_for_building(work_db, settings) as connection:
            tables = _write(connection, partial)
        complete(partial, final)
    except BaseException:
        remove_partial(partial)
        raise
    if not is_older(final, paths.current_warehouse):
        point(paths.current_warehouse, final)
    prune(paths, keep=settings.keep_runs)
    return Published(final, tables)


def _write(connection: Connection, target: Path) -> tuple[PublishedTable, ...]:
    # Our timestamps are UTC; a cast from a zoned timestamp would otherwise use the machine's zone.
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute(f"ATTACH {_text(str(target))} AS {_TARGET}")
    try:
        connection.execute(f"CREATE SCHEMA {_TARGET}.{SCHEMA}")
        tables = tuple(_publish_table(connection, contract) for contract in published_tables())
        connection.execute(f"CHECKPOINT {_TARGET}")
    finally:
        connection.execute(f"DETACH {_TARGET}")
    if write_ahead_log(target).exists():
        raise PublishFailed(f"{target.name}: the write-ahead log was not merged into the file")
    return tables


def _publish_table(connection: Connection, contract: Contract) -> PublishedTable:
    with values_withheld(f"{SCHEMA}.{contract.name}"):
        return _write_table(connection, contract)


def _write_table(connection: Connection, contract: Contract) -> PublishedTable:
    source = f"{SCHEMA}.{contract.name}"
    table = f"{_TARGET}.{source}"
    _require_the_contracts_columns(connection, contract, source)
    declared = ", ".join(
        f"{_name(column.name)} {column.type}{' NOT NULL' if column.is_required else ''}" for column in contract.columns
    )
    typed = ", ".join(f"CAST({_name(column.name)} AS {column.type})" for column in contract.columns)
    connection.execute(f"CREATE TABLE {table} ({declared})")
    try:
        connection.execute(f"INSERT INTO {table} SELECT {typed} FROM {source} ORDER BY {_key(contract)}")  # noqa: S608 names from contracts
    except (duckdb.ConstraintException, duckdb.ConversionException) as error:
        raise PublishFailed(f"{source}: a row does not fit its contract: {described(error)}") from None
    connection.execute(f"COMMENT ON TABLE {table} IS {_text(contract.description)}")
    for column in contract.columns:
        comment = _text(column_comment(contract, column.name))
        connection.execute(f"COMMENT ON COLUMN {table}.{_name(column.name)} IS {comment}")
    return PublishedTable(contract.name, _verified_rows(connection, contract, source=source, table=table))


def _require_the_contracts_columns(connection: Connection, contract: Contract, source: str) -> None:
    found = {str(row[0]) for row in connection.execute(f"DESCRIBE {source}").fetchall()}
    expected = {column.name for column in contract.columns}
    if found != expected:
        raise PublishFailed(
            f"{source}: the relation and its contract differ (missing {sorted(expected - found)}, "
            f"not in the contract {sorted(found - expected)})"
        )


def _verified_rows(connection: Connection, contract: Contract, *, source: str, table: str) -> int:
    """The number of rows of `table`, which has all rows of `source` and one row per key."""
    key = _key(contract)
    expected = _count(connection, f"SELECT count(*) FROM {source}")  # noqa: S608 names from contracts
    rows = _count(connection, f"SELECT count(*) FROM {table}")  # noqa: S608
    if rows != expected:
        raise PublishFailed(f"{source}: {expected} rows to publish, {rows} written")
    # Distinct hashes prove distinct keys at a fraction of the memory; only equal ones need the exact look.
    if _count(connection, f"SELECT count(DISTINCT hash({key})) FROM {table}") != rows:  # noqa: S608
        repeated = _count(
            connection,
            f"SELECT count(*) FROM (SELECT {key} FROM {table} GROUP BY ALL HAVING count(*) > 1)",  # noqa: S608
        )
        if repeated:
            raise PublishFailed(f"{source}: more than one row for {repeated} of its keys ({', '.join(contract.key)})")
    return rows


def _count(connection: Connection, sql: str) -> int:
    row = connection.execute(sql).fetchone()
    return int(row[0]) if row else 0


def _key(contract: Contract) -> str:
    return ", ".join(_name(name) for name in contract.key)


def _name(identifier: str) -> str:
    return '"' + identifier.replace('"', '""') + '"'


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
