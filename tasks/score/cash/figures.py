"""The figures of a back-test of the cash forecast, and their form in JSON. Amounts are in the currency of their figure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tasks.score.evaluation.as_json import Json

HORIZONS = ((1, 1), (2, 4), (5, 8), (9, 13))
"""Whole weeks ahead, first and last, over which errors are shown together."""

ALL_WEEKS = (HORIZONS[0][0], HORIZONS[-1][1])
"""The span of all of them."""


@dataclass(frozen=True)
class WeekOutcome:
    """What was forecast on `made_on` for the week `week_number` weeks ahead, by Puntual and by naive plans, and what came.

    `due`: everything comes in the week of its due date, what is overdue at once. `late_as_usual`: each customer's mean days late
    after its due date, what that has passed at once. `average`: the mean of the last 13 weeks' collections.
    """

    made_on: date
    currency: str
    week_number: int
    actual: float
    expected: float
    low: float
    high: float
    due: float
    late_as_usual: float
    average: float


@dataclass(frozen=True)
class Error:
    """How far off a forecast was; None where nothing came.

    `absolute`: weighted absolute percentage error, sum of misses over sum of actual amounts; `bias`: the same with signs,
    positive when too much was forecast.
    """

    absolute: float | None
    bias: float | None


@dataclass(frozen=True)
class CashFigures:
    """One currency and span of weeks ahead.

    `weeks`: how many were judged; `coverage`: share of them within the 80 % interval; `width`: mean width of the interval over
    the mean actual amount; then the errors of the forecast and of each naive plan.
    """

    currency: str
    first_week: int
    last_week: int
    weeks: int
    actual_amount: float
    coverage: float
    width: float | None
    forecast: Error
    due: Error
    late_as_usual: Error
    average: Error


@dataclass(frozen=True)
class CashBacktest:
    """The figures, the days that forecasts were made on (evenings before a Monday), and the outcomes behind them.

    `by_model`: the same days, from `trained_on` on, with the days to payment of a fitted model; None without one.
    """

    days: tuple[date, ...]
    figures: tuple[CashFigures, ...]
    outcomes: tuple[WeekOutcome, ...]
    by_model: ModelCash | None = None


@dataclass(frozen=True)
class ModelCash:
    """The forecast with the days to payment of a model that knew no outcome after `trained_on`, and by habits on the same days."""

    trained_on: date
    fitted: CashBacktest
    habits: CashBacktest


def summarised(days: Sequence[date], outcomes: Sequence[WeekOutcome]) -> CashBacktest:
    """Figures per currency, for each of `HORIZONS` and over all weeks; currencies are never added."""
    figures = []
    for currency in sorted({outcome.currency for outcome in outcomes}):
        for first, last in (*HORIZONS, ALL_WEEKS):
            chosen = [o for o in outcomes if o.currency == currency and first <= o.week_number <= last]
            if chosen:
                figures.append(_figures(currency, first, last, chosen))
    return CashBacktest(tuple(days), tuple(figures), tuple(outcomes))


def _figures(currency: str, first: int, last: int, outcomes: Sequence[WeekOutcome]) -> CashFigures:
    actual = [outcome.actual for outcome in outcomes]
    total = sum(actual)
    return CashFigures(
        currency=currency,
        first_week=first,
        last_week=last,
        weeks=len(outcomes),
        actual_amount=total,
        coverage=sum(o.low <= o.actual <= o.high for o in outcomes) / len(outcomes),
        width=sum(o.high - o.low for o in outcomes) / total if total else None,
        forecast=_error(actual, [o.expected for o in outcomes]),
        due=_error(actual, [o.due for o in outcomes]),
        late_as_usual=_error(actual, [o.late_as_usual for o in outcomes]),
        average=_error(actual, [o.average for o in outcomes]),
    )


def _error(actual: Sequence[float], forecast: Sequence[float]) -> Error:
    total = sum(actual)
    if not total:
        return Error(None, None)
    misses = [said - came for said, came in zip(forecast, actual, strict=True)]
    return Error(sum(map(abs, misses)) / total, sum(misses) / total)


def as_json(backtest: CashBacktest) -> dict[str, Json]:
    """The days and figures as plain values, rounded to four decimals; None where a figure does not exist."""
    made: dict[str, Json] = {
        "days": [day.isoformat() for day in backtest.days],
        "figures": [
            {
                "currency": item.currency,
                "first_week": item.first_week,
                "last_week": item.last_week,
                "weeks": item.weeks,
                "actual_amount": round(item.actual_amount, 2),
                "interval_coverage": round(item.coverage, 4),
                "interval_width": _rounded(item.width),
                "forecast": _error_json(item.forecast),
                "naive": {
                    "due_date": _error_json(item.due),
                    "due_date_and_mean_delay": _error_json(item.late_as_usual),
                    "average_of_13_weeks": _error_json(item.average),
                },
            }
            for item in backtest.figures
        ],
    }
    if backtest.by_model is not None:
        made["by_model"] = {
            "trained_on": backtest.by_model.trained_on.isoformat(),
            "fitted": as_json(backtest.by_model.fitted),
            "habits": as_json(backtest.by_model.habits),
        }
    return made


def _error_json(error: Error) -> dict[str, Json]:
    return {"weighted_absolute_percentage_error": _rounded(error.absolute), "bias": _rounded(error.bias)}


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
