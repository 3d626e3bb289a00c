"""Figures with their arithmetic, for messages and for `puntual explain`, in the reader's language and way of writing numbers.

`10.000,00 € × 7,75 % × 39 / 365 = 82,81 €`. Several stretches are shown with four decimals, because only their sum is rounded.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path

from babel import Locale
from babel.numbers import format_decimal

from tasks.consequences.claim import DAYS_OF_YEAR, Claim, InterestPeriod
from tasks.consequences.read import Discount
from tasks.remind.local_words import our_words
from tasks.remind.wording import date_short, money, percent
from tasks.settings.strict import Strict
from tasks.settings.yaml_file import read_yaml


class _Phrase(Strict):
    es: str
    en: str
    pt: str


class _Phrases(Strict):
    late_interest: _Phrase
    compensation: _Phrase
    fee: _Phrase
    discount: _Phrase


@cache
def _phrases() -> _Phrases:
    return _Phrases.model_validate(read_yaml(Path(__file__).with_name("words.yaml")))


def claim_lines(claim: Claim, *, document: str, locale: Locale) -> tuple[str, ...]:
    """What is claimed, then how it comes about, a line each."""
    gaps = {"document": document}
    if claim.periods:
        first, last = claim.periods[0], claim.periods[-1]
        gaps |= {"from_on": date_short(first.from_on, locale), "to_on": date_short(last.to_on, locale)}
    phrase: _Phrase = getattr(_phrases(), claim.kind)
    title = _in(phrase, locale).format(**gaps)
    return (f"{title}: {money(claim.amount, claim.currency, locale)}", *arithmetic_lines(claim, locale))


def arithmetic_lines(claim: Claim, locale: Locale) -> tuple[str, ...]:
    """How the amount comes about; nothing for what is one sum by itself."""
    total = money(claim.amount, claim.currency, locale)
    if len(claim.periods) == 1:
        return (f"{_term(claim.periods[0], claim.currency, locale)} = {total}",)
    if claim.periods:
        lines = [
            f"{_term(period, claim.currency, locale)} = {_four_decimals(period, locale)}" for period in claim.periods
        ]
        shown = " + ".join(_four_decimals(period, locale) for period in claim.periods)
        return (*lines, f"{shown} = {total}")
    if len(claim.fees) > 1:
        return (" + ".join(money(fee.amount, claim.currency, locale) for fee in claim.fees) + f" = {total}",)
    return ()


def discount_line(discount: Discount, *, document: str, locale: Locale) -> str:
    """The offer with its last day, the amount then due, and what not taking it costs a year."""
    return _in(_phrases().discount, locale).format(
        document=document,
        last_day=date_short(discount.last_day, locale),
        discount=money(discount.discount_amount, discount.currency, locale),
        percent=percent(discount.percent, locale),
        amount_due=money(discount.amount_due, discount.currency, locale),
        open_amount=money(discount.open_amount, discount.currency, locale),
        yearly=percent(Decimal(discount.yearly_cost_percent).quantize(Decimal("0.1"), ROUND_HALF_UP), locale),
    )


def _term(period: InterestPeriod, currency: str, locale: Locale) -> str:
    balance, rate = money(period.balance, currency, locale), percent(period.percent, locale)
    return f"{balance} × {rate} × {period.days} / {DAYS_OF_YEAR}"


def _four_decimals(period: InterestPeriod, locale: Locale) -> str:
    exact = Decimal(period.exact.numerator) / Decimal(period.exact.denominator)
    return format_decimal(exact.quantize(Decimal("0.0001"), ROUND_HALF_UP), "#,##0.0000", locale)


def _in(phrase: _Phrase, locale: Locale) -> str:
    """The phrase in the reader's language and his country's words for it, the same as in the messages around it."""
    usual = {"es": phrase.es, "pt": phrase.pt}.get(locale.language, phrase.en)
    return our_words(f"{locale.language}-{locale.territory}").said(usual)
