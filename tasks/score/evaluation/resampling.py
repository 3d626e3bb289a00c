"""95 % intervals of AUC and average precision by resampling customers, because invoices of one customer are alike.

Drawing a customer k times is giving its rows the weight k, so rows are sorted once and each repetition is a few sums: the
figures are the same as those of the drawn rows themselves.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tasks.score.evaluation.figure import Interval
from tasks.score.evaluation.inputs import Bools, Floats, Ints, Texts

REPETITIONS = 200


@dataclass(frozen=True)
class RankIntervals:
    """Intervals of the two figures of ranking."""

    auc: Interval
    average_precision: Interval


def resample_customers(
    is_late: Bools, probability: Floats, customer: Texts, *, repetitions: int = REPETITIONS, seed: int = 0
) -> RankIntervals | None:
    """The 2.5 and 97.5 percentiles over `repetitions` draws of as many customers as there are, with replacement.

    The draws are those of the reference baselines: customers in the order of their first row, `default_rng(seed)`. A draw
    without a late or without a punctual row is left out; None when nothing is left.
    """
    code, customers = _codes(customer)
    order = np.argsort(-probability, kind="stable")
    sorted_probability, late, code = probability[order], is_late[order].astype(np.float64), code[order]
    # The last row of each group of equal probability: ranking is undefined within a group.
    ends = np.append(np.flatnonzero(np.diff(sorted_probability)), len(order) - 1)
    rng = np.random.default_rng(seed)
    aucs: list[float] = []
    precisions: list[float] = []
    for _ in range(repetitions):
        drawn = rng.integers(0, customers, customers)
        weight = np.bincount(drawn, minlength=customers)[code].astype(np.float64)
        found = np.cumsum(weight * late)[ends]
        worked = np.cumsum(weight)[ends]
        if 0 < found[-1] < worked[-1]:
            aucs.append(_auc(found, worked - found))
            precisions.append(_average_precision(found, worked))
    if not aucs:
        return None
    return RankIntervals(_ends(aucs), _ends(precisions))


def _codes(customer: Texts) -> tuple[Ints, int]:
    names, first, inverse = np.unique(customer, return_index=True, return_inverse=True)
    place = np.empty(len(names), dtype=np.int64)
    place[np.argsort(first, kind="stable")] = np.arange(len(names))
    return place[inverse], len(names)


def _auc(late: Floats, punctual: Floats) -> float:
    heights = np.append(0.0, late)
    widths = np.diff(np.append(0.0, punctual))
    return float((widths * (heights[1:] + heights[:-1])).sum() / 2.0 / (late[-1] * punctual[-1]))


def _average_precision(late: Floats, worked: Floats) -> float:
    steps = np.diff(np.append(0.0, late))
    has_weight = worked > 0
    return float((steps[has_weight] * late[has_weight] / worked[has_weight]).sum() / late[-1])


def _ends(values: list[float]) -> Interval:
    low, high = np.percentile(values, (2.5, 97.5))
    return Interval(float(low), float(high))
