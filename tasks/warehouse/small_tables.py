"""Writes the small tables that SQL reads and Python makes: policy, rates, allotments. Large ones come from files, by `tasks.extract`."""

from __future__ import annotations

from collections.abc import Sequence

from tasks.warehouse.column_types import Columns
from tasks.warehouse.connection import Connection
from tasks.warehouse.inputs import create_empty


def write_small_table(connection: Connection, table: str, columns: Columns, rows: Sequence[tuple[object, ...]]) -> None:
    """Makes `rows` the content of `table`, which is created anew with `columns`; values in the columns' order."""
    connection.execute(f"DROP TABLE IF EXISTS {table}")
    create_empty(connection, table, columns)
    if rows:
        lists = ", ".join(f"unnest(${place}::{kind}[])" for place, kind in enumerate(columns.values(), start=1))
        values = [list(column) for column in zip(*rows, strict=True)]
        connection.execute(f"INSERT INTO {table} SELECT {lists}", values)
