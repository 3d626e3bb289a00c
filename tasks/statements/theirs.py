"""Reads a debtor's own statement, CSV or XLSX: which column is what is told by its heading and contents, or by the user."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Literal, get_args

from tasks.problems import Problem, SourceProblem
from tasks.recognise.columns import synonyms
from tasks.recognise.contents import known_currencies
from tasks.recognise.money import CODES, CURRENCY, number_of
from tasks.recognise.names import plain
from tasks.recognise.sniff import Sample, sniff
from tasks.recognise.styles import amount_style, date_style, day_of, is_date, number
from tasks.settings.columns import Decimals
from tasks.settings.yaml_file import read_yaml
from tasks.statements.lines import NOTHING, LineKind, TheirLine
from tasks.statements.match import plain_number

Column = Literal["number", "date", "amount", "debit", "credit", "currency", "kind"]
COLUMNS: tuple[Column, ...] = get_args(Column)
_MONEY: tuple[Column, ...] = ("amount", "debit", "credit")
_CENTS = Decimal("0.01")
_WORDS = Path(__file__).with_name("theirs.yaml")


@dataclass(frozen=True)
class Statement:
    """A statement as it was read; `columns`: what was taken for what; `set_aside`: rows that are sums or of no amount; `is_turned`: signs were turned."""

    lines: tuple[TheirLine, ...]
    columns: Mapping[Column, str]
    set_aside: int
    is_turned: bool


def read_statement(
    path: Path, *, columns: Mapping[Column, str], currency: str | None, our_numbers: frozenset[str]
) -> Statement:
    """The lines of the statement in `path`; `columns` are headings that the user names, the others are looked for.

    `currency` is that of lines without one. Debit and credit are the debtor's: what he owes stands on the credit side. Where most
    lines with a number of `our_numbers` (plain) are negative, he writes what he owes as negative, and all signs are turned.

    Raises:
        SourceProblem: the file has no table, columns are missing, or cells cannot be read; with row, column and value.
    """
    sample = sniff(path)
    if not sample.is_whole:
        raise SourceProblem.at(str(path), f"has more than {len(sample.rows)} rows", "Send the part of one customer.")
    found = _columns(sample, columns)
    read = _Reader(sample, found, currency).read()
    named = [one for one in read if plain_number(one.number) in our_numbers and one.kind is not LineKind.CREDIT_NOTE]
    is_turned = sum(one.amount < NOTHING for one in named) * 2 > len(named)
    lines = tuple(_line(one, is_turned=is_turned) for one in read)
    return Statement(lines, found, len(sample.rows) - len(lines), is_turned)


@cache
def _words() -> dict[str, list[str]]:
    content = read_yaml(_WORDS)
    if not isinstance(content, dict):
        raise TypeError("theirs.yaml holds no lists of words")
    return {str(name): [str(word) for word in words] for name, words in content.items()}


def _columns(sample: Sample, given: Mapping[Column, str]) -> dict[Column, str]:
    for column, name in given.items():
        if name not in sample.header:
            raise SourceProblem.at(
                sample.path.name,
                f"has no column '{name}' for the {column}",
                f"Its columns are {', '.join(sample.header)}.",
            )
    found: dict[Column, str] = dict(given)
    for column in COLUMNS:
        if column in found:
            continue
        names = {plain(name): name for name in reversed(sample.header) if name not in found.values()}
        word = next((word for word in _words()[column] if word in names), None)
        if word is not None:
            found[column] = names[word]
    if "amount" in found and {"debit", "credit"} <= found.keys() and "amount" not in given:
        del found["amount"]  # a running balance, or one of the two again
    missing = [name for name in ("number", "date") if name not in found]
    if "amount" not in found and not {"debit", "credit"} <= found.keys():
        missing.append("amount")
    if missing:
        raise SourceProblem(*[
            Problem(
                "error", sample.path.name, f"no column was recognised as the {name}",
                f"Name it: --column {name}=HEADING; the headings are {', '.join(sample.header)}.",
            )
            for name in missing
        ])  # fmt: skip
    return found


@dataclass(frozen=True)
class _Read:
    """A row as it is written; `kind` is what its words say, None where they say nothing."""

    row: int
    kind: LineKind | None
    number: str
    day: date | None
    currency: str
    amount: Decimal


@dataclass(frozen=True)
class _Reader:
    sample: Sample
    columns: Mapping[Column, str]
    currency: str | None

    def read(self) -> list[_Read]:
        """Every row that has an amount; all that cannot be read is told at once."""
        style = self._style()
        formats = date_style(set(self._cells("date")) - {""})
        problems: list[Problem] = []
        lines: list[_Read] = []
        for place in range(len(self.sample.rows)):
            said = {column: self._cells(column)[place] for column in self.columns}
            amount = self._amount(said, style)
            if amount is None:
                problems.append(self._problem(place, "amount", said))
                continue
            if amount == NOTHING or self._is_total(said):
                continue
            day = next((day_of(said["date"], item) for item in formats.formats if is_date(said["date"], item)), None)
            if day is None and said["date"]:
                problems.append(self._problem(place, "date", said))
                continue
            currency = self._currency(said)
            if currency is None:
                problems.append(self._problem(place, "currency", said))
                continue
            lines.append(_Read(place + 1, _kind(said.get("kind", "")), said["number"], day, currency, amount))
        if problems:
            raise SourceProblem(*problems)
        return lines

    def _cells(self, column: Column) -> list[str]:
        return self.sample.column(self.columns[column])

    def _style(self) -> Decimals:
        named = [column for column in _MONEY if column in self.columns]
        return amount_style({_plain_amount(cell) for column in named for cell in self._cells(column)}).decimals

    def _amount(self, said: Mapping[Column, str], style: Decimals) -> Decimal | None:
        if "amount" in self.columns:
            return _decimal(said["amount"], style)
        owed, paid = _decimal(said["credit"], style), _decimal(said["debit"], style)
        return None if owed is None or paid is None else owed - paid

    def _currency(self, said: Mapping[Column, str]) -> str | None:
        if said.get("currency"):
            return said["currency"].upper() if len(said["currency"]) == 3 else None
        cells = [said[column] for column in _MONEY if said.get(column)]
        beside = {CODES.get(found[1], found[1]) for cell in cells if (found := re.match(CURRENCY, cell))}
        told = beside & known_currencies()
        return told.pop() if len(told) == 1 else self.currency

    def _is_total(self, said: Mapping[Column, str]) -> bool:
        """A sum of the statement is no line of it; so is a balance that was carried forward to its end."""
        words = {plain(said[column]) for column in ("number", "date", "kind") if column in said}
        return bool(words & set(_words()["totals"]))

    def _problem(self, place: int, column: Column, said: Mapping[Column, str]) -> Problem:
        value = said.get(column, "")
        name = self.columns.get(column, column)
        fix = "Correct the cell, or name the currency with --currency." if column == "currency" else "Correct the cell."
        return Problem(
            "error", f"{self.sample.path.name}, row {place + 1}, column {name}", f"'{value}' is no {column}", fix
        )


def _plain_amount(cell: str) -> str:
    """The amount without its currency; accountants put a negative one in brackets."""
    number = number_of(cell)
    return f"-{number[1:-1].strip()}" if number.startswith("(") and number.endswith(")") else number


def _decimal(cell: str, style: Decimals) -> Decimal | None:
    """The amount of a cell, 0 where it is blank, None where it is none."""
    text = _plain_amount(cell)
    if not text:
        return NOTHING
    if number(text, style) is None:
        return None
    digits = (text.replace(style.thousands, "") if style.thousands else text).replace(style.decimal, ".")
    return Decimal(f"-{digits[:-1]}" if digits.endswith("-") else digits).quantize(_CENTS)


def _kind(word: str) -> LineKind | None:
    said = plain(word)
    if said in _words()["payment_words"]:
        return LineKind.PAYMENT
    types = synonyms()["document_types"]
    if said in types["credit_note"]:
        return LineKind.CREDIT_NOTE
    return LineKind.INVOICE if said in types["invoice"] or said in types["debit_note"] else None


def _line(read: _Read, *, is_turned: bool) -> TheirLine:
    """The row with the sign of the debt. What its words call a payment or a credit lowers it, however it is written."""
    amount = -read.amount if is_turned else read.amount
    kind = read.kind or (LineKind.INVOICE if amount > NOTHING else LineKind.PAYMENT)
    signed = amount if kind is LineKind.INVOICE else -abs(amount)
    return TheirLine(read.row, kind, read.number, read.day, read.currency, signed)
