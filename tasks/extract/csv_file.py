"""Delimited text files as raw text columns.

The fast way lets DuckDB parse the file in parallel, strictly, and compares rows and delimiters with an independent count:
DuckDB itself drops an empty field too many at a line's end, and so reads a line with a stray delimiter shifted. When any of
them complains, `tasks.extract.csv_repair` reads the file line by line and names every line that cannot be used.
"""

from __future__ import annotations

import csv
from itertools import islice
from pathlib import Path

from sqlglot import exp

from tasks.extract.csv_repair import repair
from tasks.extract.expressions import call, name, parquet, select, text
from tasks.extract.raw import RawTable, all_text, raw_name, unique_headers
from tasks.extract.text_file import TextFile, as_utf8, check_encoding
from tasks.problems import SourceProblem
from tasks.settings.formats import CsvFormat

MAX_HEADER_CHARACTERS = 1 << 20


def read_csv(path: Path, file: str, settings: CsvFormat, scratch: Path) -> tuple[RawTable, TextFile]:
    """The file as a relation that DuckDB parses itself; `file` is the name users know.

    Raises:
        SourceProblem: wrong encoding, damaged gzip, or no header.
    """
    as_text = as_utf8(path, file, settings, scratch)
    headers = _headers(as_text.path, file, settings)
    columns = exp.Struct(
        expressions=[exp.PropertyEQ(this=text(raw_name(i)), expression=text("VARCHAR")) for i in range(len(headers))]
    )
    options: dict[str, exp.Expr] = {
        "auto_detect": exp.false(),
        "header": exp.true(),
        "skip": exp.Literal.number(settings.skip_rows),
        "delim": text(settings.delimiter),
        "quote": text(settings.quote),
        "escape": text(settings.quote),
        "columns": columns,
    }
    arguments = [exp.PropertyEQ(this=exp.to_identifier(key), expression=value) for key, value in options.items()]
    relation = call("read_csv", text(str(as_text.path)), *arguments)
    # Preamble lines may be blank and are then no records: the count is checked only where it is certain.
    expected = as_text.records - 1 if settings.skip_rows == 0 else None
    return RawTable(
        headers,
        relation,
        all_text(len(headers)),
        expected_rows=expected,
        is_even=settings.skip_rows > 0 or _is_even(as_text, len(headers)) or _ends_in_delimiters(as_text, len(headers)),
    ), as_text


def _is_even(text: TextFile, width: int) -> bool:
    """Whether every line has as many delimiters as the header, so that none is shifted."""
    return text.delimiters == (width - 1) * text.records


def _ends_in_delimiters(text: TextFile, width: int) -> bool:
    """Whether every line but the header ends in one delimiter too many, as some systems write them."""
    return text.delimiters == width * text.records - 1


def read_repaired_csv(
    as_text: TextFile, file: str, headers: tuple[str, ...], settings: CsvFormat, scratch: Path
) -> RawTable:
    """The same file read line by line: usable records in one Parquet file, unusable lines in another.

    Raises:
        SourceProblem: the bytes are not in the declared encoding.
    """
    if not as_text.path.is_relative_to(scratch):
        check_encoding(as_text.path, file, settings.encoding)
    result = repair(as_text.path, settings, len(headers), scratch)
    columns = [name(raw_name(index)) for index in range(len(headers))]
    relation = select([*columns, name("file_row")], parquet(str(result.records)))
    return RawTable(
        headers,
        relation,
        all_text(len(headers)),
        expected_rows=result.record_count,
        has_file_rows=True,
        rejects=result.rejects,
    )


def _headers(path: Path, file: str, settings: CsvFormat) -> tuple[str, ...]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            for _ in islice(stream, settings.skip_rows):
                pass
            head = next((line for line in stream if line.strip()), "")
            while settings.quote and head.count(settings.quote) % 2 and len(head) < MAX_HEADER_CHARACTERS:
                more = stream.readline()
                if not more:
                    break
                head += more
    except UnicodeDecodeError:
        check_encoding(path, file, settings.encoding)
        raise
    if settings.quote:
        rows = list(csv.reader([head], delimiter=settings.delimiter, quotechar=settings.quote))
    else:
        rows = [head.rstrip("\r\n").split(settings.delimiter)]
    if not rows or not any(cell.strip() for cell in rows[0]):
        raise SourceProblem.at(file, "the file has no header line", "Export it with column names; check skip_rows.")
    return unique_headers(rows[0])
