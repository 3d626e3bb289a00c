"""Whether a column's values can be what its name says, and which column has values of a wanted kind when no name tells."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from tasks.contracts.load import load_contract
from tasks.recognise.sniff import Sample
from tasks.recognise.styles import looks_like_amounts, looks_like_dates
from tasks.settings.sources import ContractName

_CURRENCY = re.compile(r"[A-Za-z]{3}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_COUNTRY = re.compile(r"[A-Za-z]{2}")
_WHOLE = re.compile(r"[-+]?[0-9]+(\.0)?")
_TAX_ID = re.compile(r"(?=.*[0-9]{5})[A-Za-z0-9][A-Za-z0-9 .&/-]{4,18}")
_NEARLY_ALL = 0.95
_FEWEST_SHARED = 0.98
"""Share of distinct values from which a column is a key rather than a code that repeats."""


def fits(values: set[str], *, contract: ContractName, column: str) -> bool:
    """Whether distinct `values` (none blank) can be those of the contract's column; no values fit everything optional."""
    if not values:
        return not load_contract(contract).column(column).is_required
    judge = _JUDGES.get(column) or _BY_TYPE.get(load_contract(contract).column(column).type)
    return judge is None or judge(values)


def described(column: str, contract: ContractName) -> str:
    """What values of the column should be, in words."""
    words = {
        "currency": "currency codes",
        "email": "e-mail addresses",
        "customer_country": "country codes",
        "country": "country codes",
    }
    by_type = {"DATE": "dates", "DECIMAL(18,2)": "amounts", "INTEGER": "whole numbers", "BOOLEAN": "yes or no"}
    return words.get(column) or by_type.get(load_contract(contract).column(column).type, "texts")


@cache
def known_currencies() -> frozenset[str]:
    """The currencies of the receivables contract's own rule."""
    rule = next(rule for rule in load_contract("receivables").row_rules if rule.name == "currency_known")
    return frozenset(re.findall(r"'([A-Z]{3})'", rule.condition))


def is_key(sample: Sample, columns: tuple[str, ...], *, where: str | None = None) -> bool:
    """Whether the columns together tell all rows apart, rows that are alike in everything counting once.

    `where` names a column that has to be filled for a row to count.
    """
    counted = sample.header.index(where) if where is not None else None
    rows = {row for row in sample.rows if counted is None or (counted < len(row) and row[counted])}
    positions = [sample.header.index(name) for name in columns]
    keys = {tuple(row[index] if index < len(row) else "" for index in positions) for row in rows}
    return len(keys) == len(rows) and all(any(key) for key in keys)


def repeats(values: list[str]) -> bool:
    """Whether values come again, as customers do and document numbers do not."""
    filled = [value for value in values if value]
    return len(set(filled)) < _FEWEST_SHARED * len(filled)


def _are_currencies(values: set[str]) -> bool:
    return all(_CURRENCY.fullmatch(value) and value.upper() in known_currencies() for value in values)


def _are_whole(values: set[str]) -> bool:
    return _share(values, lambda value: bool(_WHOLE.fullmatch(value))) >= _NEARLY_ALL


def _are_emails(values: set[str]) -> bool:
    return _share(values, lambda value: bool(_EMAIL.fullmatch(value))) >= _NEARLY_ALL


def _are_countries(values: set[str]) -> bool:
    return all(_COUNTRY.fullmatch(value) for value in values)


def _are_tax_ids(values: set[str]) -> bool:
    return _share(values, lambda value: bool(_TAX_ID.fullmatch(value))) >= _NEARLY_ALL


def _are_booleans(values: set[str]) -> bool:
    return len(values) <= 4


def _are_codes(values: set[str]) -> bool:
    return not looks_like_dates(values) and not any(
        "." in value and looks_like_amounts({value}) for value in list(values)[:50] if not value.endswith(".0")
    )


def _share(values: set[str], judge: Callable[[str], bool]) -> float:
    return sum(judge(value) for value in values) / len(values)


_BY_TYPE: dict[str, Callable[[set[str]], bool]] = {
    "DATE": looks_like_dates,
    "DECIMAL(18,2)": looks_like_amounts,
    "INTEGER": _are_whole,
    "BOOLEAN": _are_booleans,
}
_JUDGES: dict[str, Callable[[set[str]], bool]] = {
    "currency": _are_currencies,
    "credit_currency": _are_currencies,
    "email": _are_emails,
    "country": _are_countries,
    "customer_country": _are_countries,
    "tax_id": _are_tax_ids,
    "document_number": _are_codes,
    "receivable_id": _are_codes,
}
