"""The table in an export: where its header is, how it is delimited, and its rows as text, up to a bound."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from decimal import Decimal
from itertools import islice
from pathlib import Path

import pyarrow.parquet as pq
from python_calamine import CalamineWorkbook

from tasks.extract.raw import unique_headers
from tasks.problems import SourceProblem
from tasks.recognise.content import Content, as_stream, look_at
from tasks.settings.formats import CsvFormat, Format, ParquetFormat, XlsxFormat

MOST_ROWS = 200_000
"""Rows that are looked at: day and month are often told apart by few of them."""
MOST_CELLS = 12_000_000
_LARGEST_WORKBOOK = 50_000_000
_DELIMITERS = (";", ",", "\t", "|")
_MOST_PREAMBLE_LINES = 20
_ROWS_COMPARED = 30
# A header may leave a few cells empty (an unnamed first column), a title line leaves most of them.
_NEARLY_FULL = 0.8
_NO_TABLE = "Describe the source by hand: docs/settings.md."


@dataclass(frozen=True)
class Sample:
    """A table: its format, its header and the rows that were looked at, as trimmed text."""

    path: Path
    format: Format
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    is_whole: bool = True
    repeats_header: bool = False
    """Whether the header came again further down, as on every page of a list; these rows are not among `rows`."""
    _columns: dict[str, list[str]] = field(default_factory=dict, repr=False, compare=False)

    def column(self, name: str) -> list[str]:
        """One column's cells, row by row."""
        if name not in self._columns:
            index = self.header.index(name)
            self._columns[name] = [row[index] if index < len(row) else "" for row in self.rows]
        return self._columns[name]


def sniff(path: Path) -> Sample:
    """Looks at `path` and at the table in it.

    Raises:
        SourceProblem: the file does not exist, is empty, is too large to look into, or has no table.
    """
    return sniff_content(look_at(path))


def sniff_content(content: Content) -> Sample:
    """As `sniff`, for a file that has been looked at."""
    if "xlsx" in content.types:
        return _sniff_workbook(content.path)
    if "parquet" in content.types:
        return _sniff_parquet(content.path)
    if not content.is_plain_text:
        raise SourceProblem.at(
            str(content.path),
            f"is {', '.join(sorted(content.types)).upper()} of a kind that no source profile knows",
            f"docs/sources.md lists those that are known. {_NO_TABLE}",
        )
    return _sniff_text(content)


def first_lines(content: Content) -> list[str]:
    """The lines of the file's beginning; a line that is cut off is left out."""
    lines = content.head.splitlines()
    return lines[:-1] if len(lines) > 1 and not content.head.endswith(("\n", "\r")) else lines


def read_delimited(content: Content, *, delimiter: str, skip_rows: int) -> Sample:
    """The table that starts after `skip_rows` lines."""
    with as_stream(content) as stream:
        for _ in islice(stream, skip_rows):
            pass
        reader = csv.reader(stream, delimiter=delimiter)
        try:
            header = next((row for row in reader if any(cell.strip() for cell in row)), [])
            rows, is_whole = _bounded(reader, len(header))
        except csv.Error as error:
            raise SourceProblem.at(str(content.path), f"cannot be split into cells: {error}", _NO_TABLE) from None
    return Sample(
        content.path,
        CsvFormat(delimiter=delimiter, encoding=content.encoding, skip_rows=skip_rows),
        unique_headers(header),
        rows,
        is_whole,
    )


def sheet_rows(path: Path, most: int) -> tuple[str, list[tuple[str, ...]]]:
    """The first sheet's name and its first rows as text.

    Raises:
        SourceProblem: the workbook is damaged or too large to look into.
    """
    if path.stat().st_size > _LARGEST_WORKBOOK:
        raise SourceProblem.at(str(path), "the workbook is too large to look into", _NO_TABLE)
    try:
        workbook = CalamineWorkbook.from_path(str(path))
        name = workbook.sheet_names[0]
        rows = islice(workbook.get_sheet_by_name(name).iter_rows(), most)
        return name, [tuple(_cell_text(cell) for cell in row) for row in rows]
    except Exception as error:  # noqa: BLE001 the reader raises its own undocumented types for damaged files
        raise SourceProblem.at(str(path), f"the workbook cannot be read: {error}", "Export it again.") from None


def table_of_sheet(path: Path, sheet: str, rows: Sequence[tuple[str, ...]], start: int) -> Sample:
    """The table whose header is row `start` (from 0) of a sheet."""
    table, is_whole = _bounded(iter(rows[start + 1 :]), len(rows[start]))
    return Sample(path, XlsxFormat(sheet=sheet, skip_rows=start), unique_headers(list(rows[start])), table, is_whole)


def without_repeated_headers(sample: Sample) -> Sample:
    """The sample without the rows that say its header again."""
    kept = tuple(row for row in sample.rows if not _says_again(row, sample.header))
    return replace(sample, rows=kept, repeats_header=len(kept) < len(sample.rows), _columns={})


def _says_again(row: Sequence[str], names: Sequence[str]) -> bool:
    """Whether every filled cell of the row is its column's name."""
    filled = [(cell, name) for cell, name in zip(row, names, strict=False) if cell]
    return len(filled) > 1 and all(cell == name for cell, name in filled)


def _sniff_text(content: Content) -> Sample:
    delimiter, skip = _table_start(first_lines(content))
    sample = without_repeated_headers(read_delimited(content, delimiter=delimiter, skip_rows=skip))
    if len(sample.header) < 2:
        raise SourceProblem.at(str(content.path), "no table with at least two columns was found", _NO_TABLE)
    return sample


def _bounded(rows: Iterable[Sequence[str]], width: int) -> tuple[tuple[tuple[str, ...], ...], bool]:
    """The rows that are not blank, up to the bounds, and whether these are all."""
    most = min(MOST_ROWS, MOST_CELLS // max(width, 1))
    kept = tuple(
        islice((tuple(cell.strip() for cell in row) for row in rows if any(cell.strip() for cell in row)), most + 1)
    )
    return kept[:most], len(kept) <= most


def _table_start(lines: list[str]) -> tuple[str, int]:
    """The delimiter and the number of preamble lines.

    The table starts at the first line that is nearly full and whose width the lines after it share; the delimiter
    that makes the widest and longest such table wins.
    """
    best: tuple[int, str, int] = (0, ",", 0)
    for delimiter in _DELIMITERS:
        rows = list(csv.reader(lines[: _MOST_PREAMBLE_LINES + _ROWS_COMPARED], delimiter=delimiter))
        fullest = max((_filled(row) for row in rows), default=0)
        for start, row in enumerate(rows[:_MOST_PREAMBLE_LINES]):
            alike = sum(1 for other in rows[start : start + _ROWS_COMPARED] if len(other) == len(row))
            is_table = len(row) > 1 and _filled(row) >= fullest * _NEARLY_FULL and alike >= min(2, len(rows))
            if is_table and len(row) * alike > best[0]:
                best = (len(row) * alike, delimiter, start)
                break
    return best[1], best[2]


def _filled(row: Sequence[str]) -> int:
    return sum(1 for cell in row if cell.strip())


def _sniff_workbook(path: Path) -> Sample:
    name, rows = sheet_rows(path, MOST_ROWS + _MOST_PREAMBLE_LINES)
    filled = [_filled(row) for row in rows[:_MOST_PREAMBLE_LINES]]
    if max(filled, default=0) <= 1:
        raise SourceProblem.at(str(path), f"sheet {name!r} has no table", _NO_TABLE)
    start = next(index for index, count in enumerate(filled) if count >= max(filled) * _NEARLY_FULL)
    return without_repeated_headers(table_of_sheet(path, name, rows, start))


def _sniff_parquet(path: Path) -> Sample:
    try:
        with pq.ParquetFile(path) as file:
            header = tuple(file.schema_arrow.names)
            batches = file.iter_batches(batch_size=10_000)
            rows, is_whole = _bounded(_rows_of(batches), len(header))
    except Exception as error:  # noqa: BLE001 the reader raises its own types for damaged files
        raise SourceProblem.at(str(path), f"the Parquet file cannot be read: {error}", "Export it again.") from None
    return Sample(path, ParquetFormat(), header, rows, is_whole)


def _rows_of(batches: Iterable[object]) -> Iterator[tuple[str, ...]]:
    for batch in batches:
        for row in batch.to_pylist():  # type: ignore[attr-defined]  # pyarrow has no types
            yield tuple(_cell_text(cell) for cell in row.values())


def _cell_text(cell: object) -> str:
    """A typed cell as landing would write it, near enough to recognise it."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return format(Decimal(format(cell, ".15g")), "f")
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time(0) else cell.isoformat(sep=" ", timespec="seconds")
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell)
