"""The naive forecasts that stand beside a model: made of what the history knew of each customer on the day of the score."""

from __future__ import annotations

import numpy as np
import pyarrow.compute as pc

from tasks.score.evaluation.baselines import ageing, base_rate, customer_mean, customer_median, customer_share
from tasks.score.evaluation.inputs import Floats, Forecast, Texts
from tasks.score.fitted.history import Bools, History

SHARES = {0: "late_share", 7: "week_late_share", 30: "month_late_share"}
"""Days of tolerance to the feature that holds the customer's share of receivables later than that."""

_AGES = (("1-30", 0), ("31-60", 30), ("61-90", 60), ("90+", 90))


def naive_forecasts(
    history: History, *, train: Bools, test: Bools, tolerance: int, known_on: np.datetime64, has_days: bool
) -> tuple[Forecast, ...]:
    """Everybody alike, the customer's own past, and ageing, of the `test` points; `train` were known on `known_on`.

    `has_days`: also days late. A tolerance that no feature counts has no customer's share.
    """
    is_late = history.is_late(tolerance, known_on)[train]
    days = history.delay(known_on)[train]
    rows = int(test.sum())
    mean, median = numbers(history, "mean_days")[test], numbers(history, "median_days")[test]
    share = SHARES.get(tolerance)
    own = [] if share is None else [numbers(history, share)[test]]
    found = [
        *(customer_share(late_share=past, mean_days_late=mean, train_is_late=is_late) for past in own),
        *([customer_mean(mean_days_late=mean, train_days_late=days)] if has_days else []),
        *([customer_median(median_days_late=median, train_days_late=days)] if has_days else []),
        ageing(
            train_bucket=_ages(history)[train],
            train_is_late=is_late,
            train_days_late=days,
            bucket=_ages(history)[test],
        ),
        base_rate(train_is_late=is_late, train_days_late=days, rows=rows),
    ]
    return tuple(found if has_days else map(_without_days, found))


def numbers(history: History, feature: str) -> Floats:
    """A feature that is a number, NaN where nothing is known."""
    column = pc.cast(history.features[feature], "float64")
    found: Floats = column.to_numpy(zero_copy_only=False).astype(np.float64)
    return found


def _ages(history: History) -> Texts:
    oldest = np.nan_to_num(numbers(history, "greatest_days_overdue"))
    found = np.full(len(history), "current", dtype="<U8")
    for label, more_than in _AGES:
        found[oldest > more_than] = label
    return found


def _without_days(forecast: Forecast) -> Forecast:
    return Forecast(name=forecast.name, probability=forecast.probability)
