"""What users would do instead of a model, as forecasts beside it: base rate, the customer's own past, and ageing.

Each takes plain arrays that were computed point in time, and falls back to the training rows where a customer has no past.
"""

from __future__ import annotations

import numpy as np

from tasks.score.evaluation.inputs import Bools, Floats, Forecast, Texts

LEAST_IN_BUCKET = 20
"""Training rows below which a bucket's own rate is not used."""


def base_rate(*, train_is_late: Bools, train_days_late: Floats, rows: int) -> Forecast:
    """Everybody alike: the late share of the training rows and their median days late (early is 0)."""
    days = _median(train_days_late)
    return Forecast(
        name="base_rate",
        probability=np.full(rows, train_is_late.mean()),
        days_late=None if days is None else np.full(rows, days),
    )


def customer_share(*, late_share: Floats, mean_days_late: Floats | None, train_is_late: Bools) -> Forecast:
    """The late share of what the customer had settled (NaN without any: the base rate), and its mean days late."""
    days = None if mean_days_late is None else _filled(np.maximum(mean_days_late, 0.0), 0.0)
    return Forecast(name="customer_share", probability=_filled(late_share, float(train_is_late.mean())), days_late=days)


def customer_mean(*, mean_days_late: Floats, train_days_late: Floats) -> Forecast:
    """The mean days late of what the customer had settled; without any, the training rows' mean."""
    known = np.maximum(train_days_late[~np.isnan(train_days_late)], 0.0)
    fallback = float(known.mean()) if len(known) else 0.0
    return Forecast(name="customer_mean", days_late=_filled(np.maximum(mean_days_late, 0.0), fallback))


def customer_median(*, median_days_late: Floats, train_days_late: Floats) -> Forecast:
    """The median days late of what the customer had settled; without any, the training rows' median."""
    fallback = _median(train_days_late) or 0.0
    return Forecast(name="customer_median", days_late=_filled(np.maximum(median_days_late, 0.0), fallback))


def ageing(*, train_bucket: Texts, train_is_late: Bools, train_days_late: Floats, bucket: Texts) -> Forecast:
    """Business as usual: who already owes something overdue will be late again.

    `bucket` is the age of the customer's oldest overdue item when the row was scored (`current` without any). Its rate is the
    late share of the training rows in the same bucket, the base rate where they are fewer than `LEAST_IN_BUCKET`; its days
    late are their median.
    """
    probability = np.full(len(bucket), train_is_late.mean())
    days = np.full(len(bucket), _median(train_days_late) or 0.0)
    for label in np.unique(bucket):
        seen = train_bucket == label
        if seen.sum() >= LEAST_IN_BUCKET:
            probability[bucket == label] = train_is_late[seen].mean()
            days[bucket == label] = _median(train_days_late[seen]) or 0.0
    return Forecast(name="ageing", probability=probability, days_late=days)


def _median(days_late: Floats) -> float | None:
    known = np.maximum(days_late[~np.isnan(days_late)], 0.0)
    return float(np.median(known)) if len(known) else None


def _filled(values: Floats, fallback: float) -> Floats:
    return np.where(np.isnan(values), fallback, values)
