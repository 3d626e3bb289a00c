"""Which column of an unknown export is which column of a contract: by its name, if its values agree, else by its values."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import yaml

from tasks.contracts.load import load_contract
from tasks.recognise.contents import described, fits, known_currencies, repeats
from tasks.recognise.money import Money, as_money, number_of
from tasks.recognise.names import plain, spelt_out
from tasks.recognise.sniff import Sample
from tasks.recognise.styles import (
    DateStyle,
    amount_style,
    date_style,
    day_of,
    is_date,
    looks_like_amounts,
    looks_like_dates,
    number,
)
from tasks.settings.columns import Decimals
from tasks.settings.sources import ContractName

_SYNONYMS = Path(__file__).with_name("synonyms.yaml")
_FEWEST_ROWS_THAT_TELL = 3
_WITHIN = 0.99


@dataclass
class Reading:
    """A file read as one contract: contract column to the file's column, with the reasons, in the order they were found."""

    contract: ContractName
    columns: dict[str, str] = field(default_factory=dict)
    evidence: list[str] = field(default_factory=list)
    doubts: dict[str, str] = field(default_factory=dict)
    money: dict[str, Money] = field(default_factory=dict)
    """Columns of the file whose amounts have their currency beside them."""

    def amounts(self, sample: Sample, name: str) -> list[str]:
        """The column's amounts row by row, without currencies."""
        values = sample.column(name)
        return [number_of(value) for value in values] if name in self.money else values


def read_as_contract(contract: ContractName, sample: Sample) -> Reading:
    """Maps what can be mapped; what a person should look at is among the doubts."""
    reading = Reading(contract)
    _by_name(reading, sample)
    if contract in ("receivables", "payments"):
        _by_contents(reading, sample)
        _check_balances(reading, sample)
    return reading


@cache
def synonyms() -> dict[str, dict[str, list[str]]]:
    """The words of `synonyms.yaml`, by contract (and by document type and boolean) and column."""
    content: dict[str, dict[str, list[str]]] = yaml.safe_load(_SYNONYMS.read_text(encoding="utf-8"))
    return content


def distinct(sample: Sample, name: str) -> set[str]:
    """The column's values without blanks."""
    return set(sample.column(name)) - {""}


def _by_name(reading: Reading, sample: Sample) -> None:
    by_plain = {spelt_out(name): name for name in reversed(sample.header)}
    by_plain |= {plain(name): name for name in reversed(sample.header)}
    types = {column.name: column.type for column in load_contract(reading.contract).columns}
    for column, words in synonyms()[reading.contract].items():
        if column not in types:
            continue
        for word in (plain(column), *words):
            name = by_plain.get(word) or by_plain.get(spelt_out(word))
            if name is None or name in reading.columns.values():
                continue
            values = distinct(sample, name)
            money = as_money(values) if types[column].startswith("DECIMAL") else None
            if money is not None:
                reading.money[name] = money
            if money is not None or fits(values, contract=reading.contract, column=column):
                reading.columns[column] = name
                reading.doubts.pop(f"columns.{column}", None)
                beside = " with a currency beside them" if money is not None else ""
                reading.evidence.append(f"{column} ← {name}: called so, and its values agree{beside}")
                break
            reading.doubts[f"columns.{column}"] = (
                f"'{name}' is called like {column}, but its values are not {described(column, reading.contract)}"
            )


def _by_contents(reading: Reading, sample: Sample) -> None:
    """Finds what names did not tell; a handful of rows tells nothing."""
    if len(sample.rows) < _FEWEST_ROWS_THAT_TELL:
        return
    free = [name for name in sample.header if name not in reading.columns.values()]
    if "currency" not in reading.columns:
        for name in free:
            values = distinct(sample, name)
            if values and values <= known_currencies():
                _take(reading, "currency", name, "all its values are currency codes")
                break
    dates = [name for name in free if looks_like_dates(distinct(sample, name)) and not _is_plain_number(sample, name)]
    first = "paid_on" if reading.contract == "payments" else "invoice_date"
    if first not in reading.columns and dates:
        name = min(dates, key=lambda item: (-_filled(sample, item), _earliest(sample, item)))
        _take(reading, first, name, "its values are dates, and no other column of dates is as full or as early")
        dates.remove(name)
    if reading.contract == "receivables" and "due_date" not in reading.columns and "invoice_date" in reading.columns:
        issued = reading.columns["invoice_date"]
        later = [name for name in dates if _never_before(sample, name, issued)]
        if later:
            _take(reading, "due_date", later[0], f"its dates are never before '{issued}'")
    if "amount" not in reading.columns:
        amounts = [
            name for name in free if name not in reading.columns.values()
            and looks_like_amounts(distinct(sample, name)) and _has_cents(sample, name)
        ]  # fmt: skip
        if amounts:
            _take(
                reading,
                "amount",
                max(amounts, key=lambda name: _filled(sample, name)),
                "its values are amounts with decimals",
            )
    if reading.contract == "receivables" and "customer_id" not in reading.columns:
        codes = [
            name for name in free if name not in reading.columns.values() and _filled(sample, name) == len(sample.rows)
            and repeats(sample.column(name)) and len(distinct(sample, name)) > 1 and not looks_like_dates(distinct(sample, name))
        ]  # fmt: skip
        if codes:
            name = max(codes, key=lambda item: len(distinct(sample, item)))
            _take(reading, "customer_id", name, "it is never blank, and its values come again")


def _take(reading: Reading, column: str, name: str, why: str) -> None:
    reading.columns[column] = name
    reading.evidence.append(f"{column} ← {name}: {why}")
    reading.doubts[f"columns.{column}"] = f"'{name}' is taken by its contents: {why}"


def _check_balances(reading: Reading, sample: Sample) -> None:
    """What is open is at most the amount, and of its sign; else the column is something else."""
    if not {"amount", "open_amount"} <= set(reading.columns):
        return
    name = reading.columns["open_amount"]
    style = decimals_of(reading, sample)
    pairs = [
        (number(total, style), number(left, style))
        for total, left in zip(
            reading.amounts(sample, reading.columns["amount"]), reading.amounts(sample, name), strict=True
        )
        if total and left
    ]
    known = [(total, left) for total, left in pairs if total is not None and left is not None]
    within = sum(abs(left) <= abs(total) and left * total >= 0 for total, left in known)
    if known and within >= _WITHIN * len(known):
        reading.evidence.append(f"'{name}' is within the amount in {within} of {len(known)} rows")
    else:
        del reading.columns["open_amount"]
        reading.doubts["columns.open_amount"] = (
            f"'{name}' is called like open_amount, but is within the amount in {within} of {len(known)} rows only"
        )


def decimals_of(reading: Reading, sample: Sample) -> Decimals:
    """The style of all amounts of the reading."""
    values: set[str] = set()
    for column, name in reading.columns.items():
        if load_contract(reading.contract).column(column).type.startswith("DECIMAL"):
            values |= set(reading.amounts(sample, name)) - {""}
    return amount_style(values).decimals


def date_styles(reading: Reading, sample: Sample) -> dict[str, DateStyle]:
    """How the dates of each mapped date column are written. An order that one column proves holds for all like it."""
    types = {column.name: column.type for column in load_contract(reading.contract).columns}
    styles = {
        column: date_style(distinct(sample, name))
        for column, name in reading.columns.items()
        if types[column] == "DATE" and distinct(sample, name)
    }
    proven = {style.formats[0] for style in styles.values() if style.formats and not style.or_else}
    for column, style in styles.items():
        if style.or_else and style.or_else in proven and style.formats[0] not in proven:
            styles[column] = DateStyle((style.or_else, *style.formats[1:]), style.unread)
        elif style.or_else and style.formats[0] in proven:
            styles[column] = DateStyle(style.formats, style.unread)
    return styles


def _filled(sample: Sample, name: str) -> int:
    return sum(1 for value in sample.column(name) if value)


def _is_plain_number(sample: Sample, name: str) -> bool:
    """Eight digits may be a date, and may be a document number; only a name can tell."""
    return all(value.removesuffix(".0").isdigit() for value in distinct(sample, name))


def _has_cents(sample: Sample, name: str) -> bool:
    return any("," in value or "." in value for value in distinct(sample, name))


def _earliest(sample: Sample, name: str) -> str:
    return min(_days(sample, name), default="9999")


def _days(sample: Sample, name: str) -> list[str]:
    style = date_style(distinct(sample, name))
    return [_iso(value, style) for value in sample.column(name) if value]


def _never_before(sample: Sample, later: str, earlier: str) -> bool:
    one, other = date_style(distinct(sample, later)), date_style(distinct(sample, earlier))
    pairs = [
        (_iso(after, one), _iso(before, other))
        for after, before in zip(sample.column(later), sample.column(earlier), strict=True)
        if after and before
    ]
    return bool(pairs) and all(after >= before for after, before in pairs)


def _iso(value: str, style: DateStyle) -> str:
    for item in style.formats:
        if is_date(value, item):
            return day_of(value, item).isoformat()
    return "9999"
