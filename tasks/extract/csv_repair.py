"""Reads a damaged delimited file line by line, so that one broken line costs one line and every other row is kept.

Needed because a parser that skips errors by itself is not safe here: an unclosed quote made DuckDB's `store_rejects`
drop 60,884 of 2,000,000 rows while reporting one rejected line (DuckDB 1.5).

A record is one line, or several lines where a quoted field holds line ends and closes within `MAX_SPAN` lines with the
right number of fields. A line that fits neither is rejected alone, and reading goes on with the next line.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from tasks.extract.raw import raw_name
from tasks.settings.formats import CsvFormat

BATCH_ROWS = 50_000
MAX_SPAN = 50


@dataclass(frozen=True)
class Repaired:
    """Two Parquet files: `records` (r0 … rn, file_row) and `rejects` (file_row, line, text, reason)."""

    records: Path
    rejects: Path
    record_count: int
    reject_count: int


@dataclass(frozen=True)
class _Record:
    fields: list[str] | None
    line: int
    text: str
    reason: str = ""


@dataclass(frozen=True)
class _Shape:
    """How lines are written: as many fields as the header, and `has_empty_end`: one empty field more in every line."""

    settings: CsvFormat
    width: int
    has_empty_end: bool


def repair(path: Path, settings: CsvFormat, width: int, scratch: Path) -> Repaired:
    """Splits a plain UTF-8 file into usable records and rejected lines. `width`: number of columns of the header."""
    records, rejects = scratch / "records.parquet", scratch / "rejects.parquet"
    good = _Batches(records, pa.schema([*((raw_name(i), pa.string()) for i in range(width)), ("file_row", pa.int64())]))
    bad = _Batches(
        rejects,
        pa.schema([("file_row", pa.int64()), ("line", pa.int64()), ("text", pa.string()), ("reason", pa.string())]),
    )
    with good, bad:
        for file_row, record in enumerate(_records(path, settings, width), start=1):
            if record.fields is None:
                bad.add([file_row, record.line, record.text, record.reason])
            else:
                good.add([*record.fields, file_row])
    return Repaired(records, rejects, good.count, bad.count)


def _records(path: Path, settings: CsvFormat, width: int) -> Iterator[_Record]:
    with path.open(encoding="utf-8-sig", newline=None) as stream:
        lines = enumerate(stream, start=1)
        for _ in range(settings.skip_rows):
            next(lines, None)
        ahead: deque[tuple[int, str]] = deque()
        is_header = True
        shape: _Shape | None = None
        while True:
            if not ahead:
                following = next(lines, None)
                if following is None:
                    return
                ahead.append(following)
            number, line = ahead.popleft()
            if not line.strip("\n"):
                continue
            if shape is None and not is_header:
                shape = _Shape(settings, width, has_empty_end=_has_empty_end(line, settings, width))
            record, used = _read((number, line), ahead, lines, shape or _Shape(settings, width, has_empty_end=False))
            for _ in range(used):
                ahead.popleft()
            if not is_header:
                yield record
            is_header = False


def _read(
    first: tuple[int, str],
    ahead: deque[tuple[int, str]],
    lines: Iterator[tuple[int, str]],
    shape: _Shape,
) -> tuple[_Record, int]:
    """The record that starts with the line `first`, and how many of the lines ahead belong to it."""
    number, line = first
    whole = line.rstrip("\n")
    settings = shape.settings
    if not settings.quote or settings.quote not in line:
        return _fitted(whole.split(settings.delimiter), number, whole, shape), 0
    attempt = whole
    for used in range(MAX_SPAN + 1):
        try:
            fields = next(csv.reader([attempt], delimiter=settings.delimiter, quotechar=settings.quote, strict=True))
        except csv.Error as error:
            if "unexpected end of data" not in str(error):
                return _Record(None, number, whole, "a quote inside a field is not doubled"), 0
        else:
            record = _fitted(fields, number, attempt, shape)
            # Lines joined by a quote that was never meant to open rarely have the right number of fields.
            return (record, used) if used == 0 or record.fields is not None else (_unclosed(number, whole), 0)
        if used == len(ahead):
            following = next(lines, None)
            if following is None:
                break
            ahead.append(following)
        attempt += "\n" + ahead[used][1].rstrip("\n")
    return _unclosed(number, whole), 0


def _unclosed(number: int, whole: str) -> _Record:
    return _Record(None, number, whole, "a quote is opened and not closed")


def _fitted(fields: list[str], number: int, whole: str, shape: _Shape) -> _Record:
    """A record with exactly as many fields as the header. A stray delimiter shifts a line, so none is dropped by guess."""
    width = shape.width
    if shape.has_empty_end and len(fields) == width + 1 and not fields[width]:
        return _Record(fields[:width], number, whole)
    if len(fields) != width or shape.has_empty_end:
        return _Record(None, number, whole, f"the line has {len(fields)} fields, the header has {width}")
    return _Record(fields, number, whole)


def _has_empty_end(line: str, settings: CsvFormat, width: int) -> bool:
    """Whether the first line after the header ends in one delimiter too many, as some systems write every line."""
    fields = next(csv.reader([line.rstrip("\n")], delimiter=settings.delimiter, quotechar=settings.quote or None))
    return len(fields) == width + 1 and not fields[width]


class _Batches:
    """Writes rows to a Parquet file in batches."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self._schema = schema
        self._writer = pq.ParquetWriter(path, schema)
        self._rows: list[list[str | int]] = []
        self.count = 0

    def __enter__(self) -> _Batches:
        return self

    def __exit__(self, *_: object) -> None:
        self._flush()
        self._writer.close()

    def add(self, row: list[str | int]) -> None:
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
