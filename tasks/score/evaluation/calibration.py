"""Whether foretold probabilities come true: by tenth for the plot, and by month for drift."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from math import sqrt

import numpy as np

from tasks.score.evaluation import metrics
from tasks.score.evaluation.figure import Figure, Interval, why_no_classes
from tasks.score.evaluation.inputs import Bools, Floats, Outcomes

_Z = 1.959964  # two-sided 95 % of the normal distribution


@dataclass(frozen=True, kw_only=True)
class CalibrationBin:
    """One tenth of the rows by probability: mean `foretold`, share `observed` late with its 95 % interval (Wilson 1927)."""

    rows: int
    foretold: float
    observed: float
    interval: Interval


@dataclass(frozen=True, kw_only=True)
class MonthCalibration:
    """The rows scored in one month (`month` is its first day).

    `in_the_large` is observed less foretold share: above 0, more was late than foretold. `slope` of the log-odds is 1 when the
    spread is right, below 1 when the forecast is too sure of itself (Cox 1958).
    """

    month: date
    rows: int
    foretold: float
    observed: float
    in_the_large: Figure
    slope: Figure


def calibration_bins(is_late: Bools, probability: Floats) -> tuple[CalibrationBin, ...]:
    """The tenths that the expected calibration error is over; none where that figure is not defined."""
    if why_no_classes(late=int(is_late.sum()), rows=len(is_late)) is not None:
        return ()
    p = np.clip(probability, 0.0, 1.0)
    tenth = metrics.tenth_of(p)
    bins = (tenth == number for number in range(metrics.BINS))
    return tuple(_bin(is_late[which], p[which]) for which in bins)


def calibration_by_month(outcomes: Outcomes, probability: Floats) -> tuple[MonthCalibration, ...]:
    """Calibration in the large and slope of each month in which rows were scored, oldest first."""
    months = outcomes.scored_on.astype("datetime64[M]")
    return tuple(
        _month(month.astype("datetime64[D]").item(), outcomes.is_late[months == month], probability[months == month])
        for month in np.unique(months)
    )


def wilson(*, hits: int, rows: int) -> Interval:
    """The 95 % interval of a share by Wilson's score; right for few rows and shares near 0 or 1."""
    share, spread = hits / rows, _Z**2 / rows
    middle = (share + spread / 2) / (1 + spread)
    half = _Z * sqrt(share * (1 - share) / rows + spread / (4 * rows)) / (1 + spread)
    return Interval(max(0.0, middle - half), min(1.0, middle + half))


def _bin(is_late: Bools, p: Floats) -> CalibrationBin:
    rows, hits = len(p), int(is_late.sum())
    return CalibrationBin(
        rows=rows, foretold=float(p.mean()), observed=hits / rows, interval=wilson(hits=hits, rows=rows)
    )


def _month(month: date, is_late: Bools, p: Floats) -> MonthCalibration:
    rows = len(p)
    foretold, observed = float(p.mean()), float(is_late.mean())
    reason = why_no_classes(late=int(is_late.sum()), rows=rows)
    none = Figure.none(reason, rows=rows) if reason else None
    return MonthCalibration(
        month=month,
        rows=rows,
        foretold=foretold,
        observed=observed,
        in_the_large=none or Figure.of(observed - foretold, rows=rows),
        slope=none or Figure.of(metrics.calibration_slope(is_late, p), rows=rows),
    )
