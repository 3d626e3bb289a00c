"""The shape of an export file: encoding, delimiter, header and the first rows as text."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from python_calamine import CalamineWorkbook

from tasks.problems import SourceProblem
from tasks.settings.formats import CsvFormat, Format, ParquetFormat, XlsxFormat

SAMPLE_ROWS = 500
_SAMPLE_BYTES = 1_000_000
_LARGEST_WORKBOOK = 50_000_000
_DELIMITERS = (";", ",", "\t", "|")
_MOST_PREAMBLE_LINES = 20
_ROWS_COMPARED = 30
# A header may leave a few cells empty (an unnamed first column), a title line leaves most of them.
_NEARLY_FULL = 0.8


@dataclass(frozen=True)
class Sample:
    """An export's format, its header and up to `SAMPLE_ROWS` rows as text."""

    path: Path
    format: Format
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def column(self, name: str) -> list[str]:
        """The non-empty values of one column."""
        index = self.header.index(name)
        return [row[index].strip() for row in self.rows if index < len(row) and row[index].strip()]


def sniff(path: Path) -> Sample:
    """Looks at the file's beginning.

    Raises:
        SourceProblem: the file does not exist, is empty, is too large to look into, or has no table.
    """
    if not path.is_file():
        raise SourceProblem.at(str(path), "there is no such file", "Check the path given with --from.")
    if path.stat().st_size == 0:
        raise SourceProblem.at(str(path), "the file is empty", "Export it again.")
    suffixes = "".join(path.suffixes).lower()
    if suffixes.endswith(".xlsx"):
        return _sniff_workbook(path)
    if suffixes.endswith(".parquet"):
        return Sample(path, ParquetFormat(), (), ())
    return _sniff_text(path)


def _sniff_text(path: Path) -> Sample:
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rb") as file:
        content = bytes(file.read(_SAMPLE_BYTES))
    text, encoding = _decode(content)
    lines = text.splitlines()
    if len(content) == _SAMPLE_BYTES:
        lines = lines[:-1]
    delimiter, skip = _table_start(lines)
    table = list(islice(csv.reader(lines[skip:], delimiter=delimiter), SAMPLE_ROWS + 1))
    if not table or len(table[0]) < 2:
        raise SourceProblem.at(
            str(path), "no table with at least two columns was found", "Describe the source by hand: docs/settings.md."
        )
    return Sample(
        path,
        CsvFormat(delimiter=delimiter, encoding=encoding, skip_rows=skip),
        tuple(name.strip() for name in table[0]),
        tuple(tuple(row) for row in table[1:]),
    )


def _decode(content: bytes) -> tuple[str, str]:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="ignore"), "utf-16"
    try:
        # The sample may end inside a character.
        text = (
            content.decode("utf-8-sig")
            if len(content) < _SAMPLE_BYTES
            else content[:-4].decode("utf-8-sig", errors="strict")
        )
    except UnicodeDecodeError as error:
        if error.start > len(content) - 8:
            return content[: error.start].decode("utf-8-sig"), "utf-8"
        has_c1_controls = any(0x80 <= byte <= 0x9F for byte in content)
        encoding = "cp1252" if has_c1_controls else "latin-1"
        return content.decode(encoding, errors="replace"), encoding
    return text, "utf-8"


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
    if path.stat().st_size > _LARGEST_WORKBOOK:
        raise SourceProblem.at(
            str(path), "the workbook is too large to look into", "Describe the source by hand: docs/settings.md."
        )
    try:
        workbook = CalamineWorkbook.from_path(str(path))
        name = workbook.sheet_names[0]
        rows = workbook.get_sheet_by_name(name).to_python(
            skip_empty_area=False, nrows=SAMPLE_ROWS + _MOST_PREAMBLE_LINES
        )
    except Exception as error:  # noqa: BLE001 the reader raises its own undocumented types for damaged files
        raise SourceProblem.at(str(path), f"the workbook cannot be read: {error}", "Export it again.") from None
    texts = [tuple("" if cell is None else str(cell) for cell in row) for row in rows]
    filled = [_filled(row) for row in texts[:_MOST_PREAMBLE_LINES]]
    if max(filled, default=0) <= 1:
        raise SourceProblem.at(
            str(path), f"sheet {name!r} has no table", "Describe the source by hand: docs/settings.md."
        )
    start = next(index for index, count in enumerate(filled) if count >= max(filled) * _NEARLY_FULL)
    return Sample(
        path, XlsxFormat(sheet=name, skip_rows=start), texts[start], tuple(texts[start + 1 : start + 1 + SAMPLE_ROWS])
    )
