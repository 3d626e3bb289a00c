"""The parsed documents of a source as one table, with what they say of each other.

A document that another one of the same seller replaces is marked in `is_replaced`. A document that was ceded comes before its
other copy, and the newest statement of a party before older ones, so that a profile's `rows.one_per` keeps those; otherwise
rows are in the order of files and documents. `members` says for each row which XML document it is of, and which row in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from tasks.extract.einvoices.rows import HEADERS
from tasks.extract.einvoices.values import LIST_SEPARATOR
from tasks.extract.expressions import name, parquet, render, select, written_to
from tasks.extract.raw import RawTable, Refusal, all_text, raw_name
from tasks.warehouse.connection import Connection

FIX = "Correct it where it was made out, or enter it in the accounting system and leave this file out."
ORDERS = {
    "documents": "is_assigned DESC, position, member, place",
    "payments": "position, member, place",
    "parties": "issued_on DESC, position, member, place",
}
KEYS = {"documents": "document_id", "payments": "payment_document_id"}
REPLACING = {"documents": "replaces <> ''", "payments": "replaces <> '' AND problem = ''"}
"""What replaces something. A receipt that is refused does not: the payment that it repeats would be lost."""


@dataclass(frozen=True)
class Content:
    """A file of a source: where it lies, the name that users know, and the hash of its bytes."""

    path: Path
    name: str
    digest: str


def contents_of(cache: Path) -> str:
    """SQL: what `cache` holds, which is not empty, with the `filename` of each row."""
    return render(parquet(*sorted(cache.glob("*.parquet")), with_filename=True))


def cached_table(
    connection: Connection, files: Sequence[Content], table: str, *, cache: Path, scratch: Path
) -> RawTable:
    """The rows of `table` of all files, out of the Parquet files in `cache` (digest, member, place, problem, HEADERS).

    Where two of them hold the same content, one is used. The table is written to `scratch`.
    """
    headers = HEADERS[table]
    sorted_rows, members = scratch / "einvoices.parquet", scratch / "members.parquet"
    connection.register("contents", _as_table(files))
    written = connection.execute(_query(table, headers, cache, sorted_rows)).fetchone()
    connection.unregister("contents")
    sorted_file = render(parquet(sorted_rows))
    connection.execute(f"""
        COPY (SELECT file_row, file, row FROM {sorted_file}) TO {written_to(members)} (FORMAT parquet)
    """)  # noqa: S608 - literals
    problems = connection.execute(
        f"SELECT DISTINCT refusal FROM {sorted_file} WHERE refusal IS NOT NULL ORDER BY refusal"  # noqa: S608 - a path
    ).fetchall()
    refusals = tuple(Refusal(str(row[0]), "(document)", str(row[0]), FIX) for row in problems)
    marks = [name("refusal")] if refusals else []
    return RawTable(
        headers,
        select([*(name(raw_name(index)) for index in range(len(headers))), *marks], parquet(sorted_rows)),
        all_text(len(headers)),
        expected_rows=int(written[0]) if written else 0,
        refusals=refusals,
        members=members,
    )


def _query(table: str, headers: tuple[str, ...], cache: Path, target: Path) -> str:
    key, order = KEYS.get(table), ORDERS[table]
    cells = {"file_name": "file || member"}
    replaced, separator = "", f"chr({ord(LIST_SEPARATOR)})"
    if key is not None:
        cells["is_replaced"] = (
            f"CASE WHEN ({key}, seller_tax_id) IN (SELECT (id, seller) FROM replaced) THEN 'true' ELSE '' END"  # noqa: S608
        )
        replaced = f""", replaced AS (
            SELECT id, seller_tax_id AS seller FROM (
                SELECT unnest(string_split(replaces, {separator})) AS id, {key} AS by_id, seller_tax_id
                FROM rows WHERE {REPLACING[table]}
            ) WHERE id <> by_id
        )"""  # noqa: S608 - our own names
    columns = ", ".join(f"{cells.get(header, header)} AS {raw_name(i)}" for i, header in enumerate(headers))
    return f"""
        COPY (
            WITH cached AS (SELECT * FROM {contents_of(cache)}),
            chosen AS (SELECT digest, min(filename) AS filename FROM cached WHERE place = 0 GROUP BY digest),
            rows AS (
                SELECT cached.*, contents.file, contents.position
                FROM contents INNER JOIN chosen USING (digest) INNER JOIN cached USING (digest, filename)
                WHERE cached.place > 0
            ){replaced}
            SELECT {columns}, nullif(problem, '') AS refusal, file || member AS file, place AS row,
                row_number() OVER (ORDER BY {order}) AS file_row
            FROM rows ORDER BY file_row
        ) TO {written_to(target)} (FORMAT parquet)
    """  # noqa: S608 - our own names and literals


def _as_table(files: Sequence[Content]) -> pa.Table:
    return pa.table(
        {
            "file": pa.array([file.name for file in files], pa.string()),
            "digest": pa.array([file.digest for file in files], pa.string()),
            "position": pa.array(range(len(files)), pa.int64()),
        }
    )
