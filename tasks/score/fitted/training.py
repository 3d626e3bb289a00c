"""Fits the boosters of a model to past points, and calibrates them on months that they have not seen.

The choice of the library, the size of the trees and the split by history were made on measured results:
docs/decisions/0005-boosted-trees-and-newcomers.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np
import xgboost as xgb
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

from tasks.score.features import feature_place
from tasks.score.fitted.disclosure import rounded_amounts, shared_codes
from tasks.score.fitted.history import Bools, History, as_inputs, pooled, texts_of
from tasks.score.fitted.model import (
    Calibration,
    Classifier,
    DelayQuantiles,
    FittedModel,
    Floats,
    Inputs,
    by_population,
    columns_of,
    matrix,
    odds_of,
    starts_of,
)
from tasks.score.fitted.shift import level_shift
from tasks.score.fitted.targets import (
    DEFAULT_DAYS,
    LEAST_DAYS,
    MOST_DAYS,
    QUANTILES,
    Population,
    Target,
)
from tasks.settings.score import Windows

LEAST_ROWS = 400
"""Fewer known outcomes than this, and the points scorecard stays: trees of 40 receivables a leaf need some."""

MOST_ROWS = 400_000
"""More points than this are thinned evenly: more did not lower the error, and training should stay within minutes."""

MOST_QUANTILE_ROWS = 60_000
"""The same for the quantiles, whose leaves are costlier to fill."""

RARE_SHARE = 0.01
"""What a share is drawn to with the weight of one receivable, so that what never happened is not foretold as impossible."""

FOLDS = (0.60, 0.80)
"""Shares of the training points, by day, after which the walk forward fits anew and foretells what follows."""

LEAST_CALIBRATION = 100
"""Foretold outcomes of the rarer kind below which no slope is fitted."""

_COMMON: Mapping[str, object] = {
    "tree_method": "hist",
    "grow_policy": "lossguide",
    "max_depth": 0,
    "max_bin": 256,
    "subsample": 0.8,
    "nthread": 2,
    "seed": 7,
}
_SHAPES: Mapping[Population, tuple[Mapping[str, object], int]] = {
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
_QUANTILE_ROUNDS = 150

_LEVEL = feature_place("base_weekday_late_share")
"""The present level of lateness, from which the trees of customers with history start."""

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Recipe:
    """What a model is fitted for: tolerances in days, how lateness is counted, and what its features are made with."""

    tolerances: tuple[int, int] = (0, 7)
    working_days: bool = False
    branch: str | None = None
    attributes: tuple[str, ...] = ()
    calendar: str | None = None
    windows: Windows = field(default_factory=Windows)

    def days_of(self, target: Target) -> int:
        """Days late from which a receivable is what the target says."""
        return {
            Target.LATE: self.tolerances[0],
            Target.VERY_LATE: self.tolerances[1],
            Target.DEFAULT: DEFAULT_DAYS,
        }[target]


class TooShort(ValueError):
    """The history cannot carry a model; the text says what is missing."""


def fit(
    history: History,
    known_on: date,
    recipe: Recipe,
    *,
    name: str,
    others: Sequence[History] = (),
    progress: Progress = lambda _: None,
) -> FittedModel:
    """A model from what was known on the morning of `known_on`: outcomes that every receivable alike could have had by then.

    The same history gives the same model. `others`: histories of companies that share it, learnt from in the same way.

    Raises:
        TooShort: too few outcomes, or none late, or none in time.
    """
    day = np.datetime64(known_on)
    codes = (shared_codes if others else texts_of)(history, history.scored_on < day)
    if others:
        history = pooled((history, *others))
    seen = history.scored_on < day
    inputs = as_inputs(history, codes)
    if others:
        inputs = rounded_amounts(inputs)
    classifiers: dict[tuple[Target, Population], Classifier] = {}
    for target in Target:
        progress(f"fitting {target.value.replace('_', ' ')}")
        classifiers |= _fit_target(history, inputs, day, target=target, days=recipe.days_of(target))
    progress("fitting days to payment")
    return FittedModel(
        name=name,
        trained_on=known_on,
        tolerances=recipe.tolerances,
        working_days=recipe.working_days,
        branch=recipe.branch,
        attributes=recipe.attributes,
        calendar=recipe.calendar,
        windows=recipe.windows,
        codes=codes,
        classifiers=classifiers,
        delays=_fit_delays(history, inputs, day),
        rows=int(seen.sum()),
        companies=1 + len(others),
    )


def usable(history: History, days: int, known_on: np.datetime64, *, target: Target) -> Bools:
    """Points whose outcome is known by `known_on` and still was a question when they were scored."""
    limit = DEFAULT_DAYS if target is Target.DEFAULT else 0
    return history.is_mature(days, known_on) & (history.scored_on < known_on) & (history.days_overdue <= limit)


def _fit_target(
    history: History, inputs: Inputs, known_on: np.datetime64, *, target: Target, days: int
) -> Iterator[tuple[tuple[Target, Population], Classifier]]:
    late = history.is_late(days)
    rows = usable(history, days, known_on, target=target)
    # Nobody who was ever 90 days late is no reason to do without a model: then that target has a constant probability.
    if target is Target.LATE and not _is_enough(late, rows):
        raise TooShort(
            f"{int(rows.sum())} receivables have a known outcome ({int(late[rows].sum())} of them more than {days} days late); "
            f"a model needs at least {LEAST_ROWS}, of both kinds"
        )
    foretold = _walk_forward(history, inputs, known_on, target=target, days=days)
    for population, members in by_population(history.has_history):
        own = rows & members & _learnt_from(history, target, population)
        fitted = _boost(inputs, late, own, target=target, population=population, all_rows=rows)
        yield (target, population), replace(fitted, calibration=_calibrate(foretold, late, members))


def _learnt_from(history: History, target: Target, population: Population) -> Bools:
    """Of newcomers, whether they will be late is learnt once, at the issue of the receivable.

    What is seen of it later hardly differs, and who pays late is seen more often.
    """
    if population is Population.NEWCOMER and target is not Target.DEFAULT:
        return history.is_at_issue
    return np.ones(len(history), dtype=bool)


def _is_enough(late: Bools, rows: Bools) -> bool:
    """Whether trees can learn from `rows`: enough of them, and of both kinds."""
    return bool(rows.sum() >= LEAST_ROWS and 0 < late[rows].sum() < rows.sum())


def _boost(
    inputs: Inputs, late: Bools, rows: Bools, *, target: Target, population: Population, all_rows: Bools
) -> Classifier:
    """An uncalibrated classifier of one population; one that is too small learns from all rows, and is constant where these are."""
    chosen = rows if _is_enough(late, rows) else all_rows
    places = _thinned(chosen, MOST_ROWS)
    columns = columns_of(population, target)
    start = odds_of((float(late[places].sum()) + RARE_SHARE) / (len(places) + 1))
    start_column = _LEVEL if (target, population) == (Target.LATE, Population.KNOWN) else None
    shape, rounds = _shape_of(population, len(places))
    if not _is_enough(late, chosen):
        rounds = 0
    data = matrix(inputs[places], columns, late[places].astype(np.float64))
    # The start is ours: a base_score of the library's own is stored in single precision.
    data.set_base_margin(starts_of(inputs[places], start, start_column))
    booster = xgb.train({**_COMMON, **shape, "objective": "binary:logistic", "base_score": 0.5}, data, rounds)
    return Classifier(booster, start, start_column, Calibration(), columns)


def _shape_of(population: Population, rows: int) -> tuple[Mapping[str, object], int]:
    """Form and number of the trees for so many rows."""
    shape, rounds = _SHAPES[population]
    return (shape, rounds) if rows >= SMALL_ROWS else ({**shape, **_SMALL}, min(rounds, _SMALL_ROUNDS))


def _walk_forward(history: History, inputs: Inputs, known_on: np.datetime64, *, target: Target, days: int) -> Floats:
    """Log-odds of receivables by models that had not seen their months; NaN for those that none foretold."""
    late = history.is_late(days)
    foretold = np.full(len(history), np.nan)
    before = np.sort(history.scored_on[history.scored_on < known_on])
    starts = [before[int(share * len(before))] for share in FOLDS] if len(before) else []
    for start, end in zip(starts, [*starts[1:], known_on], strict=False):
        rows = usable(history, days, start, target=target)
        later = (
            usable(history, days, known_on, target=target) & (history.scored_on >= start) & (history.scored_on < end)
        )
        if not later.any() or not _is_enough(late, rows):
            continue
        for population, members in by_population(history.has_history):
            asked = later & members
            if asked.any():
                own = rows & members & _learnt_from(history, target, population)
                trial = _boost(inputs, late, own, target=target, population=population, all_rows=rows)
                foretold[asked] = trial.log_odds(inputs[asked])
    return foretold


def _calibrate(foretold: Floats, late: Bools, members: Bools) -> Calibration:
    """Slope and offset by which foretold log-odds met what happened (Platt); only the offset where few were of one kind."""
    rows = members & ~np.isnan(foretold)
    fewest = min(int(late[rows].sum()), int((~late[rows]).sum()))
    if fewest < LEAST_CALIBRATION:
        return Calibration(offset=level_shift(foretold[rows], late[rows]))
    fitted = LogisticRegression(C=10.0).fit(foretold[rows, None], late[rows])
    slope = float(fitted.coef_[0, 0])
    return Calibration(slope, float(fitted.intercept_[0])) if slope > 0 else Calibration()


def _fit_delays(history: History, inputs: Inputs, known_on: np.datetime64) -> DelayQuantiles:
    """Quantiles of the days to payment, of everything due before `known_on`; what is unpaid counts with its days so far."""
    delay = np.clip(history.delay(known_on), LEAST_DAYS, MOST_DAYS)
    columns = columns_of(Population.KNOWN, Target.LATE)
    rows = history.is_mature(0, known_on) & (history.scored_on < known_on) & (history.days_overdue <= MOST_DAYS)
    before = np.sort(history.scored_on[rows])
    held_from = before[int(FOLDS[-1] * len(before))]
    earlier = history.is_mature(0, held_from) & (history.scored_on < held_from) & rows
    widen = (0.0, 0.0)
    if earlier.sum() >= LEAST_ROWS:
        early_delay = np.clip(history.delay(held_from), LEAST_DAYS, MOST_DAYS)
        trial = DelayQuantiles(_boost_delays(inputs, early_delay, earlier, columns), columns)
        held = rows & (history.scored_on >= held_from) & (history.days_overdue <= 0)
        widen = _widened(trial(inputs[held], history.days_overdue[held]), delay[held])
    return DelayQuantiles(_boost_delays(inputs, delay, rows, columns), columns, widen)


def _boost_delays(inputs: Inputs, delay: Floats, rows: Bools, columns: tuple[int, ...]) -> xgb.Booster:
    places = _thinned(rows, MOST_QUANTILE_ROWS)
    data = matrix(inputs[places], columns, delay[places])
    return xgb.train({**_COMMON, **_QUANTILE_SHAPE}, data, _QUANTILE_ROUNDS)


def _widened(found: Floats, delay: Floats) -> tuple[float, float]:
    """Days by which the outer quantiles must move so that they hold on points not seen (split conformal; may be negative).

    Judged in whole days, as dates are published: many pay on the very day, so that a tail cannot be had exactly. Of the
    moves by which both tails together come nearest to what they should hold, those that share it most evenly.
    """
    moves = np.linspace(-5, 5, 101)
    below = np.array([(delay < np.round(found[:, 0] - move)).mean() for move in moves])
    above = np.array([(delay > np.round(found[:, -1] + move)).mean() for move in moves])
    outside = QUANTILES[0] + 1 - QUANTILES[-1]
    misses = np.abs(below[:, None] + above[None, :] - outside) + 0.1 * np.abs(below[:, None] - above[None, :])
    low, high = np.unravel_index(int(misses.argmin()), misses.shape)
    return float(moves[low]), float(moves[high])


def _thinned(rows: Bools, most: int) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    """Places of at most `most` of the rows, evenly over their order, so that the same rows give the same choice."""
    places = np.flatnonzero(rows)
    return places if len(places) <= most else places[np.linspace(0, len(places) - 1, most).astype(np.intp)]
