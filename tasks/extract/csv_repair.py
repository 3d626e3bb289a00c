"""Reads a damaged delimited file line by line, so that one broken line costs one line and every other row is kept.

Needed because a parser that skips errors by itself is not safe here: an unclosed quote made DuckDB's `store_rejects`
drop 60,884 of 2,000,000 rows while reporting one rejected line (DuckDB 1.5).

A record is one line, or several lines where a quoted field holds line ends and closes within `MAX_SPAN` lines with the
right number of fields. A line that fits neither is rejected alone, and reading goes on with the next line.

Ragged texts are read here too: their records are filled up with blanks, one with more cells than the header is marked
(it may be a title, but never data), and rows without any cell are counted. So are records of other tags.
"""

from __future__ import annotations

import csv
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from tasks.extract.layout import BLANK_ROW, TOO_LONG
from tasks.extract.raw import SetAsideRows
from tasks.extract.scratch_rows import REJECTS, ScratchRows, raw_schema
from tasks.problems import SourceProblem
from tasks.settings.formats import CsvFormat

MAX_SPAN = 50
OTHER_RECORD = "other_record"
LINE_END = "\r\n"


@dataclass(frozen=True)
class Repaired:
    """Two Parquet files: `records` (r0 … rn, file_row, for texts of any length `refusal`) and `rejects` (file_row, line, text, reason)."""

    records: Path
    rejects: Path
    record_count: int
    reject_count: int
    set_aside: tuple[SetAsideRows, ...]


@dataclass(frozen=True)
class _Record:
    fields: list[str] | None
    line: int
    text: str
    reason: str = ""
    aside: str = ""
    is_too_long: bool = False


@dataclass(frozen=True)
class _Shape:
    """How lines are written: as many fields as the header, and `has_empty_end`: one empty field more in every line."""

    settings: CsvFormat
    width: int
    has_empty_end: bool


def takes_any_length(settings: CsvFormat) -> bool:
    """Whether records may be shorter than the header: tagged ones always may, as programs that write them leave out the end."""
    return settings.ragged or bool(settings.tag)


def repair(path: Path, file: str, settings: CsvFormat, *, width: int, header_lines: int, scratch: Path) -> Repaired:
    """Splits a plain UTF-8 file into usable records and rejected lines.

    `width`: number of columns of the header; `header_lines`: how many lines it takes, where there is one.

    Raises:
        SourceProblem: a second header line of the tagged records differs from the first.
    """
    records, rejects = scratch / "records.parquet", scratch / "rejects.parquet"
    has_refusals = takes_any_length(settings)
    marks = [("file_row", pa.int64()), *([("refusal", pa.string())] if has_refusals else [])]
    good = ScratchRows(records, raw_schema(width, *marks))
    bad = ScratchRows(rejects, REJECTS)
    with good, bad:
        aside: Counter[str] = Counter()
        for file_row, record in enumerate(_records(path, file, settings, width, header_lines), start=1):
            if record.aside:
                aside[record.aside] += 1
            elif record.fields is None:
                bad.add([file_row, record.line, record.text, record.reason])
            else:
                refusal = [TOO_LONG.code if record.is_too_long else None] if has_refusals else []
                good.add([*record.fields, file_row, *refusal])
    set_aside = tuple(SetAsideRows(reason, rows) for reason, rows in sorted(aside.items()))
    return Repaired(records, rejects, good.count, bad.count, set_aside)


def _records(path: Path, file: str, settings: CsvFormat, width: int, header_lines: int) -> Iterator[_Record]:
    # Line ends stay as they are: in a quoted field they are part of the text.
    with path.open(encoding="utf-8-sig", newline="") as stream:
        lines = enumerate(stream, start=1)
        for _ in range(settings.skip_rows):
            next(lines, None)
        ahead: deque[tuple[int, str]] = deque()
        header = "" if settings.names else _pass_header(lines, header_lines)
        shape: _Shape | None = None
        while True:
            if not ahead:
                following = next(lines, None)
                if following is None:
                    return
                ahead.append(following)
            number, line = ahead.popleft()
            if not line.strip(LINE_END):
                continue
            if settings.tag and _tag_of(line, settings) != settings.tag:
                if _tag_of(line, settings) == f"!{settings.tag}" and line.rstrip() != header:
                    raise SourceProblem.at(
                        f"{file}, line {number}",
                        f"is another header of the {settings.tag} records, with other columns than the first",
                        "Export the records with one header, or in files of their own.",
                    )
                yield _Record(None, number, line, aside=OTHER_RECORD)
                continue
            if shape is None:
                shape = _Shape(settings, width, has_empty_end=_has_empty_end(line, settings, width))
            record, used = _read((number, line), ahead, lines, shape)
            for _ in range(used):
                ahead.popleft()
            yield record


def _pass_header(lines: Iterator[tuple[int, str]], header_lines: int) -> str:
    """The header's first line; `lines` stand behind the header then."""
    header = next((line for _, line in lines if line.strip()), "")
    for _ in range(header_lines - 1):
        next(lines, None)
    return header.rstrip()


def _read(
    first: tuple[int, str],
    ahead: deque[tuple[int, str]],
    lines: Iterator[tuple[int, str]],
    shape: _Shape,
) -> tuple[_Record, int]:
    """The record that starts with the line `first`, and how many of the lines ahead belong to it."""
    number, line = first
    whole = line.rstrip(LINE_END)
    settings = shape.settings
    if not settings.quote or settings.quote not in line:
        return _fitted(whole.split(settings.delimiter), number, whole, shape), 0
    attempt, end = whole, line[len(whole) :]
    for used in range(MAX_SPAN + 1):
        try:
            fields = next(csv.reader([attempt], delimiter=settings.delimiter, quotechar=settings.quote, strict=True))
        except csv.Error as error:
            if "unexpected end of data" not in str(error):
                return _Record(None, number, whole, "a quote inside a field is not doubled"), 0
        else:
            record = _fitted(fields, number, attempt, shape)
            # Lines joined by a quote that was never meant to open rarely have the right number of fields.
            is_whole = record.fields is not None or bool(record.aside)
            fits = is_whole and (len(fields) == shape.width or not takes_any_length(settings))
            return (record, used) if used == 0 or fits else (_unclosed(number, whole), 0)
        if used == len(ahead):
            following = next(lines, None)
            if following is None:
                break
            ahead.append(following)
        following_text = ahead[used][1].rstrip(LINE_END)
        attempt += end + following_text
        end = ahead[used][1][len(following_text) :]
    return _unclosed(number, whole), 0


def _unclosed(number: int, whole: str) -> _Record:
    return _Record(None, number, whole, "a quote is opened and not closed")


def _fitted(fields: list[str], number: int, whole: str, shape: _Shape) -> _Record:
    """A record with exactly as many fields as the header. A stray delimiter shifts a line, so none is dropped by guess."""
    width = shape.width
    if takes_any_length(shape.settings):
        if not any(field.strip() for field in fields):
            return _Record(None, number, whole, aside=BLANK_ROW)
        filled = [*fields, *[""] * (width - len(fields))]
        return _Record(filled[:width], number, whole, is_too_long=any(field.strip() for field in fields[width:]))
    if shape.has_empty_end and len(fields) == width + 1 and not fields[width]:
        return _Record(fields[:width], number, whole)
    if len(fields) != width or shape.has_empty_end:
        return _Record(None, number, whole, f"the line has {len(fields)} fields, the header has {width}")
    return _Record(fields, number, whole)


def _tag_of(line: str, settings: CsvFormat) -> str:
    """The first field of a line, which tells what kind of record it is."""
    return line.split(settings.delimiter, 1)[0].strip().strip(settings.quote or None)


def _has_empty_end(line: str, settings: CsvFormat, width: int) -> bool:
    """Whether the first line after the header ends in one delimiter too many, as some systems write every line."""
    fields = next(csv.reader([line.rstrip(LINE_END)], delimiter=settings.delimiter, quotechar=settings.quote or None))
    return len(fields) == width + 1 and not fields[width]
