"""Parquet files as raw text columns."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from sqlglot import exp

from tasks.extract.expressions import labelled, name, parquet, render, select
from tasks.extract.raw import CellKind, RawTable, raw_name, unique_headers
from tasks.extract.typed_cells import AS_TEXT, as_text, kind_of
from tasks.problems import SourceProblem, UserProblem
from tasks.settings.columns import Decimals
from tasks.warehouse.connection import Connection

_REFUSALS = (duckdb.InvalidInputException, duckdb.IOException, duckdb.InternalException)
_OF_THE_CONTENT = re.compile(r": (InvalidInputException|InternalException|Error): ")


def read_parquet(connection: Connection, path: Path, file: str, decimals: Decimals) -> RawTable:
    """The file's columns as text, with the kinds they had.

    Raises:
        SourceProblem: the file is not Parquet, or is damaged.
    """
    try:
        with pq.ParquetFile(path) as opened:
            footer = opened.metadata
        rows = footer.num_rows
        held = sum(footer.row_group(group).num_rows for group in range(footer.num_row_groups))
        if held != rows:
            raise SourceProblem.at(
                file,
                f"is a damaged Parquet file: it states {rows} rows and its parts hold {held}",
                "Transfer or export it again.",
            )
        return parquet_as_text(connection, path, decimals, rows)
    except (pa.ArrowException, OSError, UnicodeDecodeError, *_REFUSALS) as error:
        raise _unreadable(file, error) from None
    except duckdb.Error as error:  # Parquet's own decoder has no class of its own for what it refuses.
        if type(error) is not duckdb.Error:
            raise
        raise _unreadable(file, error) from None


def refuse_damaged(path: Path, file: str, refusal: str) -> None:
    """Tells whether it is the file's fault that DuckDB could not read it to its end; `refusal` says how DuckDB failed.

    Raises:
        SourceProblem: the file is damaged: pyarrow cannot read it either, or DuckDB refused its content.
    """
    try:
        with pq.ParquetFile(path) as opened:
            for group in range(opened.num_row_groups):
                opened.read_row_group(group)
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise _unreadable(file, error) from None
    if _OF_THE_CONTENT.search(refusal):
        raise _unreadable(file, duckdb.InvalidInputException())


def _unreadable(file: str, error: Exception) -> UserProblem:
    """The decoder's words may hold what stands in the file, so that only the kind of error is told."""
    return SourceProblem.at(
        file,
        f"is no whole Parquet file ({type(error).__name__}): it is damaged, cut off, or of another type",
        "Transfer or export it again; check format.type of the source.",
    )


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
