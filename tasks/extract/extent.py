"""How far a sheet's cells reach, looked at before its reader lays a table over all of them, blanks included.

A workbook of 4 KB whose last cell is said to be in row 71,806,759 takes minutes and gigabytes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from tasks.problems import SourceProblem

LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
"""The bounds of a sheet in Excel."""
ANY_SHEET_CELLS = 5_000_000
MOST_BLANKS = 50
"""Blank cells of the table per cell that is there, where the table is larger than `ANY_SHEET_CELLS`."""
FEW_ROWS, FEW_COLUMNS = 99_999, 26
OVERLAP = 512
_CELL = re.compile(rb"<(?:\w{1,20}:)?c\s")
_PLACE = rb"""<(?:\w{1,20}:)?c\s[^<>]{0,200}?\br\s*=\s*["']"""
# Looking at every place costs as much as reading the sheet, so only those beyond FEW_ROWS or FEW_COLUMNS are at first.
_FAR = re.compile(_PLACE + rb"(?:([A-Za-z]{2,})([0-9]+)|([A-Za-z])([0-9]{6,}))")
_ANY = re.compile(_PLACE + rb"([A-Za-z]+)([0-9]+)()()")


def check_extent(unpacked: Callable[[], Iterable[bytes]], file: str) -> None:
    """Takes one member of a workbook, which `unpacked` gives from its start each time, to its end.

    Raises:
        SourceProblem: it is a sheet with a cell beyond the last row or column, or so far out that nearly all are blank.
    """
    last_row, last_column, cells = _extent(unpacked(), _FAR)
    if not _is_sparse(max(last_row, FEW_ROWS), max(last_column, FEW_COLUMNS), cells) or not last_row:
        return
    last_row, last_column, cells = _extent(unpacked(), _ANY)
    if last_row > LAST_ROW or last_column > LAST_COLUMN or _is_sparse(last_row, last_column, cells):
        raise SourceProblem.at(
            file,
            f"has a cell as far out as row {last_row} or column {last_column}, and {cells} cells in all",
            "Delete what lies outside of the table, and save it again as .xlsx.",
        )


def _is_sparse(last_row: int, last_column: int, cells: int) -> bool:
    table = last_row * last_column
    return table > ANY_SHEET_CELLS and table > MOST_BLANKS * cells


def _extent(chunks: Iterable[bytes], places: re.Pattern[bytes]) -> tuple[int, int, int]:
    """Last row and last column among the places, 0 where there is none, and how many cells there are."""
    last_row = last_column = cells = 0
    tail = b""
    for chunk in chunks:
        block = tail + chunk
        for found in places.finditer(block):
            letters, digits = (found[1], found[2]) if found[1] else (found[3], found[4])
            last_row, last_column = max(last_row, int(digits[:20])), max(last_column, _column(letters[:20]))
        cells += len(_CELL.findall(chunk))
        tail = block[-OVERLAP:]
    return last_row, last_column, cells


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - ord("A") + 1
    return number
