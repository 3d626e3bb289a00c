"""What the strategy says of late payment, in the words of a draft."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from babel import Locale
from babel.numbers import format_decimal

from tasks.consequences.policy import InterestKind
from tasks.consequences.rates import Rates
from tasks.remind.wording import money, percent_sign
from tasks.segment.strategy import Strategy


@dataclass(frozen=True)
class InterestWords:
    """Late interest: `percent` as it is written (`8 %`), empty where none holds today."""

    kind: InterestKind
    country: str
    percent: str


@dataclass(frozen=True)
class TermsWords:
    """Of the strategy's default: interest, fixed compensations per currency, and whether credit may be suspended."""

    interest: InterestWords
    compensations: tuple[str, ...]
    suspends: bool


def terms_words(strategy: Strategy, rates: Rates, *, on: date, locale: Locale) -> TermsWords:
    """The terms of `strategy` as they are on a day."""
    terms = strategy.consequences.default if strategy.consequences else None
    suspends = strategy.credit_policy is not None and any(rule.suspension for rule in strategy.credit_policy.rules)
    if terms is None:
        return TermsWords(InterestWords("none", "", ""), (), suspends)
    interest = terms.late_interest
    today = next((one.percent for one in rates.periods_of(interest) if one.from_on <= on <= one.to_on), None)
    percent = "" if today is None else f"{format_decimal(today.normalize(), locale=locale)}{percent_sign(locale)}"
    compensations = tuple(
        money(amount, currency, locale)
        for currency, amount in sorted((terms.compensation.amount if terms.compensation else {}).items())
    )
    return TermsWords(InterestWords(interest.kind, interest.country or "", percent), compensations, suspends)


def usual_terms_days(days: Sequence[int]) -> int | None:
    """The payment term that most receivables have; None where none has one, the shortest of several that are as usual."""
    counted = Counter(days)
    return min(counted, key=lambda one: (-counted[one], one)) if counted else None


def instalments(total: Decimal, count: int) -> list[Decimal]:
    """`total` in `count` parts of whole cents that add up to it; what does not divide is in the first."""
    part = (total / count).quantize(Decimal("0.01"), rounding="ROUND_DOWN")
    return [total - part * (count - 1), *[part] * (count - 1)]
