"""Workbooks as raw text columns: values only, never formulas, and bounded before anything is parsed.

A workbook is a zip of XML. 381 KB were seen to expand to 286 MB, so sizes and ratios are checked from the directory,
and then each member is unpacked once and thrown away: a directory that lies about sizes fails its checksum there.
"""

from __future__ import annotations

import datetime
import zipfile
import zlib
from collections.abc import Iterator
from decimal import Decimal
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import python_calamine

from tasks.extract.expressions import name, parquet, select
from tasks.extract.raw import CellKind, RawTable, raw_name, unique_headers
from tasks.problems import SourceProblem
from tasks.settings.columns import Decimals
from tasks.settings.formats import XlsxFormat

MAX_EXPANDED_BYTES = 1 << 30
MAX_RATIO = 60  # Real sheets stay below 20:1.
RATIO_MATTERS_FROM = 16 << 20
MAX_MEMBERS = 5_000
CHUNK_BYTES = 1 << 20
BATCH_ROWS = 20_000
Cell = str | float | bool | datetime.date | datetime.time | datetime.datetime | datetime.timedelta


def read_xlsx(path: Path, file: str, settings: XlsxFormat, decimals: Decimals, scratch: Path) -> RawTable:
    """The sheet's rows as text, through a scratch Parquet file.

    Raises:
        SourceProblem: not a workbook, cut off, larger than allowed, no such sheet, or no header row.
    """
    check_workbook(path, file)
    try:
        workbook = python_calamine.load_workbook(str(path))
        wanted = settings.sheet or (workbook.sheet_names or [""])[0]
        if wanted not in workbook.sheet_names:
            raise SourceProblem.at(
                file, f"has no sheet '{wanted}'; its sheets are {', '.join(workbook.sheet_names)}", "Set format.sheet."
            )
        rows = islice(workbook.get_sheet_by_name(wanted).iter_rows(), settings.skip_rows, None)
        header = next(rows, [])
    except python_calamine.CalamineError as error:
        raise SourceProblem.at(file, f"cannot be read as a workbook: {error}", "Save it again as .xlsx.") from None
    if not any(str(cell).strip() for cell in header):
        raise SourceProblem.at(file, "the sheet has no header row", "Check format.sheet and format.skip_rows.")
    headers = unique_headers([cell_as_text(cell, decimals) for cell in header])
    target = scratch / "sheet.parquet"
    count, kinds = _write(rows, len(headers), decimals, target)
    columns = [name(raw_name(index)) for index in range(len(headers))]
    relation = select(columns, parquet(str(target)))
    return RawTable(headers, relation, kinds, expected_rows=count)


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
                with archive.open(member) as stream:
                    while stream.read(CHUNK_BYTES):
                        pass
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError) as error:
        raise SourceProblem.at(
            file, f"is not a whole .xlsx file (cut off or damaged): {error}", "Transfer or export it again."
        ) from None


def cell_as_text(cell: Cell, decimals: Decimals) -> str:
    """A cell's value as text. Numbers keep 15 significant digits, which is what a spreadsheet holds and shows."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float | int):
        plain = format(Decimal(format(cell, ".15g")), "f")
        return plain.replace(".", decimals.decimal)
    if isinstance(cell, datetime.datetime):
        is_midnight = cell.time() == datetime.time(0)
        return cell.date().isoformat() if is_midnight else cell.isoformat(sep=" ", timespec="seconds")
    if isinstance(cell, datetime.date | datetime.time):
        return cell.isoformat()
    return str(cell)


def _write(
    rows: Iterator[list[Cell]], width: int, decimals: Decimals, target: Path
) -> tuple[int, tuple[CellKind, ...]]:
    """Writes the rows that are not blank; tells how many, and for each column whether any cell was not a text."""
    schema = pa.schema([(raw_name(index), pa.string()) for index in range(width)])
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
            writer.write_table(pa.Table.from_arrays(columns, schema=schema))
    # A sheet's columns may mix texts and typed cells, so none of them is refused as a whole.
    return count, tuple("number" if is_typed else "text" for is_typed in typed)
