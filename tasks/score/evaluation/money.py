"""Figures in money: how much of the late money a collector reaches who can work so many receivables a day.

Receivables are worked by money at risk, probability times amount. Money of different currencies is never compared, so a
currency is worked as if it were the only one, with the whole capacity.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tasks.score.evaluation.figure import MINIMUM_ROWS, Figure, Reason
from tasks.score.evaluation.inputs import Bools, Floats, Ints, Outcomes

CAPACITY = 30
"""Receivables that one collector works on a day, unless told otherwise: sixteen minutes for each of eight hours."""
GAIN_POINTS = 40


@dataclass(frozen=True)
class GainCurve:
    """Share of the late money `found` when the share `worked` of the receivables is worked in a forecast's order; from 0 to 1."""

    name: str
    currency: str
    worked: tuple[float, ...]
    found: tuple[float, ...]

    def at(self, share: float) -> float:
        """The share found at a share worked, between the points linearly."""
        return float(np.interp(share, self.worked, self.found))


def late_money_recall(outcomes: Outcomes, probability: Floats, *, currency: str, capacity: int = CAPACITY) -> Figure:
    """Share of a currency's late money among the `capacity` receivables of each scored day with most money at risk."""
    of_currency = outcomes.currency == currency
    rows = outcomes.take(of_currency)
    amount = _amounts(rows)
    late_money = np.where(rows.is_late, amount, 0.0)
    if len(rows) < MINIMUM_ROWS:
        return Figure.none(Reason.TOO_FEW_ROWS, rows=len(rows))
    if late_money.sum() <= 0:
        return Figure.none(Reason.NO_LATE_MONEY, rows=len(rows))
    worked = _worked_each_day(rows, probability[of_currency] * amount, capacity)
    return Figure.of(late_money[worked].sum() / late_money.sum(), rows=len(rows))


def best_possible_recall(outcomes: Outcomes, *, currency: str, capacity: int = CAPACITY) -> Figure:
    """The same for somebody who knew what would be late: no forecast reaches more with that capacity."""
    return late_money_recall(outcomes, outcomes.is_late.astype(np.float64), currency=currency, capacity=capacity)


def gain_curve(
    outcomes: Outcomes, probability: Floats, *, name: str, currency: str, points: int = GAIN_POINTS
) -> GainCurve | None:
    """The curve over all test rows of a currency, at `points` equal steps of receivables; None without late money."""
    of_currency = outcomes.currency == currency
    rows = outcomes.take(of_currency)
    amount = _amounts(rows)
    late_money = np.where(rows.is_late, amount, 0.0)
    if late_money.sum() <= 0:
        return None
    order = np.argsort(-(probability[of_currency] * amount), kind="stable")
    found = np.append(0.0, np.cumsum(late_money[order]) / late_money.sum())
    places = np.unique(np.round(np.linspace(0, len(order), points + 1)).astype(np.int64))
    worked = places / len(order)
    return GainCurve(name, currency, tuple(map(float, worked)), tuple(map(float, np.minimum(found[places], 1.0))))


def _amounts(rows: Outcomes) -> Floats:
    return np.maximum(rows.amount, 0.0)  # a credit note is nothing to collect


def _worked_each_day(rows: Outcomes, at_risk: Floats, capacity: int) -> Bools:
    day: Ints = rows.scored_on.astype("datetime64[D]").astype(np.int64)
    order = np.lexsort((-at_risk, day))
    day_sorted = day[order]
    place_in_day = np.arange(len(order)) - np.searchsorted(day_sorted, day_sorted, side="left")
    worked = np.zeros(len(order), dtype=np.bool_)
    worked[order[place_in_day < capacity]] = True
    return worked
