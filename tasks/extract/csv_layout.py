"""Where the table lies in a delimited text: which line is its header, and what stands before it."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from tasks.extract.csv_repair import MAX_SPAN
from tasks.extract.layout import MOST_ROWS_BEFORE_HEADER, is_header, no_header
from tasks.extract.raw import unique_headers
from tasks.extract.text_file import RecordCounter, TextFile, check_encoding
from tasks.problems import SourceProblem
from tasks.settings.formats import CsvFormat


@dataclass(frozen=True)
class TablePlace:
    """The table begins after `before` (whole lines); `passed_over` counts those of them that the search passed by.

    `header_lines`: how many lines the header takes, where it has one. `is_certain`: its quotes leave no doubt about that.
    """

    headers: tuple[str, ...]
    before: tuple[str, ...]
    passed_over: int = 0
    header_lines: int = 1
    is_certain: bool = True

    def body(self, whole: TextFile, settings: CsvFormat) -> TextFile | None:
        """Records and delimiters from the header on; None where a quote before it does not close, so that nothing is sure."""
        counter = RecordCounter(settings.quote, settings.delimiter)
        counter.add("".join(self.before).encode())
        if counter.is_quoted:
            return None
        return TextFile(whole.path, whole.records - counter.finish(), whole.delimiters - counter.delimiters)


def find_table(whole: TextFile, file: str, settings: CsvFormat) -> TablePlace:
    """The place of the table.

    Raises:
        SourceProblem: there is no header, or the bytes are not in the declared encoding.
    """
    try:
        with whole.path.open(encoding="utf-8-sig", newline="") as stream:
            lines = list(islice(stream, settings.skip_rows + MOST_ROWS_BEFORE_HEADER))
    except UnicodeDecodeError:
        check_encoding(whole.path, file, settings.encoding)
        raise
    start = settings.skip_rows
    if settings.names:
        return TablePlace(unique_headers(list(settings.names)), tuple(lines[:start]))
    wanted = (f"!{settings.tag}",) if settings.tag else settings.header_has
    for position in range(start, len(lines)):
        cells, header_lines, is_certain = header_cells(lines[position : position + MAX_SPAN], settings)
        is_found = bool(cells) and cells[0].strip() == wanted[0] if settings.tag else is_header(cells, wanted)
        if is_found:
            passed = sum(bool(line.strip()) for line in lines[start:position])
            return TablePlace(unique_headers(cells), tuple(lines[:position]), passed, header_lines, is_certain)
    if settings.tag:
        raise SourceProblem.at(
            file,
            f"has no header line '!{settings.tag}' among its first {len(lines)} lines",
            "Check format.tag and format.delimiter of the source.",
        )
    raise no_header(file, wanted, len(lines))


def header_cells(lines: Sequence[str], settings: CsvFormat) -> tuple[list[str], int, bool]:
    """The cells of the header that begins with the first of `lines`, how many lines it takes, and whether that is certain.

    A quote may hold line ends, if the record after it has as many cells as the header then has. One that does not close, or
    closes somewhere among the data, belongs to the first line: it would swallow rows.
    """
    cells, used = _record(lines, settings)
    if used > 1:
        after = next((place for place in range(used, len(lines)) if lines[place].strip()), None)
        if after is not None and len(_record(lines[after:], settings)[0]) != len(cells):
            cells, used = line_cells(lines[0], settings), 1
    quotes = "".join(lines[:used]).count(settings.quote) if settings.quote else 0
    return cells, used, quotes % 2 == 0


def line_cells(line: str, settings: CsvFormat) -> list[str]:
    """The cells of one line, whatever its quotes."""
    bare = line.rstrip("\r\n")
    if not settings.quote:
        return bare.split(settings.delimiter)
    return next(csv.reader([bare], delimiter=settings.delimiter, quotechar=settings.quote), [])


def _record(lines: Sequence[str], settings: CsvFormat) -> tuple[list[str], int]:
    """The record that begins with the first line, and its lines; a quote that does not close belongs to the one line."""
    if settings.quote and settings.quote in lines[0]:
        for end in range(1, len(lines) + 1):
            joined = "".join(lines[:end]).rstrip("\r\n")
            try:
                reader = csv.reader([joined], delimiter=settings.delimiter, quotechar=settings.quote, strict=True)
                return next(reader), end
            except csv.Error as error:
                if "unexpected end of data" not in str(error):
                    break
    return line_cells(lines[0], settings), 1
