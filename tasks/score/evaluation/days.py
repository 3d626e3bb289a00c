"""Figures in days: the error of expected days late, and how often the outcome lies within the foretold interval."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tasks.score.evaluation.figure import MINIMUM_ROWS, Figure, Reason
from tasks.score.evaluation.inputs import Floats, Forecast


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """Share of the known days late within the interval of `level`, before it and after it, and how wide it is on average.

    What is unpaid when the data end lies after the interval once its days so far do; until then it is `unknown` and in no
    share.
    """

    level: float
    within: Figure
    below: Figure
    above: Figure
    mean_days_wide: Figure
    unknown: int


def mean_error(days_late: Floats, foretold: Floats | None) -> Figure:
    """Mean absolute error in days: early payment counts as 0 days late on both sides, unknown outcomes are left out."""
    known = ~np.isnan(days_late)
    rows = int(known.sum())
    if foretold is None:
        return Figure.none(Reason.NO_DAYS, rows=rows)
    if rows < MINIMUM_ROWS:
        return Figure.none(Reason.TOO_FEW_ROWS, rows=rows)
    errors = np.abs(np.maximum(days_late[known], 0.0) - np.maximum(foretold[known], 0.0))
    return Figure.of(errors.mean(), rows=rows)


def coverage(days_late: Floats, forecast: Forecast, days_so_far: Floats | None = None) -> Coverage:
    """How the signed days late of the rows that can be judged lie to the interval, whose ends belong to it."""
    low, high = forecast.low, forecast.high
    days = days_late
    if high is not None and days_so_far is not None:
        days = np.where(np.isnan(days_late) & (days_so_far > high), days_so_far, days_late)
    known = ~np.isnan(days)
    rows, unknown = int(known.sum()), int((~known).sum())
    if low is None or high is None or rows < MINIMUM_ROWS:
        reason = Reason.TOO_FEW_ROWS if low is not None else Reason.NO_INTERVAL
        none = Figure.none(reason, rows=rows)
        return Coverage(level=forecast.level, within=none, below=none, above=none, mean_days_wide=none, unknown=unknown)
    days, low, high = days[known], low[known], high[known]
    return Coverage(
        level=forecast.level,
        within=Figure.of(((days >= low) & (days <= high)).mean(), rows=rows),
        below=Figure.of((days < low).mean(), rows=rows),
        above=Figure.of((days > high).mean(), rows=rows),
        mean_days_wide=Figure.of((high - low).mean(), rows=rows),
        unknown=unknown,
    )
