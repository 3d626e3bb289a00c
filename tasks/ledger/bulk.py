"""Inserting many rows: by COPY on PostgreSQL, where one statement a row would take ten times as long."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

import psycopg
from psycopg import sql
from sqlalchemy import Connection, Table, insert

_WORTH_A_COPY = 500


def insert_rows(connection: Connection, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
    """Inserts `rows`, which all have the same keys: names of columns of `table`.

    Raises:
        SQLAlchemyError | psycopg.Error: the database refused them.
    """
    if not rows:
        return
    if connection.dialect.name != "postgresql" or len(rows) < _WORTH_A_COPY:
        connection.execute(insert(table), rows)
        return
    names = list(rows[0])
    copy = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table.name), sql.SQL(", ").join(map(sql.Identifier, names))
    )
    driver = cast("psycopg.Connection", connection.connection.driver_connection)
    with driver.cursor() as cursor, cursor.copy(copy) as target:
        for row in rows:
            target.write_row([row[name] for name in names])
