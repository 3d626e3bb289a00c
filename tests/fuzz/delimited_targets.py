"""Encodings and the structure of delimited texts: every record in exactly one account, every text as it stood."""

from __future__ import annotations

import csv
import io
import tempfile
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from tasks.extract.csv_file import open_csv
from tasks.extract.expressions import render
from tasks.extract.raw import RawTable
from tests.fuzz.campaign import Campaign
from tests.fuzz.delimited_texts import Delimited, damaged_file, file_with_hostile_header, whole_file


@dataclass(frozen=True)
class Read:
    """What the reader made of a file: records in file order, lines that could not be split, rows set aside."""

    rows: list[tuple[int, list[str]]]
    rejects: list[tuple[int, str]]
    aside: int


def whole_files(campaign: Campaign) -> None:
    """Files whose cells are known: all of them come back, none is refused."""
    with tempfile.TemporaryDirectory() as folder, duckdb.connect(config={"threads": 1}) as connection:
        while campaign.goes_on:
            made = whole_file(campaign.random)
            with campaign.input(made.data):
                refused = campaign.refused
                read = _read(connection, made, Path(folder))
                _same_cells(campaign, made, read)
            if campaign.refused > refused:
                campaign.finding("lost", f"a whole file was refused: {made.settings!r}", made.data, repr(made.rows))


def damaged_files(campaign: Campaign) -> None:
    """Files that are damaged: refused with a reason, or every character of them in one account."""
    with tempfile.TemporaryDirectory() as folder, duckdb.connect(config={"threads": 1}) as connection:
        while campaign.goes_on:
            made = damaged_file(campaign.random)
            with campaign.input(made.data):
                read = _read(connection, made, Path(folder))
                _accounted(campaign, made, read)


def hostile_headers(campaign: Campaign) -> None:
    """Headers with stray quotes over lines without any: no line is taken for a part of the header."""
    with tempfile.TemporaryDirectory() as folder, duckdb.connect(config={"threads": 1}) as connection:
        while campaign.goes_on:
            made, lines = file_with_hostile_header(campaign.random)
            with campaign.input(made.data):
                read = _read(connection, made, Path(folder))
                campaign.values += len(read.rows)
                if len(read.rows) + len(read.rejects) + read.aside != lines:
                    told = f"{lines} lines, {len(read.rows)} rows, {read.rejects}, {read.aside} aside"
                    campaign.finding("unaccounted", "lines after a hostile header", made.data, told)


def _read(connection: duckdb.DuckDBPyConnection, made: Delimited, folder: Path) -> Read:
    """The file as landing reads it: at once where that is certain, else line by line."""
    with tempfile.TemporaryDirectory(dir=folder) as own:  # DuckDB may remember a file by its path.
        return _read_in(connection, made, Path(own))


def _read_in(connection: duckdb.DuckDBPyConnection, made: Delimited, own: Path) -> Read:
    path, scratch = own / "file.csv", own / "scratch"
    scratch.mkdir()
    path.write_bytes(made.data)
    raw, repaired = open_csv(connection, path, "file.csv", made.settings, scratch)
    rows = None
    try:
        if raw.is_even or repaired is None:
            rows = _rows(connection, raw)
    except duckdb.InvalidInputException:
        if repaired is None:
            raise
    if repaired is not None and (rows is None or raw.expected_rows not in (None, len(rows))):
        raw = repaired()
        rows = _rows(connection, raw)
    if rows is None or raw.expected_rows not in (None, len(rows)):
        raise AssertionError(f"{raw.expected_rows} rows expected, {len(rows or [])} read")
    rejects = pq.read_table(raw.rejects).to_pylist() if raw.rejects is not None else []
    aside = sum(part.rows for part in raw.set_aside)
    return Read(rows, [(item["file_row"], item["text"]) for item in rejects], aside)


def _rows(connection: duckdb.DuckDBPyConnection, raw: RawTable) -> list[tuple[int, list[str]]]:
    columns = ", ".join(raw.columns)
    number = "file_row" if raw.has_file_rows else "0"
    found = connection.execute(f"SELECT {number}, {columns} FROM ({_relation(raw)})").fetchall()  # noqa: S608
    return [(int(row[0]), [cell or "" for cell in row[1:]]) for row in found]


def _relation(raw: RawTable) -> str:
    text = render(raw.relation)
    return text if text.startswith("SELECT") else f"SELECT * FROM {text}"  # noqa: S608 - rendered by ours


def _same_cells(campaign: Campaign, made: Delimited, read: Read) -> None:
    expected = made.rows
    found = [row for _, row in read.rows]
    campaign.values += len(found)
    if read.rejects or read.aside or len(found) != len(expected):
        told = f"{len(expected)} rows written, {len(found)} read, {read.rejects}, {made.settings!r}"
        campaign.finding("unaccounted", "rows of a whole file", made.data, told)
    elif found != expected:
        wrong = next((a, b) for a, b in zip(found, expected, strict=True) if a != b)
        campaign.finding("coercion", "a cell of a whole file", made.data, f"read {wrong[0]}, written {wrong[1]}")


def _accounted(campaign: Campaign, made: Delimited, read: Read) -> None:
    text = made.data.decode("utf-8-sig")  # A file that is not UTF-8 must have been refused.
    settings = made.settings
    campaign.values += len(read.rows)
    body = _after_header(text)
    accounts = sorted(
        [*((number, "".join(cells)) for number, cells in read.rows), *read.rejects], key=lambda item: item[0]
    )
    if not settings.ragged and _words(body) != _words("".join(part for _, part in accounts)):
        campaign.finding("unaccounted", "characters of the file", made.data, f"{settings!r}: {accounts}")
    width = len(made.header)
    records = _records(body, settings.delimiter, settings.quote, width)
    if records is None:
        return
    if len(records) != len(read.rows) + len(read.rejects) + read.aside:
        told = f"{settings!r}: {len(records)} records, {len(read.rows)} rows, {read.rejects}, {read.aside} aside"
        campaign.finding("unaccounted", "records of the file", made.data, told)
    if records and all(len(record) == width for record in records) and not read.aside:
        found = [cells for _, cells in read.rows]
        bare = _records(body, settings.delimiter, settings.quote, width, skips_blanks=True) or records
        if len(found) != len(records) or not all(map(_same_record, found, records, bare)):
            campaign.finding("coercion", "cells of a file that is even", made.data, f"{settings!r}: {found} {records}")


def _same_record(found: list[str], literal: list[str], bare: list[str]) -> bool:
    """Whether each cell is as it stands, or what the quotes behind its leading blanks hold."""
    return len(found) == len(literal) == len(bare) and all(
        cell == one or (cell == other and one.lstrip(" ").startswith(('"', "'")))
        for cell, one, other in zip(found, literal, bare, strict=True)
    )


def _after_header(text: str) -> str:
    return "".join(io.StringIO(text, newline="").readlines()[1:])


def _words(text: str) -> str:
    return "".join(character for character in text if character.isalnum())


def _records(
    body: str, delimiter: str, quote: str, width: int, *, skips_blanks: bool = False
) -> list[list[str]] | None:
    """The records by Python's own reader; None where the standard library does not say what they are.

    Blanks before an opening quote are text (`skips_blanks=False`) or nothing (DuckDB); both keep what stands in the quotes.
    """
    if not quote or quote not in body:
        lines = [line.rstrip("\r\n") for line in io.StringIO(body, newline="").readlines()]
        return [line.split(delimiter) for line in lines if line]
    if "\r" in body.replace("\r\n", ""):
        return None
    try:
        text = io.StringIO(body, newline="")
        found = list(csv.reader(text, delimiter=delimiter, quotechar=quote, strict=True, skipinitialspace=skips_blanks))
    except csv.Error:
        return None
    records = [row for row in found if row]
    # Of a quoted text with other widths nobody can say which line ends were meant: lines are refused one by one.
    return records if all(len(row) == width for row in records) else None
