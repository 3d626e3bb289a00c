"""One list as a workbook to work in and as a CSV: readable, and with no cell that a spreadsheet could take for a formula.

Texts are written as texts, dates and amounts as such. The workbook has a list to choose results from and a page that explains them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import xlsxwriter
from babel.numbers import get_currency_precision

from tasks.ledger.contact_results import ContactResult
from tasks.private_files import write_private
from tasks.segment.ladders import WorkChannel
from tasks.spreadsheet_csv import write_csv
from tasks.spreadsheet_text import cell_text
from tasks.worklist.brief import Teller
from tasks.worklist.columns import (
    ITEM_COLUMNS,
    Column,
    Value,
    columns_of,
    item_values,
    line_values,
)
from tasks.worklist.sheet_lines import SheetLine
from tasks.worklist.words import worklist_words

_LINE_HEIGHT = 15.0
_TALLEST_LINES = 12
_FILL = "#FFF6D6"
_HEAD = "#1F3A5F"
_SHORT_LIST = 200
"""Rows below the header to which the choice of results applies at least: people add lines of their own."""


@dataclass(frozen=True, kw_only=True)
class WorkSheet:
    """The lines of one collector on one channel, in order."""

    channel: WorkChannel
    collector: str
    as_of: date
    lines: Sequence[SheetLine]


def write_list(path: Path, worklist: WorkSheet, teller: Teller) -> tuple[Path, Path]:
    """Writes `<path>.xlsx` and `<path>.csv`, readable by their owner only; what was there is replaced."""
    columns = columns_of(worklist.channel)
    rows = [
        line_values(line, teller.brief(line), place=place, teller=teller)
        for place, line in enumerate(worklist.lines, start=1)
    ]
    book = write_private(
        path.with_name(f"{path.name}.xlsx"), lambda target: _write_book(target, worklist, columns, rows, teller)
    )
    table = write_csv(
        path.with_name(f"{path.name}.csv"),
        [column.heading(teller.language) for column in columns],
        ([row.get(column.name) for column in columns] for row in rows),
        language=teller.language,
    )
    return book, table


class _Book:
    """A workbook in the making, with its formats."""

    def __init__(self, path: Path) -> None:
        self.book = xlsxwriter.Workbook(
            str(path), {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        )
        base = {"valign": "top", "border": 1, "border_color": "#C9D1DB", "font_size": 10}
        self.head = self.book.add_format(
            {
                "bold": True,
                "font_color": "#FFFFFF",
                "bg_color": _HEAD,
                "text_wrap": True,
                "valign": "vcenter",
                "border": 1,
            }
        )
        self.text = self.book.add_format({**base, "quote_prefix": True})
        self.long = self.book.add_format({**base, "text_wrap": True, "quote_prefix": True})
        self.number = self.book.add_format({**base, "num_format": "0"})
        self.date = self.book.add_format({**base, "num_format": "yyyy-mm-dd"})
        self.fill = self.book.add_format({**base, "bg_color": _FILL, "text_wrap": True, "num_format": "@"})
        self.fill_date = self.book.add_format({**base, "bg_color": _FILL, "num_format": "yyyy-mm-dd"})
        self.fill_money = self.book.add_format({**base, "bg_color": _FILL, "num_format": "#,##0.00"})
        self._money = {
            digits: self.book.add_format({**base, "num_format": f"#,##0{'.' + '0' * digits if digits else ''}"})
            for digits in (0, 2)
        }

    def format_of(self, column: Column, currency: Value) -> object:
        """The format of a cell."""
        if column.kind == "money":
            return self._money[min(2, get_currency_precision(str(currency)))]
        kinds = {
            "number": self.number,
            "date": self.date,
            "long": self.long,
            "fill_text": self.fill,
            "fill_date": self.fill_date,
            "fill_money": self.fill_money,
        }
        return kinds.get(column.kind, self.text)


def _write_book(
    path: Path, worklist: WorkSheet, columns: Sequence[Column], rows: Sequence[Mapping[str, Value]], teller: Teller
) -> None:
    words, language = worklist_words(), teller.language
    book = _Book(path)
    title = f"{words.titles[worklist.channel].text(language)} {worklist.as_of.isoformat()}"
    book.book.set_properties({"title": title, "author": teller.company})
    first = book.book.add_worksheet(words.sheets["lines"].text(language))
    _write_table(first, book, columns, rows, language)
    first.set_landscape()
    first.set_paper(9)
    first.fit_to_pages(1, 0)
    first.repeat_rows(0)
    first.set_header(f"&L{title.replace('&', '&&')}&R&P / &N")
    results = [words.results[result].text(language) for result in ContactResult]
    place = next(number for number, column in enumerate(columns) if column.name == "result")
    last_row = max(len(rows), _SHORT_LIST)
    first.data_validation(1, place, last_row, place, {"validate": "list", "source": results})
    items = [
        item_values(line, item, place=number)
        for number, line in enumerate(worklist.lines, start=1)
        for item in line.items
    ]
    _write_table(
        book.book.add_worksheet(words.sheets["receivables"].text(language)), book, ITEM_COLUMNS, items, language
    )
    _write_results(book.book.add_worksheet(words.sheets["results"].text(language)), book, teller)
    book.book.close()


def _write_table(
    sheet: xlsxwriter.worksheet.Worksheet,
    book: _Book,
    columns: Sequence[Column],
    rows: Sequence[Mapping[str, Value]],
    language: str,
) -> None:
    sheet.freeze_panes(1, min(3, len(columns)))
    sheet.set_row(0, 2 * _LINE_HEIGHT)
    for number, column in enumerate(columns):
        sheet.set_column(number, number, column.width)
        sheet.write_string(0, number, column.heading("en" if language == "en" else "es"), book.head)
    for row_number, row in enumerate(rows, start=1):
        height = 1
        for number, column in enumerate(columns):
            value = row.get(column.name)
            form = book.format_of(column, row.get("currency"))
            if value is None or value == "":
                sheet.write_blank(row_number, number, None, form)
            elif isinstance(value, date):
                sheet.write_datetime(row_number, number, value, form)
            elif isinstance(value, (int, Decimal)):
                sheet.write_number(row_number, number, value, form)
            else:
                text = cell_text(value, may_be_phone=column.kind == "phone")
                sheet.write_string(row_number, number, text, form)
                height = max(height, sum(_lines(text, column)))
        sheet.set_row(row_number, _LINE_HEIGHT * min(height, _TALLEST_LINES))
    if rows:
        sheet.autofilter(0, 0, len(rows), len(columns) - 1)


def _lines(text: str, column: Column) -> Iterator[int]:
    """Lines that a text takes in its column, if it wraps."""
    for part in text.split("\n"):
        yield 1 + len(part) // column.width if column.kind == "long" else 1


def _write_results(sheet: xlsxwriter.worksheet.Worksheet, book: _Book, teller: Teller) -> None:
    words, language = worklist_words(), teller.language
    for number, (name, width) in enumerate((("result", 26), ("meaning", 96))):
        sheet.set_column(number, number, width)
        sheet.write_string(0, number, words.columns[name].text(language), book.head)
    for row, result in enumerate(ContactResult, start=1):
        sheet.write_string(row, 0, words.results[result].text(language), book.text)
        sheet.write_string(row, 1, teller.meaning(result), book.long)
    sheet.freeze_panes(1, 0)
