"""The cash expected of what is open, as the report shows it: per currency the coming weeks, later, and lost. No personal data.

How the amounts come about: `mart.cash_forecast`, docs/cash-forecast.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

Period = Literal["week", "later", "loss"]
_ROUND_TOPS = tuple(Decimal(step) for step in ("1", "1.2", "1.6", "2", "2.4", "3", "4", "5", "6", "8", "10"))


@dataclass(frozen=True, kw_only=True)
class CashLine:
    """A row of `mart.cash_forecast`: amounts in `currency`; week and interval are None of what is later or lost."""

    currency: str
    period: Period
    week_starts_on: date | None
    expected_amount: Decimal
    low_amount: Decimal | None
    high_amount: Decimal | None
    overdue_amount: Decimal
    due_amount: Decimal
    cumulative_amount: Decimal
    method: str | None


@dataclass(frozen=True, kw_only=True)
class CashWeek:
    """A week: the days that it still has, its amounts, and their heights in the chart (0-100, `CashForecast.top` is 100)."""

    starts_on: date
    ends_on: date
    line: CashLine
    due_height: float
    expected_height: float
    low_height: float
    high_height: float


@dataclass(frozen=True, kw_only=True)
class CashForecast:
    """The forecast of one currency.

    `overdue_amount` is due at once by contract: it is in the first week's `due_amount` and left out of its `due_height`, which it
    would dwarf. `top` is the amount at the chart's upper edge. `is_by_formula`: too few past weeks stand behind the interval.
    """

    currency: str
    weeks: tuple[CashWeek, ...]
    expected_amount: Decimal
    later: Decimal
    lost: Decimal
    due_later: Decimal
    open_amount: Decimal
    overdue_amount: Decimal
    top: Decimal
    is_by_formula: bool


def forecast_of(lines: tuple[CashLine, ...], *, currency: str, as_of: date) -> CashForecast | None:
    """The forecast of a currency out of the rows of all, in the order of their periods; None where nothing is open in it."""
    own = [line for line in lines if line.currency == currency]
    weeks = [line for line in own if line.period == "week"]
    if not weeks:
        return None
    overdue = sum((line.overdue_amount for line in own), Decimal(0))
    due = {id(line): max(line.due_amount - (overdue if line is weeks[0] else 0), Decimal(0)) for line in weeks}
    top = _round_up(max(max(line.high_amount or line.expected_amount, due[id(line)]) for line in weeks))
    return CashForecast(
        currency=currency,
        weeks=tuple(_week(line, due=due[id(line)], top=top, as_of=as_of) for line in weeks),
        expected_amount=sum((line.expected_amount for line in weeks), Decimal(0)),
        later=_sum(own, "later"),
        lost=_sum(own, "loss"),
        due_later=sum((line.due_amount for line in own if line.period != "week"), Decimal(0)),
        open_amount=sum((line.expected_amount for line in own), Decimal(0)),
        overdue_amount=overdue,
        top=top,
        is_by_formula=any(line.method == "formula" for line in weeks),
    )


def _week(line: CashLine, *, due: Decimal, top: Decimal, as_of: date) -> CashWeek:
    monday = line.week_starts_on or as_of

    def height(amount: Decimal | None) -> float:
        return round(float(100 * (line.expected_amount if amount is None else amount) / top), 1)

    return CashWeek(
        starts_on=max(monday, as_of),
        ends_on=monday + timedelta(days=6),
        line=line,
        due_height=height(due),
        expected_height=height(line.expected_amount),
        low_height=height(line.low_amount),
        high_height=height(line.high_amount),
    )


def _sum(lines: list[CashLine], period: Period) -> Decimal:
    return sum((line.expected_amount for line in lines if line.period == period), Decimal(0))


def _round_up(amount: Decimal) -> Decimal:
    """The next amount that reads well on an axis, also its half."""
    if amount <= 0:
        return Decimal(1)
    power = Decimal(10) ** amount.adjusted()
    return next(step for step in _ROUND_TOPS if step * power >= amount) * power
