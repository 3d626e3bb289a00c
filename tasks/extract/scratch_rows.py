"""Rows on their way into a scratch Parquet file, in batches, so that memory stays bounded however long the file is."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from tasks.extract.raw import raw_name

BATCH_ROWS = 50_000


def raw_schema(width: int, *marks: tuple[str, pa.DataType]) -> pa.Schema:
    """The columns r0 … rn as text, and `marks` beside them."""
    return pa.schema([*((raw_name(index), pa.string()) for index in range(width)), *marks])


REJECTS = pa.schema([("file_row", pa.int64()), ("line", pa.int64()), ("text", pa.string()), ("reason", pa.string())])
"""Lines that could not be split at all (`RawTable.rejects`)."""


class ScratchRows:
    """Writes rows to a Parquet file; `count` says how many."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self._schema = schema
        self._writer = pq.ParquetWriter(path, schema)
        self._rows: list[Sequence[str | int | None]] = []
        self.count = 0

    def __enter__(self) -> ScratchRows:
        return self

    def __exit__(self, *_: object) -> None:
        self._flush()
        self._writer.close()

    def add(self, row: Sequence[str | int | None]) -> None:
        """One row, in the order of the schema."""
        self._rows.append(row)
        self.count += 1
        if len(self._rows) == BATCH_ROWS:
            self._flush()

    def _flush(self) -> None:
        if self._rows:
            columns = [
                pa.array(column, field.type)
                for column, field in zip(zip(*self._rows, strict=True), self._schema, strict=True)
            ]
            self._writer.write_table(pa.Table.from_arrays(columns, schema=self._schema))
            self._rows = []
