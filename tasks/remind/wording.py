"""How amounts and dates are written for a reader of a language in a country. Babel (CLDR) knows; nothing is decided here."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.numbers import NumberPattern, format_decimal, get_currency_precision, get_currency_symbol, parse_pattern

NO_BREAK_SPACE = "\u00a0"
# Signs that mean one currency only. "$" means at least twenty, so pesos are written with their code.
_UNMISTAKABLE = {"EUR": "€", "GBP": "£"}
_FALLBACK = {"en": "en_GB", "es": "es_ES", "pt": "pt_PT"}


@lru_cache(maxsize=256)
def locale_of(*, language: str, country: str) -> Locale:
    """The locale of a language in a country: `es_MX`; where CLDR has no such pair, the language's European form."""
    try:
        return Locale.parse(f"{language}_{country}")
    except (UnknownLocaleError, ValueError):
        return Locale.parse(_FALLBACK.get(language, language))


@lru_cache(maxsize=65_536)
def date_short(day: date, locale: Locale) -> str:
    """A date with the month in letters where the locale's usual form has them: `2 nov 2026`."""
    return format_date(day, "medium", locale)


@lru_cache(maxsize=4_096)
def date_long(day: date, locale: Locale) -> str:
    """A date for running text: `2 de noviembre de 2026`."""
    return format_date(day, "long", locale)


@lru_cache(maxsize=8_192)
def money(amount: Decimal, currency: str, locale: Locale) -> str:
    """An amount with the currency's own number of decimals: `1.210,50 €`, `1,210.50 MXN`, `1.234.567 CLP`."""
    form = _money_form(currency, locale)
    return str(form.pattern.apply(amount, locale, currency=currency, currency_digits=True)) + form.suffix


def percent(number: Decimal, locale: Locale) -> str:
    """A percentage with two to four decimals: `7,75 %`, `7.75%`."""
    return format_decimal(number, "#,##0.00##", locale) + percent_sign(locale)


def percent_sign(locale: Locale) -> str:
    """The sign behind a percentage: after a space that keeps the line together where the language sets one (Spanish of Spain)."""
    return str(locale.percent_formats[None].pattern).lstrip("#,0")


class _MoneyForm:
    """The compiled pattern of one currency in one locale, and what follows the number."""

    def __init__(self, currency: str, locale: Locale) -> None:
        pattern: NumberPattern = locale.currency_formats["standard"]
        sign = _UNMISTAKABLE.get(currency)
        if sign is not None and get_currency_symbol(currency, locale) == sign:
            self.pattern, self.suffix = pattern, ""
        else:
            bare = pattern.pattern.split(";")[0].replace("¤", "").strip(f" {NO_BREAK_SPACE}")
            digits = get_currency_precision(currency)
            integer = bare.split(".")[0]
            self.pattern = parse_pattern(integer + ("." + "0" * digits if digits else ""))
            self.suffix = NO_BREAK_SPACE + currency


@lru_cache(maxsize=512)
def _money_form(currency: str, locale: Locale) -> _MoneyForm:
    return _MoneyForm(currency, locale)
