"""The quiet days of each country as rows: weekends, public holidays (package `holidays`) and the strategy's own dates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from tasks.public_holidays import public_holidays
from tasks.segment.strategy import QuietDays

HORIZON_DAYS = 400
"""How far ahead `next_action_on` avoids quiet days: more than a year, so that every annual holiday is seen."""

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True)
class QuietDay:
    """A day on which customers of `country` ('' where it is not known) are left alone, and the next day that is not."""

    country: str
    day: date
    why: str
    next_open_on: date


def quiet_days(
    rules: QuietDays, *, company_country: str, customer_countries: Iterable[str], start: date
) -> list[QuietDay]:
    """The quiet days from `start` on, per customer country; weekday names and 'holiday' or 'chosen' say why.

    A country whose holidays the package does not know has weekends only. Regional holidays are not considered.
    """
    company = _holidays(company_country, start) if "company" in rules.holidays else frozenset()
    found: list[QuietDay] = []
    for country in sorted({*customer_countries, ""}):
        own = _holidays(country, start) if "customer" in rules.holidays else frozenset()
        found += _of_country(country, rules, company | own, start)
    return found


def _of_country(country: str, rules: QuietDays, days_off: frozenset[date], start: date) -> Iterator[QuietDay]:
    next_open: date | None = None
    for ahead in range(HORIZON_DAYS, -1, -1):
        day = start + timedelta(days=ahead)
        why = _why(day, rules, days_off)
        if why is None:
            next_open = day
        elif next_open is not None:
            yield QuietDay(country, day, why, next_open)
        elif ahead == 0:
            raise ValueError("a strategy in which every day is quiet passed the model")


def _why(day: date, rules: QuietDays, days_off: frozenset[date]) -> str | None:
    weekday = WEEKDAYS[day.weekday()]
    if weekday in rules.weekdays:
        return weekday
    if day in days_off:
        return "holiday"
    return "chosen" if day in rules.also else None


def _holidays(country: str, start: date) -> frozenset[date]:
    years = range(start.year, (start + timedelta(days=HORIZON_DAYS)).year + 1)
    return public_holidays(country, years)
