"""The report's words in Spanish and English, and how numbers and dates are written in each.

Steps and segments are the company's own names and stay as they are; reasons have their words beside the rules
(`tasks/segment/reasons.yaml`, `tasks/score/reasons.yaml`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Literal

import yaml
from babel import Locale
from babel.dates import format_date, format_interval
from babel.numbers import format_compact_decimal, format_decimal, get_currency_precision

from tasks.duties.kinds import load_kinds
from tasks.parties.words import party_words
from tasks.paths import TEMPLATES
from tasks.remind.wording import NO_BREAK_SPACE, date_long, money
from tasks.report.refusals import refusal
from tasks.score.reasons import reason_text
from tasks.segment.reasons import load_reasons

Language = Literal["es", "en"]
LANGUAGES: tuple[Language, ...] = ("es", "en")
_LOCALES = {"es": "es_ES", "en": "en_GB"}


@dataclass(frozen=True)
class Words:
    """One language's words by key, and its forms of numbers and dates."""

    language: Language
    texts: dict[str, str]

    def __getitem__(self, key: str) -> str:
        return self.texts[key]

    def named(self, kind: str, code: str) -> str:
        """The words for `<kind>_<code>`; a code of the company's own is shown as it is, without underscores."""
        return self.texts.get(f"{kind}_{code}", code.replace("_", " "))

    def step(self, name: str, number: int) -> str:
        """The sentence of a next step."""
        return self[f"next_{name}_one" if number == 1 else f"next_{name}"].format(number=self.number(number))

    def reason(self, code: str) -> str:
        """The words for a decision's reason."""
        found = load_reasons().get(code)
        return found.label.text(self.language) if found else code.replace("_", " ")

    def refusal(self, text: str) -> str:
        """A reason why rows were refused, or what to do about it."""
        return self.texts.get(f"reason_{text}") or refusal(text, self.language)

    def duty(self, code: str) -> str:
        """The words for what we owe."""
        return load_kinds().of(code).label.text(self.language)

    def contact_task(self, code: str) -> str:
        """What to ask a customer for."""
        return party_words().tasks[code].text(self.language)

    def score_reason(self, code: str) -> str:
        """The words for a reason of the score."""
        return reason_text(code, self.language)

    def advice(self, code: str) -> str:
        """What somebody can do about a decision's reason."""
        found = load_reasons().get(code)
        return found.next_step.text(self.language) if found else ""

    def money(self, amount: Decimal, currency: str) -> str:
        """An amount with its currency's decimals: `1.210,50 €`."""
        return money(amount, currency, self._locale)

    def amount(self, amount: Decimal, currency: str) -> str:
        """An amount where the currency is said elsewhere: `1.210,50`."""
        return self.number(amount, get_currency_precision(currency))

    def number(self, value: Decimal | float, decimals: int = 0) -> str:
        """A number with a fixed number of decimals."""
        pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
        return str(format_decimal(value, format=pattern, locale=self._locale))

    def day_count(self, days: Decimal | float) -> str:
        """Whole days: `1 day`, `12 days`."""
        number = self.number(days)
        return self["days_one"] if number == "1" else self["days_many"].format(number=number)

    def percent(self, share: Decimal | float) -> str:
        """A share (0 to 1) as a percentage: `12,5 %`, `12.5%`."""
        return self._percentage(Decimal(share) * 100)

    def day(self, day: date) -> str:
        """A day for running text: `6 de mayo de 2026`."""
        return date_long(day, self._locale)

    def days(self, first: date, last: date) -> str:
        """A span of days without its year: `22–28 jun`."""
        return str(format_interval(first, last, "MMMd", locale=self._locale))

    def short_month(self, day: date) -> str:
        """The month of a day as a chart has room for: `jun`."""
        return str(format_date(day, "MMM", self._locale))

    def about(self, amount: Decimal, currency: str) -> str:
        """An estimate with its currency, without decimals that it does not have: `152.342 EUR`."""
        return f"{self.number(amount)}{NO_BREAK_SPACE}{currency}"

    def compact(self, amount: Decimal) -> str:
        """A round amount where there is little room: `120 M`."""
        return str(format_compact_decimal(amount, locale=self._locale, fraction_digits=1))

    def month(self, day: date) -> str:
        """The month of a day: `abril de 2026`."""
        return str(format_date(day, "MMMM y" if self.language == "en" else "MMMM 'de' y", self._locale))

    def measure(self, value: Decimal, unit: str, currency: str) -> str:
        """A metric in its unit."""
        if unit == "currency":
            return self.money(value, currency)
        if unit == "receivables":
            return self.number(value)
        if unit == "percent":
            return self._percentage(value)
        return f"{self.number(value, 1)} {self['unit_days']}"

    def _percentage(self, value: Decimal) -> str:
        sign = "%" if self.language == "en" else f"{NO_BREAK_SPACE}%"
        return self.number(value, 1) + sign

    @property
    def _locale(self) -> Locale:
        return Locale.parse(_LOCALES[self.language])


def report_language(company_language: str) -> Language:
    """The report's language for a company: its own where there is one, else English."""
    return "es" if company_language == "es" else "en"


@cache
def load_words(language: Language) -> Words:
    """The words of `templates/report/words.<language>.yaml`."""
    path = TEMPLATES / "report" / f"words.{language}.yaml"
    texts = yaml.safe_load(path.read_text(encoding="utf-8"))
    return Words(language, {str(key): str(value) for key, value in texts.items()})
