"""Rows of one file that share a key.

Same content: the first stays, the others are duplicates. Different content: nobody can say which is right, so all of
them are quarantined.
"""

from __future__ import annotations

from sqlglot import exp

from tasks.contracts.load import Contract
from tasks.extract.expressions import call, labelled, name, parquet, render, select
from tasks.extract.mapping import raw_row_json
from tasks.extract.quarantine.row_key import row_key
from tasks.extract.raw import RawTable
from tasks.warehouse.connection import Connection


def exclude_duplicates(connection: Connection, contract: Contract, raw: RawTable, *, money: str) -> int:
    """Adds the duplicates and conflicts among the rows without problems (`landed_all`) to `excluded`; returns how many.

    Keys are grouped by hash first: 64 bits per row instead of the texts, and almost always the whole answer.
    """
    key = [name(column) for column in contract.key]
    hashed = render(call("hash", *key))
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE repeated_hashes AS
        SELECT {hashed} AS key_hash FROM landed_all WHERE problems IS NULL GROUP BY key_hash HAVING count(*) > 1
    """)  # noqa: S608 - quoted identifiers of the contract
    if not _count(connection, "repeated_hashes"):
        return 0
    content = render(
        call("to_json", call("row", *(name(column.name) for column in contract.columns), name("custom_references")))
    )
    partition = ", ".join(render(column) for column in key)
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE repeated AS
        WITH candidates AS (
            SELECT {partition}, file_row, {content} AS content, {money} FROM landed_all
            WHERE problems IS NULL AND {hashed} IN (SELECT key_hash FROM repeated_hashes)
        ),
        ranked AS (
            SELECT file_row, {render(row_key(contract))}, currency, amount,
                min(file_row) OVER (PARTITION BY {partition}) AS first_row,
                count(*) OVER (PARTITION BY {partition}) AS rows_of_key,
                min(content) OVER (PARTITION BY {partition}) <> max(content) OVER (PARTITION BY {partition}) AS differs
            FROM candidates
        )
        SELECT file_row, row_key, currency, amount, first_row, rows_of_key, differs FROM ranked
        WHERE rows_of_key > 1 AND (differs OR file_row > first_row)
    """)  # noqa: S608 - quoted identifiers of the contract
    connection.execute(f"CREATE OR REPLACE TEMP TABLE repeated_raw AS {render(_raw_rows(raw))}")
    _name_first_rows(connection, raw)
    connection.execute(
        """
        INSERT INTO excluded
        SELECT repeated.file_row,
            CASE WHEN differs THEN 'quarantined' ELSE 'duplicate' END,
            [CASE WHEN differs
                THEN rows_of_key || ' rows have this key (' || $key || ') and different content; the first is row ' || first_place
                ELSE 'repeats row ' || first_place END],
            [$key],
            [CASE WHEN differs
                THEN 'Keep the right one in the export, or map a key that tells them apart.'
                ELSE 'Nothing to do: the first one was used.' END],
            repeated_raw.raw_row, repeated.row_key, repeated.currency, repeated.amount
        FROM repeated
        INNER JOIN repeated_raw USING (file_row)
        INNER JOIN first_places USING (first_row)
        """,
        {"key": ", ".join(contract.key)},
    )
    return _count(connection, "repeated")


def _name_first_rows(connection: Connection, raw: RawTable) -> None:
    """`first_places`: how users know each first row; in a delivery of many documents by the document and its own row."""
    if raw.members is None:
        connection.execute("""
            CREATE OR REPLACE TEMP TABLE first_places AS
            SELECT DISTINCT first_row, first_row || ' of the file' AS first_place FROM repeated
        """)
        return
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE first_places AS
        SELECT DISTINCT first_row, coalesce(members.row || ' of ' || members.file, first_row || ' of the delivery') AS first_place
        FROM repeated LEFT JOIN {render(parquet(raw.members))} AS members ON members.file_row = repeated.first_row
    """)  # noqa: S608 - a quoted path


def _raw_rows(raw: RawTable) -> exp.Select:
    """The source rows of `repeated` as JSON, read once more from the source.

    `IS TRUE` keeps DuckDB from a semi join: it takes a file for a few rows and would hold all of it to probe it with `repeated`.
    """
    position = name("file_row") if raw.has_file_rows else exp.Window(this=call("row_number"))
    columns = [name(column) for column in raw.columns]
    numbered = select([*columns, position if raw.has_file_rows else labelled(position, "file_row")], raw.relation)
    wanted = select([name("file_row")], exp.to_table("repeated")).subquery()
    is_wanted = exp.Is(this=exp.paren(exp.In(this=name("file_row"), query=wanted)), expression=exp.true())
    return select([name("file_row"), labelled(raw_row_json(raw), "raw_row")], numbered).where(is_wanted)


def _count(connection: Connection, table: str) -> int:
    row = connection.execute(render(exp.select(exp.Count(this=exp.Star())).from_(exp.to_table(table)))).fetchone()
    return int(row[0]) if row else 0
