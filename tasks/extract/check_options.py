"""Options of a column mapping that contradict each other or the contract's column, before any file is read."""

from __future__ import annotations

from collections.abc import Iterator

from tasks.contracts.load import Contract
from tasks.extract.patterns import pattern_mistake
from tasks.extract.typed_columns import currency_column
from tasks.extract.values import date_pattern, has_year
from tasks.problems import Problem
from tasks.settings.columns import ColumnMapping

PATTERN_FIX = "Correct the pattern; it is written as for RE2 (https://github.com/google/re2/wiki/Syntax)."
TEXT_OPTIONS = ("map", "extract", "strip_suffix", "strip_leading_zeros", "upper", "prefix", "default")


def option_problems(where: str, mapping: ColumnMapping, contract: Contract, column: str) -> Iterator[Problem]:
    """Every mistake in the mapping of a contract's column."""
    column_type = contract.column(column).type
    is_amount = column_type.startswith("DECIMAL")
    yield from _text_problems(where, mapping)
    if mapping.count_equal and column not in contract.key:
        yield Problem("error", where, f"count_equal is for keys, and {column} is none", "Remove it.")
    for option, is_set in (
        ("negate", mapping.negate),
        ("negate_when", mapping.negate_when is not None),
        ("minor_units", mapping.minor_units),
        ("debit_credit", mapping.debit_credit is not None),
    ):
        if is_set and not is_amount:
            yield Problem("error", where, f"{option} is for amounts", "Remove it.")
    if mapping.minor_units and is_amount and currency_column(contract, column) is None:
        yield Problem("error", where, f"minor_units needs a currency, and {column} has none", "Remove it.")
    if mapping.debit_credit is not None:
        for option in _set_options(mapping, (*TEXT_OPTIONS, "when_negative")):
            yield Problem(
                "error", where, f"{option} is not for debit_credit", "Only blank, minor_units and the signs change it."
            )
    names = [item.name for item in contract.columns]
    if mapping.when_negative is not None and (column_type != "VARCHAR" or "amount" not in names):
        yield Problem("error", where, "when_negative is for texts beside an amount", "Remove it.")
    yield from _date_problems(where, mapping, is_date=column_type == "DATE")


def reference_problems(where: str, mapping: ColumnMapping) -> Iterator[Problem]:
    """Every mistake in the mapping of one of the company's own references, which are texts."""
    yield from _text_problems(where, mapping)
    if mapping.count_equal:
        yield Problem("error", where, "count_equal is for keys, not for references", "Remove it.")
    for option in _set_options(
        mapping, ("negate", "negate_when", "minor_units", "debit_credit", "when_negative", "format", "year_from")
    ):
        yield Problem(
            "error", where, f"{option} is not for references: they are texts as the file has them", "Remove it."
        )


def format_problems(where: str, formats: tuple[str, ...], *, with_year: bool = True) -> Iterator[Problem]:
    """Date formats that cannot be read."""
    for item in formats:
        try:
            date_pattern(item, with_year=with_year)
        except ValueError as error:
            yield Problem("error", where, str(error), "See docs/settings.md, dates.")


def _text_problems(where: str, mapping: ColumnMapping) -> Iterator[Problem]:
    mistake = pattern_mistake(mapping.extract, groups=1) if mapping.extract else None
    if mistake is not None:
        yield Problem("error", f"{where}.extract", mistake, PATTERN_FIX)


def _date_problems(where: str, mapping: ColumnMapping, *, is_date: bool) -> Iterator[Problem]:
    if mapping.year_from is None:
        yield from format_problems(f"{where}.format", mapping.format)
        return
    undated = tuple(item for item in mapping.format if not has_year(item))
    yield from format_problems(f"{where}.format", undated, with_year=False)
    yield from format_problems(f"{where}.format", tuple(item for item in mapping.format if has_year(item)))
    if not is_date:
        yield Problem("error", where, "year_from is for dates", "Remove it.")
    elif not undated:
        yield Problem(
            "error",
            where,
            "year_from is for dates without a year",
            "Give a format without one, such as format: '%d%m'.",
        )


def _set_options(mapping: ColumnMapping, options: tuple[str, ...]) -> list[str]:
    return [option for option in options if getattr(mapping, option) not in ("", None, False, (), {})]
