"""Delimited text files as raw text columns.

The fast way lets DuckDB parse the file in parallel, strictly, and compares rows and delimiters with an independent count:
DuckDB itself drops an empty field too many at a line's end, and so reads a line with a stray delimiter shifted. When any of
them complains, `tasks.extract.csv_repair` reads the file line by line and names every line that cannot be used.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import islice
from pathlib import Path

from sqlglot import exp

from tasks.extract.csv_layout import TablePlace, find_table, header_cells, line_cells
from tasks.extract.csv_repair import MAX_SPAN, OTHER_RECORD, repair, takes_any_length
from tasks.extract.expressions import call, name, named, parquet, path_text, select, text
from tasks.extract.layout import BEFORE_HEADER, TOO_LONG, passed_over, with_preamble
from tasks.extract.raw import RawTable, all_text, one_account_each, raw_name, unique_headers
from tasks.extract.text_file import TextFile, as_utf8, check_encoding
from tasks.problems import SourceProblem
from tasks.settings.formats import CsvFormat
from tasks.warehouse.connection import Connection

BLANKS_BEFORE_HEADER = 1_000


def open_csv(
    connection: Connection, path: Path, file: str, settings: CsvFormat, scratch: Path
) -> tuple[RawTable, Callable[[], RawTable] | None]:
    """The file as a relation that DuckDB parses itself, and the same file read line by line; `file` is the name users know.

    Ragged and tagged files are read line by line at once: DuckDB refuses lines of other lengths, or fills them up without
    a word where one is too short by mistake.

    Raises:
        SourceProblem: wrong encoding, damaged gzip, no header, or no such cell before it.
    """
    as_text = as_utf8(path, file, settings, scratch)
    place = _place(as_text, file, settings)
    reason = OTHER_RECORD if settings.tag else BEFORE_HEADER
    before = [line_cells(line, settings) for line in place.before] if settings.preamble else []

    def dressed(raw: RawTable) -> RawTable:
        raw = replace(raw, set_aside=one_account_each([*raw.set_aside, *passed_over(place.passed_over, reason)]))
        return with_preamble(connection, raw, file, settings, before)

    def repaired() -> RawTable:
        return dressed(_read_by_line(as_text, file, settings, place, scratch))

    if settings.ragged or settings.tag:
        return repaired(), None
    return dressed(_read_at_once(as_text, settings, place)), repaired


def _place(as_text: TextFile, file: str, settings: CsvFormat) -> TablePlace:
    if settings.names or settings.header_has or settings.tag:
        return find_table(as_text, file, settings)
    try:
        with as_text.path.open(encoding="utf-8-sig", newline="") as stream:
            before = tuple(islice(stream, settings.skip_rows))
            lines = list(islice(stream, BLANKS_BEFORE_HEADER + MAX_SPAN))
    except UnicodeDecodeError:
        check_encoding(as_text.path, file, settings.encoding)
        raise
    start = next((place for place, line in enumerate(lines) if line.strip()), None)
    cells, header_lines, is_certain = header_cells(lines[start:], settings) if start is not None else ([], 1, True)
    if not any(cell.strip() for cell in cells):
        raise SourceProblem.at(file, "the file has no header line", "Export it with column names; check skip_rows.")
    # DuckDB takes a line of blanks for the header.
    is_certain = is_certain and not any(line.strip("\r\n") for line in lines[:start])
    return TablePlace(unique_headers(cells), before, header_lines=header_lines, is_certain=is_certain)


def _read_at_once(as_text: TextFile, settings: CsvFormat, place: TablePlace) -> RawTable:
    width = len(place.headers)
    columns = exp.Struct(
        expressions=[exp.PropertyEQ(this=text(raw_name(i)), expression=text("VARCHAR")) for i in range(width)]
    )
    options: dict[str, exp.Expr | None] = {
        "auto_detect": exp.false(),
        "header": exp.false() if settings.names else exp.true(),
        "skip": exp.Literal.number(len(place.before)),
        "delim": text(settings.delimiter),
        "quote": text(settings.quote),
        "escape": text(settings.quote),
        "columns": columns,
        "hive_partitioning": exp.false(),
    }
    body = place.body(as_text, settings)
    has_header = not settings.names
    return RawTable(
        place.headers,
        call("read_csv", path_text(as_text.path), *named(options)),
        all_text(width),
        expected_rows=None if body is None else body.records - has_header,
        is_even=place.is_certain
        and body is not None
        and (_is_even(body, width) or (has_header and _ends_in_delimiters(body, width))),
    )


def _is_even(text: TextFile, width: int) -> bool:
    """Whether every line has as many delimiters as the header, so that none is shifted."""
    return text.delimiters == (width - 1) * text.records


def _ends_in_delimiters(text: TextFile, width: int) -> bool:
    """Whether every line but the header ends in one delimiter too many, as some systems write them."""
    return text.delimiters == width * text.records - 1


def _read_by_line(as_text: TextFile, file: str, settings: CsvFormat, place: TablePlace, scratch: Path) -> RawTable:
    """The file read line by line: usable records in one Parquet file, unusable lines in another.

    Raises:
        SourceProblem: the bytes are not in the declared encoding, or records of the tag have two different headers.
    """
    if not as_text.path.is_relative_to(scratch):
        check_encoding(as_text.path, file, settings.encoding)
    from_table = settings.model_copy(update={"skip_rows": len(place.before)})
    result = repair(
        as_text.path, file, from_table, width=len(place.headers), header_lines=place.header_lines, scratch=scratch
    )
    refusals = (TOO_LONG,) if takes_any_length(settings) else ()
    marks = ["file_row", *(["refusal"] if refusals else [])]
    columns = [name(column) for column in (*(raw_name(index) for index in range(len(place.headers))), *marks)]
    return RawTable(
        place.headers,
        select(columns, parquet(result.records)),
        all_text(len(place.headers)),
        expected_rows=result.record_count,
        has_file_rows=True,
        rejects=result.rejects,
        set_aside=result.set_aside,
        refusals=refusals,
    )
