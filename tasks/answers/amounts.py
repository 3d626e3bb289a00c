"""Reads an amount as people of a language write it; what could mean two amounts is refused."""

from __future__ import annotations

import re
from decimal import Decimal

from babel import Locale
from babel.numbers import get_decimal_symbol

from tasks.contracts.currencies import DECIMALS

_USUAL_DECIMALS = 2
_PLAIN = re.compile(r"(\d{1,14})(?:[.,](\d{1,2}))?", re.ASCII)
_GROUPED = re.compile(r"(\d{1,3}(?P<group>[., '’])\d{3}(?:(?P=group)\d{3}){0,3})(?:[.,](\d{1,2}))?", re.ASCII)


def parse_amount(written: str, locale: Locale, *, currency: str) -> Decimal | None:
    """The amount, at least 0 and with the decimals of `currency`; None where the text is none, or could be two.

    `1210,5`, `1210.50`, `1.210,50` and `1,210.50` mean the same everywhere. `1.210` means 1210 where the point groups, and nothing
    where it is the decimal sign.
    """
    text = written.strip().removesuffix(currency).replace("€", "").replace("$", "").replace("\u00a0", " ").strip()
    found = _PLAIN.fullmatch(text)
    if found is not None:
        whole, decimals = found.group(1), found.group(2) or ""
    else:
        grouped = _GROUPED.fullmatch(text)
        if grouped is None or not _is_clear(text, grouped, locale):
            return None
        whole, decimals = re.sub(r"\D", "", grouped.group(1)), grouped.group(3) or ""
    if len(decimals.rstrip("0")) > DECIMALS.get(currency, _USUAL_DECIMALS):
        return None
    return Decimal(f"{whole}.{decimals or '0'}").quantize(Decimal("0.01"))


def _is_clear(text: str, grouped: re.Match[str], locale: Locale) -> bool:
    group = grouped.group("group")
    if grouped.group(3) is not None:
        return text[grouped.end(1)] != group
    return group != get_decimal_symbol(locale) or text.count(group) > 1
