"""A workbook whose cells lie far apart is refused before its reader lays a table over them."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from tasks.extract.extent import check_extent
from tasks.extract.xlsx_file import check_workbook
from tasks.problems import SourceProblem


def workbook(place: str) -> bytes:
    """A workbook whose second cell has its place replaced."""
    made, changed = io.BytesIO(), io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        book.add_worksheet().write_row(0, 0, ["a", 1])
    with zipfile.ZipFile(made) as source, zipfile.ZipFile(changed, "w") as target:
        for info in source.infolist():
            target.writestr(info.filename, source.read(info).replace(b'r="B1"', f'r="{place}"'.encode()))
    return changed.getvalue()


@pytest.mark.parametrize("place", ["B71806759", "B1048577", "XFE1", "XFD1048576", "ZZ999999", "xfd1048576", "AAAAAA1"])
def test_a_cell_far_out_is_refused(tmp_path: Path, place: str) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(workbook(place))
    with pytest.raises(SourceProblem, match="has a cell"):
        check_workbook(path, "book.xlsx")


@pytest.mark.parametrize("place", ["B1", "B99999", "Z99999", "AB30000", "AAA5000"])
def test_a_cell_within_reach_is_not(tmp_path: Path, place: str) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(workbook(place))
    check_workbook(path, "book.xlsx")


@pytest.mark.parametrize("size", [1, 7, 64, 10_000])
def test_a_place_is_found_however_the_sheet_is_cut(size: int) -> None:
    sheet = b'<x:c r="A1"/><c s="1" r = \'XFD1048576\'><v>1</v></c>' * 3
    with pytest.raises(SourceProblem, match="row 1048576 or column 16384"):
        check_extent(lambda: (sheet[start : start + size] for start in range(0, len(sheet), size)), "book.xlsx")


def test_a_long_sheet_full_of_cells_is_read() -> None:
    rows = [b'<c r="A%d"/><c r="B%d"/>' % (row, row) for row in range(900_000, 1_000_000)]
    check_extent(lambda: rows, "book.xlsx")
