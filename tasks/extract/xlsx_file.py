"""Workbooks as raw text columns: values only, never formulas, and bounded before anything is parsed.

A workbook is a zip of XML. 381 KB were seen to expand to 286 MB, so sizes and ratios are checked from the directory,
and then each member is unpacked once and thrown away: a directory that lies about sizes fails its checksum there.
"""

from __future__ import annotations

import datetime
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import python_calamine

from tasks.extract.doubles import double_text
from tasks.extract.expressions import name, parquet, select
from tasks.extract.extent import check_extent
from tasks.extract.layout import MOST_ROWS_BEFORE_HEADER, TOO_LONG, is_header, no_header, passed_over, with_preamble
from tasks.extract.raw import CellKind, RawTable, raw_name, unique_headers
from tasks.problems import SourceProblem
from tasks.settings.columns import Decimals
from tasks.settings.formats import XlsxFormat
from tasks.warehouse.connection import Connection

MAX_EXPANDED_BYTES = 1 << 30
MAX_RATIO = 60  # Real sheets stay below 20:1.
RATIO_MATTERS_FROM = 16 << 20
MAX_MEMBERS = 5_000
CHUNK_BYTES = 1 << 20
BATCH_ROWS = 20_000
Cell = str | float | bool | datetime.date | datetime.time | datetime.datetime | datetime.timedelta


def read_xlsx(
    connection: Connection, path: Path, file: str, settings: XlsxFormat, decimals: Decimals, *, scratch: Path
) -> RawTable:
    """The sheet's rows as text, through a scratch Parquet file. Rows without any cell are none.

    Raises:
        SourceProblem: not a workbook, cut off, larger than allowed, no such sheet, no header row, or no such cell before it.
    """
    check_workbook(path, file)
    try:
        workbook = python_calamine.load_workbook(str(path))
        wanted = settings.sheet or (workbook.sheet_names or [""])[0]
        if wanted not in workbook.sheet_names:
            raise SourceProblem.at(
                file, f"has no sheet '{wanted}'; its sheets are {', '.join(workbook.sheet_names)}", "Set format.sheet."
            )
        sheet = workbook.get_sheet_by_name(wanted)
        rows = sheet.iter_rows()
        place = _find_table(rows, file, settings, decimals)
    except python_calamine.CalamineError as error:
        raise SourceProblem.at(file, f"cannot be read as a workbook: {error}", "Save it again as .xlsx.") from None
    target = scratch / "sheet.parquet"
    count, kinds = _write(rows, len(place.headers), decimals, target, marks_long_rows=bool(settings.names))
    refusals = (TOO_LONG,) if settings.names else ()
    columns = [*(raw_name(index) for index in range(len(place.headers))), *(["refusal"] if refusals else [])]
    raw = RawTable(
        place.headers,
        select([name(column) for column in columns], parquet(target)),
        kinds,
        expected_rows=count,
        set_aside=passed_over(place.passed_over),
        refusals=refusals,
    )
    # Rows begin at the sheet's first used column; fields of the preamble are counted from its first.
    unused = [""] * (sheet.start[1] if sheet.start else 0)
    return with_preamble(connection, raw, file, settings, [[*unused, *row] for row in place.before])


@dataclass(frozen=True)
class _Place:
    """The table's header, the rows before it as text, and how many of them with content the search passed by."""

    headers: tuple[str, ...]
    before: list[list[str]]
    passed_over: int


def _find_table(rows: Iterator[list[Cell]], file: str, settings: XlsxFormat, decimals: Decimals) -> _Place:
    """Takes the rows up to the header, header included, from `rows`."""

    def texts(row: list[Cell]) -> list[str]:
        return [cell_as_text(cell, decimals) for cell in row]

    before = [texts(row) for row in islice(rows, settings.skip_rows)]
    if settings.names:
        return _Place(unique_headers(list(settings.names)), before, 0)
    if not settings.header_has:
        header = texts(next(rows, []))
        if not any(cell.strip() for cell in header):
            raise SourceProblem.at(file, "the sheet has no header row", "Check format.sheet and format.skip_rows.")
        return _Place(unique_headers(header), before, 0)
    passed = 0
    for row in islice(rows, MOST_ROWS_BEFORE_HEADER):
        if is_header(cells := texts(row), settings.header_has):
            return _Place(unique_headers(cells), before, passed)
        before.append(cells)
        passed += any(cell.strip() for cell in cells)
    raise no_header(file, settings.header_has, len(before))


def check_workbook(path: Path, file: str) -> None:
    """Raises `SourceProblem` unless the zip is whole and expands within bounds."""
    packed = path.stat().st_size
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            expanded = sum(member.file_size for member in members)
            ratio = expanded / max(packed, 1)
            if (
                len(members) > MAX_MEMBERS
                or expanded > MAX_EXPANDED_BYTES
                or (expanded > RATIO_MATTERS_FROM and ratio > MAX_RATIO)
            ):
                raise SourceProblem.at(
                    file,
                    f"{packed / 1e6:.1f} MB would expand to {expanded / 1e6:.0f} MB, more than any real workbook",
                    "Do not open it; ask where it comes from. Large exports belong in CSV or Parquet.",
                )
            for member in members:
                check_extent(partial(_unpacked, archive, member), file)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError) as error:
        raise SourceProblem.at(
            file, f"is not a whole .xlsx file (cut off or damaged): {error}", "Transfer or export it again."
        ) from None


def _unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    with archive.open(member) as stream:
        while block := stream.read(CHUNK_BYTES):
            yield block


def cell_as_text(cell: Cell, decimals: Decimals) -> str:
    """A cell's value as text."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float | int):
        return double_text(cell).replace(".", decimals.decimal)
    if isinstance(cell, datetime.datetime):
        is_midnight = cell.time() == datetime.time(0)
        return cell.date().isoformat() if is_midnight else cell.isoformat(sep=" ", timespec="seconds")
    if isinstance(cell, datetime.date | datetime.time):
        return cell.isoformat()
    return str(cell)


def _write(
    rows: Iterator[list[Cell]], width: int, decimals: Decimals, target: Path, *, marks_long_rows: bool
) -> tuple[int, tuple[CellKind, ...]]:
    """Writes the rows that are not blank; tells how many, and for each column whether any cell was not a text."""
    marks = [("refusal", pa.string())] if marks_long_rows else []
    schema = pa.schema([*((raw_name(index), pa.string()) for index in range(width)), *marks])
    typed, count = [False] * width, 0
    with pq.ParquetWriter(target, schema) as writer:
        while batch := list(islice(rows, BATCH_ROWS)):
            kept = [row for row in batch if any(cell != "" for cell in row)]
            count += len(kept)
            columns = []
            for index in range(width):
                cells = [row[index] if index < len(row) else "" for row in kept]
                typed[index] = typed[index] or not all(isinstance(cell, str) for cell in cells)
                columns.append(pa.array([cell_as_text(cell, decimals) for cell in cells], pa.string()))
            if marks_long_rows:
                long = [any(cell != "" for cell in row[width:]) for row in kept]
                columns.append(pa.array([TOO_LONG.code if is_long else None for is_long in long], pa.string()))
            writer.write_table(pa.Table.from_arrays(columns, schema=schema))
    # A sheet's columns may mix texts and typed cells, so none of them is refused as a whole.
    return count, tuple("number" if is_typed else "text" for is_typed in typed)
