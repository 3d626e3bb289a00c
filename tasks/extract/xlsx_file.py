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
import python_calamine

from tasks.extract.doubles import double_text
from tasks.extract.expressions import name, parquet, select
from tasks.extract.extent import check_extent
from tasks.extract.layout import MOST_ROWS_BEFORE_HEADER, TOO_LONG, is_header, no_header, passed_over, with_preamble
from tasks.extract.raw import CellKind, RawTable, raw_name, unique_headers
from tasks.extract.scratch_rows import ScratchRows, raw_schema
from tasks.extract.zip_bounds import ZipBounds
from tasks.problems import SourceProblem
from tasks.settings.columns import Decimals
from tasks.settings.formats import XlsxFormat
from tasks.warehouse.connection import Connection

BOUNDS = ZipBounds(members=5_000, expanded_bytes=1 << 30, ratio=60)
"""Real sheets stay below 20:1."""
CHUNK_BYTES = 1 << 20
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
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            if excess := BOUNDS.excess(path.stat().st_size, members):
                raise SourceProblem.at(
                    file,
                    f"{excess}, more than any real workbook",
                    "Do not open it; ask where it comes from. Large exports belong in CSV or Parquet.",
                )
            for member in members:
                check_extent(partial(_unpacked, archive, member), file)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        OSError,
        NotImplementedError,
        RuntimeError,
        UnicodeDecodeError,
    ) as error:
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
    typed: set[int] = set()
    with ScratchRows(target, raw_schema(width, *marks)) as written:
        for row in rows:
            if not any(cell != "" for cell in row):
                continue
            cells = [*row[:width], *[""] * (width - len(row))]
            typed.update(index for index, cell in enumerate(cells) if not isinstance(cell, str))
            is_long = any(cell != "" for cell in row[width:])
            mark = [TOO_LONG.code if is_long else None] if marks_long_rows else []
            written.add([*(cell_as_text(cell, decimals) for cell in cells), *mark])
    # A sheet's columns may mix texts and typed cells, so none of them is refused as a whole.
    return written.count, tuple("number" if index in typed else "text" for index in range(width))
