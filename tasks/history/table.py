"""The log and the list of calls as files that open in a spreadsheet, without a cell that could become a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import astuple
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import xlsxwriter

from tasks.history.follow_up import FollowUp
from tasks.history.words import history_words
from tasks.ledger.history_entry import HistoryEntry
from tasks.private_files import write_private, write_private_bytes
from tasks.problems import UserProblem
from tasks.remind.outbound import clean_line
from tasks.segment.reasons import Language
from tasks.spreadsheet_text import cell_text

Value = str | int | Decimal | date | datetime | None
_PHONE = "phone"


def log_rows(entries: Sequence[HistoryEntry], language: Language) -> tuple[list[str], list[list[Value]]]:
    """Headings and rows of the log; what people wrote is on one line."""
    words = history_words()
    rows = []
    for entry in entries:
        values: dict[str, Value] = {**vars(entry), "title": words.title(entry, language)}
        rows.append([_one_line(values[name]) for name in words.columns])
    return [heading.text(language) for heading in words.columns.values()], rows


def call_rows(calls: Sequence[FollowUp], language: Language) -> tuple[list[str], list[list[Value]]]:
    """Headings and rows of the list of calls."""
    headings = [heading.text(language) for heading in history_words().calls.values()]
    return headings, [[_one_line(value) for value in astuple(call)] for call in calls]


def write_table(path: Path, headings: Sequence[str], rows: Sequence[Sequence[Value]]) -> Path:
    """Writes a CSV or a workbook, by the ending of `path`, readable by its owner only.

    Raises:
        UserProblem: the ending is another one.
    """
    if path.suffix == ".csv":
        return write_private_bytes(path, _csv(headings, rows))
    if path.suffix == ".xlsx":
        return write_private(path, lambda target: _workbook(target, headings, rows))
    raise UserProblem.at(str(path), "is neither .csv nor .xlsx", "Give one of these endings to --out.")


def _csv(headings: Sequence[str], rows: Sequence[Sequence[Value]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(headings)
    writer.writerows([[_cell(value) for value in row] for row in rows])
    return text.getvalue().encode("utf-8-sig")


def _cell(value: Value) -> str:
    return cell_text(value, may_be_phone=True) if isinstance(value, str) else "" if value is None else str(value)


def _workbook(target: Path, headings: Sequence[str], rows: Sequence[Sequence[Value]]) -> None:
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(target), options) as book:
        sheet = book.add_worksheet()
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        amount = book.add_format({"num_format": "#,##0.00"})
        sheet.write_row(0, 0, list(headings), book.add_format({"bold": True}))
        sheet.freeze_panes(1, 0)
        for at, row in enumerate(rows, start=1):
            for place, value in enumerate(row):
                if isinstance(value, datetime):
                    sheet.write_string(at, place, f"{value:%Y-%m-%d %H:%M:%S}")
                elif isinstance(value, date):
                    sheet.write_datetime(at, place, datetime(value.year, value.month, value.day), day)  # noqa: DTZ001 a day
                elif isinstance(value, Decimal):
                    sheet.write_number(at, place, float(value), amount)
                elif isinstance(value, int):
                    sheet.write_number(at, place, value)
                elif value is not None:
                    sheet.write_string(at, place, cell_text(value, may_be_phone=True))
        sheet.autofit()
        if rows:
            sheet.autofilter(0, 0, len(rows), len(headings) - 1)


def _one_line(value: Value) -> Value:
    return clean_line(value) if isinstance(value, str) else value
