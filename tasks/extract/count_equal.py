"""Keys made of a row's columns (`hash_of`) with `count_equal`: equal rows of one file are numbered in the order of the file."""

from __future__ import annotations

from pathlib import Path

from tasks.extract.expressions import name, parquet, render, written_to
from tasks.settings.sources import Source
from tasks.warehouse.connection import Connection


def number_equal_rows(connection: Connection, source: Source, rows: Path, options: str) -> None:
    """Puts '-2', '-3' … behind the keys of the second, third … row with the same key, in the landed rows of one file.

    Refused rows are counted too: whether a row is refused must not change the keys of the others.
    """
    counted = [column for column, mapping in source.columns.items() if mapping.count_equal]
    if not counted:
        return
    target = rows.with_suffix(".counted")
    numbers = ", ".join(
        f"row_number() OVER (PARTITION BY {key} ORDER BY file_row_number) AS {number}"
        for key, number in ((_key(column), _number(column)) for column in counted)
    )
    keys = ", ".join(
        f"CASE WHEN {_number(column)} = 1 THEN {_key(column)} ELSE {_key(column)} || '-' || {_number(column)} END AS {_key(column)}"
        for column in counted
    )
    helpers = ", ".join(["file_row_number", *map(_number, counted)])
    connection.execute(f"""
        COPY (
            SELECT * EXCLUDE ({helpers}) REPLACE ({keys})
            FROM (SELECT *, {numbers} FROM {render(parquet(rows, with_row_numbers=True))})
            ORDER BY file_row_number
        ) TO {written_to(target)} ({options})
    """)  # noqa: S608 - quoted identifiers and paths
    target.replace(rows)


def _key(column: str) -> str:
    return render(name(column))


def _number(column: str) -> str:
    return render(name(f"number of {column}"))
