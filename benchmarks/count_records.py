"""Counts the records of a file without our readers: what `file_rows` of a landing has to agree with."""

from __future__ import annotations

import csv
import gzip
import re
import zipfile
from pathlib import Path

from tasks.settings.formats import CsvFormat, Format, XlsxFormat

_SHEET_ROW = re.compile(rb"<row\b[^>]*[^/]>.*?</row>", re.DOTALL)
_FIRST_SHEET = "xl/worksheets/sheet1.xml"


def count_records(path: Path, settings: Format) -> int | None:
    """Records below the header that hold anything at all; None where only our reader can tell."""
    if isinstance(settings, CsvFormat) and not settings.tag:
        return _csv_records(path, settings)
    if isinstance(settings, XlsxFormat) and not settings.header_has and not settings.skip_rows:
        return _sheet_records(path) - (0 if settings.names else 1)
    return None


def _csv_records(path: Path, settings: CsvFormat) -> int:
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding=settings.encoding, errors="replace", newline="") as stream:
        rows = list(csv.reader(stream, delimiter=settings.delimiter, quotechar=settings.quote or None))
    first = settings.skip_rows + (0 if settings.names else 1)
    if settings.header_has:
        wanted = set(settings.header_has)
        first = next(index for index, row in enumerate(rows) if wanted <= {cell.strip() for cell in row}) + 1
    return sum(any(cell.strip() for cell in row) for row in rows[first:])


def _sheet_records(path: Path) -> int:
    """Rows of the first sheet that have a value."""
    with zipfile.ZipFile(path) as archive:
        text = archive.read(_FIRST_SHEET)
    return sum(b"<v" in row or b"<t" in row for row in _SHEET_ROW.findall(text))
