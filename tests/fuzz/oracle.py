"""What texts mean, read character by character in plain Python: no regular expressions, no DuckDB, no code of the project."""

from __future__ import annotations

import calendar
import datetime
from decimal import Decimal

LIMIT = Decimal(10) ** 16
_BY_LANGUAGE = (
    " ".join(calendar.month_name),
    " enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    " janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
)
MONTHS = {name.lower(): number for names in _BY_LANGUAGE for number, name in enumerate(names.split(" ")) if name} | {
    "marco": 3,
    "setiembre": 9,
}
SHORT_MONTHS = {name[:3]: number for name, number in MONTHS.items()} | {"sept": 9}
TWO_DIGITS = frozenset("dmyHMS")
PIVOT = 69
"""Two-digit years from here on are 19xx, as POSIX has it."""


def is_digits(text: str) -> bool:
    """Whether the text is one or more ASCII digits."""
    return bool(text) and all(character in "0123456789" for character in text)


def unsigned(text: str) -> tuple[int, str]:
    """The sign, before or behind but not both, and the rest."""
    if text[:1] in ("+", "-"):
        return (-1 if text[0] == "-" else 1), text[1:]
    return (-1, text[:-1]) if text.endswith("-") else (1, text)


def natural(text: str, thousands: str) -> int | None:
    """Digits, grouped by threes or not at all."""
    groups = text.split(thousands) if thousands else [text]
    if not all(is_digits(group) for group in groups):
        return None
    if len(groups) > 1 and (len(groups[0]) > 3 or any(len(group) != 3 for group in groups[1:])):
        return None
    return int("".join(groups))


def whole(text: str, thousands: str) -> int | None:
    """A signed whole number."""
    sign, body = unsigned(text)
    value = natural(body, thousands)
    return None if value is None else sign * value


def money(text: str, decimal: str, thousands: str) -> Decimal | None:
    """An amount of at most 16 digits before the mark and two decimals, behind which zeros may stand."""
    sign, body = unsigned(text)
    before, mark, after = body.partition(decimal)
    units = natural(before, thousands)
    if units is None or (mark and not is_digits(after)) or after[2:].strip("0"):
        return None
    cents = int((after + "00")[:2]) if mark else 0
    value = Decimal(units) + Decimal(cents).scaleb(-2)
    return sign * value if value < LIMIT else None


def counted(text: str, decimals: int | None, thousands: str) -> Decimal | None:
    """An amount given in the smallest unit of a currency with so many decimals."""
    units = whole(text, thousands)
    if units is None or decimals is None:
        return None
    value = Decimal(units).scaleb(-decimals)
    cents = value * 100
    return value if cents == int(cents) and abs(value) < LIMIT else None


def integer(text: str, bits: int) -> int | None:
    """A whole number with the sign before it."""
    body = text[1:] if text[:1] in ("+", "-") else text
    if not is_digits(body):
        return None
    value = -int(body) if text.startswith("-") else int(body)
    return value if -(2 ** (bits - 1)) <= value < 2 ** (bits - 1) else None


def boolean(text: str) -> bool | None:
    """1, 0 and the words in ASCII letters of any case."""
    if text in ("1", "0"):
        return text == "1"
    return {"true": True, "false": False}.get(text.lower()) if text.isascii() else None


def date(text: str, format_text: str, year: int | None = None) -> datetime.date | None:
    """A day written as a strptime format says; `year` is that of formats without one."""
    if format_text == "%s":
        if not is_digits(text) or len(text) > 10:
            return None
        return datetime.date(1970, 1, 1) + datetime.timedelta(days=int(text) // 86400)
    found = _parts(text, format_text)
    if found is None:
        return None
    if "Y" in found:
        year = found["Y"]
    elif "y" in found:
        year = found["y"] + (1900 if found["y"] >= PIVOT else 2000)
    if year is None or found.get("H", 0) > 23 or found.get("M", 0) > 59 or found.get("S", 0) > 59:
        return None
    month, day = found.get("m", found.get("b", 0)), found["d"]
    if not 1 <= month <= 12 or not 1 <= day <= calendar.monthrange(year, month)[1]:
        return None
    return datetime.date(year, month, day)


def _parts(text: str, format_text: str) -> dict[str, int] | None:
    """The number behind each directive; None where the text does not fit."""
    found: dict[str, int] = {}
    place = 0
    for index, letter in enumerate(format_text):
        if letter == "%":
            continue
        if index == 0 or format_text[index - 1] != "%":
            if text[place : place + 1] != letter:
                return None
            place += 1
        elif letter in "bB":
            names = SHORT_MONTHS if letter == "b" else MONTHS
            end = place
            while end < len(text) and (text[end] in "çÇ" or (text[end].isascii() and text[end].isalpha())):
                end += 1
            if text[place:end].lower() not in names:
                return None
            found["b"], place = names[text[place:end].lower()], end
            if letter == "b" and text[place : place + 1] == ".":
                place += 1
        else:
            end = place
            while end < len(text) and end - place < (4 if letter == "Y" else 2) and is_digits(text[end]):
                end += 1
            digits = text[place:end]
            if not digits or (len(digits) < 2 and (letter == "y" or _touches(format_text, index))):
                return None
            if letter == "Y" and (len(digits) < 4 or digits[0] == "0"):
                return None
            found[letter], place = int(digits), end
    return found if place == len(text) else None


def _touches(format_text: str, index: int) -> bool:
    """Whether another number stands directly beside the directive whose letter is at `index`."""
    before = format_text[max(index - 3, 0) : max(index - 1, 0)]
    after = format_text[index + 1 : index + 3]
    numeric = TWO_DIGITS | {"Y"}
    return any(len(part) == 2 and part[0] == "%" and part[1] in numeric for part in (before, after))


def within_year(text: str, format_text: str, first_day: datetime.date) -> datetime.date | None:
    """The day of the 12 months from `first_day` that the text names, by trying both years."""
    end = _a_year_later(first_day)
    for year in (first_day.year, first_day.year + 1):
        day = date(text, format_text, year)
        if day is not None and first_day <= day < end:
            return day
    return None


def _a_year_later(day: datetime.date) -> datetime.date:
    if (day.month, day.day) == (2, 29):
        return datetime.date(day.year + 1, 3, 1)
    return day.replace(year=day.year + 1)
