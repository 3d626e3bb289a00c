"""The rows of a filled list as they stand in the file, XLSX or CSV, before anybody asks what they mean."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook

from tasks.problems import SourceProblem

Cell = str | float | int | bool | date | None

_LARGEST_BYTES = 20_000_000


def rows_of(path: Path) -> list[Sequence[Cell]]:
    """The rows of the list in `path`, its header first.

    Raises:
        SourceProblem: the file is not there, is too large, is empty or cannot be read.
    """
    try:
        if path.stat().st_size > _LARGEST_BYTES:
            raise SourceProblem.at(path.name, "is larger than 20 MB", "Give the list itself, without pictures.")
        rows = _book(path) if path.suffix.casefold() == ".xlsx" else _table(path.read_bytes(), path)
    except FileNotFoundError:
        raise SourceProblem.at(str(path), "does not exist", "Check the name of the file.") from None
    except OSError as error:
        raise SourceProblem.at(str(path), f"cannot be read: {error.strerror}", "Check its permissions.") from None
    if not rows:
        raise SourceProblem.at(path.name, "is empty", "Give the filled list.")
    return rows


def _book(path: Path) -> list[Sequence[Cell]]:
    try:
        sheet = CalamineWorkbook.from_path(path).get_sheet_by_index(0)
        return [[_known(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
    except (CalamineError, IndexError, ValueError):
        raise SourceProblem.at(
            path.name, "cannot be read as an Excel workbook", "Save it as .xlsx or .csv and give that."
        ) from None


def _known(cell: object) -> Cell:
    return cell if isinstance(cell, (str, float, int, bool, date)) else None


def _table(content: bytes, path: Path) -> list[Sequence[Cell]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    first = text.split("\n", 1)[0]
    delimiter = max(";,\t", key=first.count)
    try:
        return list(_read_csv(text, delimiter))
    except csv.Error as error:
        raise SourceProblem.at(path.name, f"is not a CSV: {error}", "Save it as .xlsx or .csv and give that.") from None


def _read_csv(text: str, delimiter: str) -> Iterator[Sequence[Cell]]:
    yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)


def said_in(cell: Cell) -> str:
    """What a cell says, without the apostrophe that kept it from being a formula."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip().removeprefix("'")
