"""Parquet files as raw text columns."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import pyarrow as pa
import pyarrow.parquet as pq
from sqlglot import exp

from tasks.extract.expressions import labelled, name, parquet, render, select
from tasks.extract.raw import CellKind, RawTable, raw_name, unique_headers
from tasks.extract.typed_cells import AS_TEXT, as_text, kind_of
from tasks.problems import SourceProblem
from tasks.settings.columns import Decimals
from tasks.warehouse.connection import Connection


def read_parquet(connection: Connection, path: Path, file: str, decimals: Decimals) -> RawTable:
    """The file's columns as text, with the kinds they had.

    Raises:
        SourceProblem: the file is not Parquet, or is damaged.
    """
    try:
        rows = pq.ParquetFile(path).metadata.num_rows
    except (pa.ArrowInvalid, OSError) as error:
        raise SourceProblem.at(
            file, f"is not a readable Parquet file: {error}", "Export it again; check format.type of the source."
        ) from None
    return parquet_as_text(connection, path, decimals, rows)


def parquet_as_text(
    connection: Connection,
    path: Path,
    decimals: Decimals,
    rows: int,
    stored_as_text: Mapping[str, CellKind] = MappingProxyType({}),
) -> RawTable:
    """A Parquet file that is known to be sound; `stored_as_text`: what the values of some text columns were."""
    described = connection.sql(render(select([exp.Star()], parquet(path))))
    names = list(described.columns)
    types = [
        AS_TEXT[stored_as_text[column]] if column in stored_as_text else str(item)
        for column, item in zip(names, described.types, strict=True)
    ]
    columns = [
        labelled(as_text(name(column), duckdb_type, decimals), raw_name(index))
        for index, (column, duckdb_type) in enumerate(zip(names, types, strict=True))
    ]
    return RawTable(
        unique_headers(names),
        select(columns, parquet(path)),
        tuple(kind_of(item) for item in types),
        expected_rows=rows,
    )
