"""Judges a model out of time: one back-test per target, beside the naive forecasts, with the guards against leaks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from tasks.score.evaluation.backtest import Backtest, evaluate_all
from tasks.score.evaluation.drift import FeatureDrift, feature_drift
from tasks.score.evaluation.figures import Figures, evaluate
from tasks.score.evaluation.inputs import Forecast, Outcomes
from tasks.score.evaluation.leaks import MovedColumn, leak_suspicions
from tasks.score.evaluation.money import CAPACITY
from tasks.score.features import load_features
from tasks.score.fitted.foretold import Foretold
from tasks.score.fitted.history import Bools, History
from tasks.score.fitted.model import FittedModel, Floats
from tasks.score.fitted.protocol import LEAST_TEST_ROWS, Scope, judged_rows, learnt_rows, protocol_of
from tasks.score.fitted.rules_of_thumb import naive_forecasts
from tasks.score.fitted.segments import segments_of
from tasks.score.fitted.spells import Days
from tasks.score.fitted.targets import Target
from tasks.score.fitted.training import Recipe


@dataclass(frozen=True)
class Fold:
    """A model that was fitted at the beginning of `scope`, and judged until its end."""

    scope: Scope
    model: FittedModel


def judge(
    history: History,
    model: FittedModel,
    recipe: Recipe,
    scope: Scope,
    *,
    target: Target,
    folds: Sequence[Fold] = (),
    moved: tuple[MovedColumn, ...] = (),
    others: Sequence[Forecast] = (),
) -> Backtest | None:
    """Everything about one target over the test points; None where too few of them have a known outcome.

    `moved` are features that were seen to change when only the future was altered; `others` are more forecasts of the same
    points, to stand beside the naive ones.
    """
    days = recipe.days_of(target)
    test = judged_rows(history, scope, days)
    train = learnt_rows(history, scope, days)
    if test.sum() < LEAST_TEST_ROWS or not train.any():
        return None
    outcomes = outcomes_of(history, test, days)
    forecast = Foretold(history, model).forecast(target, test)
    naive = naive_forecasts(
        history, train=train, test=test, tolerance=days, known_on=scope.cutoff, has_days=target is Target.LATE
    )
    own = evaluate(outcomes, forecast, repetitions=0)
    return evaluate_all(
        target=f"paid more than {days} days late",
        cutoff=as_date(scope.cutoff),
        rows_train=int(train.sum()),
        outcomes=outcomes,
        model=forecast,
        baselines=(*others, *naive),
        folds=tuple(found for fold in folds if (found := _fold(history, fold, target, days)) is not None),
        drift=_drift(history, train, test),
        suspicions=leak_suspicions(
            point_in_time=own, suspect=own, protocol=protocol_of(history, scope, target, recipe), moved=moved
        ),
        # Of a share of the receivables a day, the same share can be worked.
        capacity=max(1, round(CAPACITY * history.judged_share)),
    )


def outcomes_of(history: History, rows: Bools, tolerance: int) -> Outcomes:
    """What became of the points in `rows`."""
    return Outcomes(
        is_late=history.is_late(tolerance)[rows],
        days_late=days_between(history.due_on[rows], history.settled_on[rows]),
        amount=history.amount[rows],
        currency=history.currency[rows].astype(np.str_),
        customer=history.customer[rows].astype(np.str_),
        scored_on=history.scored_on[rows],
        has_history=history.has_history[rows],
        segments=segments_of(history, rows),
        days_so_far=_days_so_far(history, rows),
    )


def _days_so_far(history: History, rows: Bools) -> Floats | None:
    """Days since the due date when the data end; None where nobody knows when that is."""
    if history.ends_on is None:
        return None
    return days_between(history.due_on[rows], np.full(int(rows.sum()), history.ends_on))


def as_date(day: np.datetime64) -> date:
    """The day as a plain date."""
    found: date = day.astype("datetime64[D]").astype(object)
    return found


def days_between(earlier: Days, later: Days) -> Floats:
    """Whole days; NaN where one of them is not known."""
    days: Floats = (later - earlier).astype("timedelta64[D]").astype(np.float64)
    return np.where(np.isnat(later) | np.isnat(earlier), np.nan, days)


def feature_columns(history: History, rows: Bools) -> Mapping[str, NDArray[np.generic]]:
    """The features of the points in `rows`, numbers as they are, texts as objects."""
    found: dict[str, NDArray[np.generic]] = {}
    for feature in load_features():
        column = history.features[feature.name].to_numpy(zero_copy_only=False)[rows]
        found[feature.name] = column.astype(np.float64 if feature.kind == "number" else np.object_)
    return found


def _fold(history: History, fold: Fold, target: Target, days: int) -> tuple[date, Figures] | None:
    rows = judged_rows(history, fold.scope, days)
    if not rows.any():
        return None
    forecast: Forecast = Foretold(history, fold.model).forecast(target, rows)
    return as_date(fold.scope.cutoff), evaluate(outcomes_of(history, rows, days), forecast, repetitions=0)


def _drift(history: History, train: Bools, test: Bools) -> tuple[FeatureDrift, ...]:
    before, now = feature_columns(history, train), feature_columns(history, test)
    used = [name for name in before if not (_is_empty(before[name]) and _is_empty(now[name]))]
    return feature_drift(before={name: before[name] for name in used}, now={name: now[name] for name in used})


def _is_empty(column: NDArray[np.generic]) -> bool:
    if column.dtype.kind == "f":
        return bool(np.isnan(column.astype(np.float64)).all())
    return all(value is None or value == "" for value in column.tolist())
