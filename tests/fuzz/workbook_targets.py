"""Workbooks made with known cells, and damaged."""

from __future__ import annotations

import io
import tempfile
import zipfile
from decimal import Decimal
from pathlib import Path
from random import Random
from xml.sax.saxutils import escape, quoteattr

from tasks.extract.xlsx_file import read_xlsx
from tasks.settings.formats import XlsxFormat
from tests.fuzz.campaign import Campaign
from tests.fuzz.mutations import mutated_zip
from tests.fuzz.table_targets import NUMBERS, PLAIN, TEXTS, cells_of, workshop

SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"

_EXACT_DIGITS = 15

_LARGEST_WITH_CENTS = 10**13


def workbooks(campaign: Campaign) -> None:
    """Workbooks whose cells are known: every number is the one of the sheet's XML, or is not written as a number."""
    with workshop() as (connection, folder):
        while campaign.goes_on:
            rows = _rows(campaign.random)
            data = workbook_of(rows, is_shared=campaign.random.random() < 0.5)
            with campaign.input(data), tempfile.TemporaryDirectory(dir=folder) as own:
                path = Path(own) / "book.xlsx"
                path.write_bytes(data)
                raw = read_xlsx(connection, path, "book.xlsx", XlsxFormat(), PLAIN, scratch=Path(own))
                found = cells_of(connection, raw)
                campaign.values += len(found)
                kept = [row for row in rows if any(kind != "blank" and text for kind, text in row)]
                if len(found) != len(kept):
                    campaign.finding("unaccounted", "rows of a sheet", data, f"{len(found)} and {kept}")
                    continue
                for cells, made in zip(found, kept, strict=True):
                    for cell, (kind, text) in zip(cells, made, strict=True):
                        if not _is_same(cell, kind, text):
                            campaign.finding("coercion", f"a {kind} of a sheet", data, f"{text!r} was read as {cell!r}")


def _is_same(cell: str, kind: str, text: str) -> bool:
    if kind == "boolean":
        return cell == ("true" if text == "1" else "false")
    if kind != "number":
        return cell == text
    exact, held = Decimal(text), float(text)  # A cell is a double, by the format's definition.
    if "e" in cell.lower():  # No amount, and no number that seems to be one.
        return abs(held) > 2**53 - 1 or (abs(held) >= _LARGEST_WITH_CENTS and held != int(held))
    if abs(held) >= _LARGEST_WITH_CENTS:
        return Decimal(cell) == Decimal(held)
    if len(exact.normalize().as_tuple().digits) <= _EXACT_DIGITS:
        return Decimal(cell) == exact
    # Only what arithmetic left behind may go.
    return Decimal(cell) == exact.quantize(Decimal(10) ** (exact.adjusted() - _EXACT_DIGITS + 1))


def _rows(random: Random) -> list[list[tuple[str, str]]]:
    width = random.randrange(1, 6)
    return [[_cell(random) for _ in range(width)] for _ in range(random.choice((0, 1, 4, 15)))]


def _cell(random: Random) -> tuple[str, str]:
    kind = random.choice(("text", "text", "number", "number", "boolean", "blank"))
    if kind == "text":
        return kind, random.choice(TEXTS)
    if kind == "number":
        drawn = str(random.getrandbits(random.choice((8, 30, 50, 53, 54, 60))))
        return kind, random.choice((*NUMBERS, drawn, f"{drawn}.{random.randrange(100):02d}"))
    return kind, random.choice("01") if kind == "boolean" else ""


def workbook_of(rows: list[list[tuple[str, str]]], *, is_shared: bool) -> bytes:
    """The smallest workbook that readers take."""
    width = max((len(row) for row in rows), default=2)
    table = [[("text", f"Column {index}") for index in range(width)], *rows]
    shared: list[str] = []
    lines = []
    for number, row in enumerate(table, start=1):
        cells = "".join(
            _cell_xml(f"{chr(65 + index)}{number}", *cell, shared if is_shared else None)
            for index, cell in enumerate(row)
        )
        lines.append(f'<row r="{number}">{cells}</row>')
    members = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="xml" ContentType="application/xml"/></Types>',
        "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{SHEET}" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
        '<sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" '
        'Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{SHEET}"><sheetData>{"".join(lines)}</sheetData></worksheet>',
        "xl/sharedStrings.xml": f'<sst xmlns="{SHEET}">{"".join(shared)}</sst>',
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, '<?xml version="1.0" encoding="UTF-8"?>' + content)
    return packed.getvalue()


def _cell_xml(place: str, kind: str, text: str, shared: list[str] | None) -> str:
    body = f"<t xml:space={quoteattr('preserve')}>{escape(text)}</t>"
    if kind == "blank":
        return ""
    if kind == "number":
        return f'<c r="{place}"><v>{text}</v></c>'
    if kind == "boolean":
        return f'<c r="{place}" t="b"><v>{text}</v></c>'
    if shared is None:
        return f'<c r="{place}" t="inlineStr"><is>{body}</is></c>'
    shared.append(f"<si>{body}</si>")
    return f'<c r="{place}" t="s"><v>{len(shared) - 1}</v></c>'


def damaged_workbooks(campaign: Campaign) -> None:
    """Zips and sheets with damage: refused or read, never a crash."""
    fixtures = Path(__file__).parents[1] / "sources" / "fixtures"
    seeds = [path.read_bytes() for path in sorted(fixtures.glob("*/*.xlsx"))]
    seeds += [workbook_of(_rows(Random(number)), is_shared=bool(number % 2)) for number in range(20)]  # noqa: S311
    with workshop() as (connection, folder):
        while campaign.goes_on:
            data = mutated_zip(campaign.random, seeds)
            with campaign.input(data), tempfile.TemporaryDirectory(dir=folder) as own:
                path = Path(own) / "book.xlsx"
                path.write_bytes(data)
                settings = XlsxFormat(names=("a", "b", "c")) if len(data) % 3 == 0 else XlsxFormat()
                raw = read_xlsx(connection, path, "book.xlsx", settings, PLAIN, scratch=Path(own))
                campaign.values += len(cells_of(connection, raw))
