"""SELECTs over a landed folder: all rows, and the good ones. The views of a run and the counts use the same SELECT."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
from sqlglot import exp

from tasks.contracts.load import Contract
from tasks.extract.expressions import call, cast, labelled, name, not_null, number, parquet, select
from tasks.extract.expressions import is_null as missing
from tasks.extract.mapping import REFERENCES_TYPE

ROWS = "rows.parquet"
EXCLUDED = "excluded.parquet"
MEMBERS = "members.parquet"
"""Of a delivery of many documents: file_row, and the file (name) and row in it that users know it by."""


def all_rows(folder: Path, contract: Contract, *, has_file_rows: bool) -> exp.Select:
    """Every row that could be split, with `problems`, `raw_row` and `file_row` (1 = first data row).

    Columns that the source does not map are not in the file (`compile_mapping`), and NULL here.
    """
    stored = frozenset(pq.read_schema(folder / ROWS).names)
    position = exp.Add(this=name("file_row_number"), expression=number(1))
    file_row = name("file_row") if has_file_rows else labelled(position, "file_row")
    columns = [
        name(column.name) if column.name in stored else labelled(cast(exp.null(), column.type), column.name)
        for column in contract.columns
    ]
    references: exp.Expr = name("custom_references")
    if "custom_references" not in stored:
        references = labelled(cast(call("map"), REFERENCES_TYPE), "custom_references")
    extra = [references, name("problems"), name("raw_row"), file_row]
    return select([*columns, *extra], parquet(folder / ROWS, with_row_numbers=not has_file_rows))


def good_rows(folder: Path, contract: Contract, *, has_file_rows: bool, drops_rows: bool) -> exp.Select:
    """The landed rows: the contract's columns, `custom_references` and `file_row`."""
    columns = [name(column.name) for column in contract.columns]
    rows = all_rows(folder, contract, has_file_rows=has_file_rows)
    chosen = select([*columns, name("custom_references"), name("file_row")], rows).where(missing(name("problems")))
    return without(chosen, folder / EXCLUDED) if drops_rows else chosen


def without(rows: exp.Select, excluded: Path, condition: exp.Expr | None = None) -> exp.Select:
    """`rows` minus those whose `file_row` stands in the Parquet file `excluded`."""
    listed = select([name("file_row")], parquet(excluded)).where(not_null(name("file_row")))
    if condition is not None:
        listed = listed.where(condition)
    return rows.where(exp.not_(exp.In(this=name("file_row"), query=listed.subquery())))
