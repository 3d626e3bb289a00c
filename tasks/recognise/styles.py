"""How dates and amounts are written in a column, told from all of its values; where two ways fit, both are named."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from tasks.extract.named_months import text_in_digits
from tasks.extract.values import date_pattern
from tasks.settings.columns import Decimals

DATE_FORMATS = (
    "%Y-%m-%d",
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d.%m.%Y",
    "%d-%m-%Y",
    "%m-%d-%Y",
    "%Y/%m/%d",
    "%Y%m%d",
    "%Y%m%d.0",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%S",
    "%d/%m/%Y %H:%M:%S",
    "%m/%d/%Y %H:%M:%S",
    "%d/%m/%Y %H:%M",
    "%m/%d/%Y %H:%M",
    "%d/%m/%y",
    "%m/%d/%y",
    "%d.%m.%y",
    "%d-%m-%y",
    "%b %d %Y",
    "%b %d, %Y",
    "%d %b %Y",
    "%d-%b-%Y",
    "%d/%b/%Y",
    "%d.%b.%Y",
    "%d-%b-%y",
    "%d/%b/%y",
    "%d %b %y",
    "%d %B %Y",
    "%B %d, %Y",
    "%d de %B de %Y",
)
_DECIMALS = tuple(
    Decimals.model_validate({"decimal": decimal, "thousands": thousands})
    for decimal, thousands in ((".", ""), (",", ""), (".", ","), (",", "."), (",", " "), (".", " "), (".", "'"))
)
MOST_DATES = 50_000


@dataclass(frozen=True)
class DateStyle:
    """`formats` read all values but `unread` of them; the first could as well be `or_else`, if that is given."""

    formats: tuple[str, ...]
    unread: int
    or_else: str = ""


@dataclass(frozen=True)
class AmountStyle:
    """`decimals` reads all values but `unread` of them; `or_else` reads them too, as other amounts, if it is given."""

    decimals: Decimals
    unread: int
    or_else: Decimals | None = None


def date_style(values: Iterable[str]) -> DateStyle:
    """The fewest formats that read all (not blank) values."""
    left = set(values) - {""}
    if len(left) > MOST_DATES:
        left = set(sorted(left)[:MOST_DATES])
    chosen: list[str] = []
    or_else = ""
    while left:
        readable = {item: {value for value in left if is_date(value, item)} for item in DATE_FORMATS}
        best = max(DATE_FORMATS, key=lambda item: len(readable[item]))
        if not readable[best]:
            break
        if not chosen and readable.get(swapped(best)) == readable[best] and swapped(best) != best:
            or_else = swapped(best)
        chosen.append(best)
        left -= readable[best]
    return DateStyle(tuple(chosen), len(left), or_else)


def swapped(item: str) -> str:
    """The format with day and month in each other's place."""
    return item.replace("%d", "%0").replace("%m", "%d").replace("%0", "%m")


def is_date(value: str, item: str) -> bool:
    """Whether landing would read `value` by the format `item`."""
    if not _date_regex(item).fullmatch(value):
        return False
    try:
        day_of(value, item)
    except ValueError:
        return False
    return True


def day_of(value: str, item: str) -> date:
    """The day that `value` is by the format `item`.

    Raises:
        ValueError: there is no such day.
    """
    return datetime.strptime(*text_in_digits(value, item)).date()  # noqa: DTZ007 a day has no zone


def looks_like_dates(values: Iterable[str], share: float = 0.95) -> bool:
    """Whether nearly all values are dates in some style."""
    filled = set(values) - {""}
    if not filled:
        return False
    return date_style(filled).unread <= (1 - share) * len(filled)


def amount_style(values: Iterable[str]) -> AmountStyle:
    """The style that reads most values; the plainest of those that read as many."""
    filled = set(values) - {""}
    unread = {
        index: sum(not _amount_regex(style).fullmatch(value) for value in filled)
        for index, style in enumerate(_DECIMALS)
    }
    best = min(unread, key=lambda index: unread[index])
    chosen = _DECIMALS[best]
    other = next(
        (
            _DECIMALS[index]
            for index in unread
            if unread[index] == unread[best] and _reads_otherwise(filled, chosen, _DECIMALS[index])
        ),
        None,
    )
    return AmountStyle(chosen, unread[best], other)


def looks_like_amounts(values: Iterable[str], share: float = 0.95) -> bool:
    """Whether nearly all values are amounts in one style."""
    filled = set(values) - {""}
    return bool(filled) and amount_style(filled).unread <= (1 - share) * len(filled)


def number(value: str, style: Decimals) -> float | None:
    """The amount for comparisons, None where it is not one. Nothing is landed from here."""
    if not _amount_regex(style).fullmatch(value):
        return None
    plain = value.replace(style.thousands, "") if style.thousands else value
    plain = plain.replace(style.decimal, ".")
    return -float(plain[:-1]) if plain.endswith("-") else float(plain)


def _reads_otherwise(values: set[str], one: Decimals, other: Decimals) -> bool:
    return any(
        number(value, one) != number(value, other)
        and number(value, one) is not None
        and number(value, other) is not None
        for value in values
    )


@cache
def _date_regex(item: str) -> re.Pattern[str]:
    return re.compile(date_pattern(item))


@cache
def _amount_regex(style: Decimals) -> re.Pattern[str]:
    mark, group = re.escape(style.decimal), re.escape(style.thousands)
    whole = rf"(?:[0-9]+|[0-9]{{1,3}}(?:{group}[0-9]{{3}})+)" if style.thousands else "[0-9]+"
    digits = rf"{whole}(?:{mark}[0-9]{{1,2}}0*)?"
    return re.compile(rf"[-+]?{digits}|{digits}-")
