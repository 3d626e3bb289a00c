"""The trees of a model: their form and number, and growing them on chosen rows. What is learnt from which rows is in `training`."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import xgboost as xgb

from tasks.score.features import feature_place
from tasks.score.fitted.history import Bools
from tasks.score.fitted.model import (
    Calibration,
    Classifier,
    Floats,
    Inputs,
    columns_of,
    matrix,
    odds_of,
    said,
    starts_of,
)
from tasks.score.fitted.targets import QUANTILES, Population, Target

LEAST_ROWS = 400
"""Fewer known outcomes than this, and the points scorecard stays: trees of 40 receivables a leaf need some."""

MOST_ROWS = 400_000
"""More points than this are thinned evenly: more did not lower the error, and training should stay within minutes."""

MOST_QUANTILE_ROWS = 60_000
"""The same for the quantiles, whose leaves are costlier to fill."""

RARE_SHARE = 0.01
"""What a share is drawn to with the weight of one receivable, so that what never happened is not foretold as impossible."""

_COMMON: Mapping[str, object] = {
    "tree_method": "hist",
    "grow_policy": "lossguide",
    "max_depth": 0,
    "max_bin": 256,
    "subsample": 0.8,
    "nthread": 2,
    "seed": 7,
}
SHAPES: Mapping[Population, tuple[Mapping[str, object], int]] = {
    Population.KNOWN: (
        {"max_leaves": 31, "eta": 0.04, "colsample_bytree": 0.3, "min_child_weight": 10, "reg_lambda": 20},
        300,
    ),
    Population.NEWCOMER: (
        # Slowly: newcomers are few, and what a quicker booster learns of them varies with the seed.
        {"max_leaves": 15, "eta": 0.02, "colsample_bytree": 0.5, "min_child_weight": 20, "reg_lambda": 10},
        300,
    ),
}
SMALL_ROWS = 5_000
"""With fewer rows than this trees stay small and few: larger ones learnt a small ledger by heart, and were worse calibrated."""

_SMALL: Mapping[str, object] = {"max_leaves": 4, "eta": 0.05}
_SMALL_ROUNDS = 80

_QUANTILE_SHAPE: Mapping[str, object] = {
    "objective": "reg:quantileerror",
    "quantile_alpha": np.array(QUANTILES),
    "max_leaves": 31,
    "eta": 0.05,
    "colsample_bytree": 0.3,
    "min_child_weight": 20,
    "reg_lambda": 1,
}
QUANTILE_ROUNDS = 150

_LEVEL = feature_place("base_weekday_late_share")
"""The present level of lateness, from which the trees of customers with history start."""


def is_enough(late: Bools, rows: Bools) -> bool:
    """Whether trees can learn from `rows`: enough of them, and of both kinds."""
    return bool(rows.sum() >= LEAST_ROWS and 0 < late[rows].sum() < rows.sum())


def boost(
    inputs: Inputs, late: Bools, rows: Bools, *, target: Target, population: Population, all_rows: Bools
) -> Classifier:
    """An uncalibrated classifier of one population; one that is too small learns from all rows, and is constant where these are."""
    chosen = rows if is_enough(late, rows) else all_rows
    places = _thinned(chosen, MOST_ROWS)
    columns = said(columns_of(population, target), inputs[places])
    start = odds_of((float(late[places].sum()) + RARE_SHARE) / (len(places) + 1))
    start_column = _LEVEL if (target, population) == (Target.LATE, Population.KNOWN) else None
    shape, rounds = _shape_of(population, len(places))
    if not is_enough(late, chosen):
        rounds = 0
    data = matrix(inputs[places], columns, late[places].astype(np.float64))
    # The start is ours: a base_score of the library's own is stored in single precision.
    data.set_base_margin(starts_of(inputs[places], start, start_column))
    booster = xgb.train({**_COMMON, **shape, "objective": "binary:logistic", "base_score": 0.5}, data, rounds)
    return Classifier(booster, start, start_column, Calibration(), columns)


def _shape_of(population: Population, rows: int) -> tuple[Mapping[str, object], int]:
    """Form and number of the trees for so many rows."""
    shape, rounds = SHAPES[population]
    return (shape, rounds) if rows >= SMALL_ROWS else ({**shape, **_SMALL}, min(rounds, _SMALL_ROUNDS))


def boost_delays(inputs: Inputs, delay: Floats, rows: Bools, columns: tuple[int, ...]) -> xgb.Booster:
    """A booster of the quantiles of the days to payment."""
    places = _thinned(rows, MOST_QUANTILE_ROWS)
    data = matrix(inputs[places], columns, delay[places])
    return xgb.train({**_COMMON, **_QUANTILE_SHAPE}, data, QUANTILE_ROUNDS)


def _thinned(rows: Bools, most: int) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    """Places of at most `most` of the rows, evenly over their order, so that the same rows give the same choice."""
    places = np.flatnonzero(rows)
    return places if len(places) <= most else places[np.linspace(0, len(places) - 1, most).astype(np.intp)]
