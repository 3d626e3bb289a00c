"""One out-of-time evaluation of one target: the model and the baselines over the same rows, put together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tasks.score.evaluation.calibration import MonthCalibration, calibration_by_month
from tasks.score.evaluation.drift import FeatureDrift
from tasks.score.evaluation.figure import Figure
from tasks.score.evaluation.figures import Figures, SegmentFigures, by_segment, evaluate, without_history
from tasks.score.evaluation.inputs import Forecast, Outcomes
from tasks.score.evaluation.leaks import Suspicion
from tasks.score.evaluation.money import CAPACITY, best_possible_recall


@dataclass(frozen=True, kw_only=True)
class Backtest:
    """Everything that one out-of-time evaluation of one target found.

    `models`: the model first, then the baselines. `best_possible` is the late money, by currency, that nobody can exceed with
    the same `capacity` a day. `folds`: the model's figures from each cutoff on, oldest first, with the cutoff.
    """

    target: str
    cutoff: date
    rows_train: int
    rows_test: int
    capacity: int
    models: tuple[Figures, ...]
    best_possible: Sequence[tuple[str, Figure]] = ()
    segments: tuple[SegmentFigures, ...] = ()
    without_history: tuple[Figures, ...] = ()
    folds: tuple[tuple[date, Figures], ...] = ()
    drift: tuple[FeatureDrift, ...] = ()
    months: tuple[MonthCalibration, ...] = ()
    suspicions: tuple[Suspicion, ...] = ()


def evaluate_all(
    *,
    target: str,
    cutoff: date,
    rows_train: int,
    outcomes: Outcomes,
    model: Forecast,
    baselines: Sequence[Forecast],
    folds: tuple[tuple[date, Figures], ...] = (),
    drift: tuple[FeatureDrift, ...] = (),
    suspicions: tuple[Suspicion, ...] = (),
    capacity: int = CAPACITY,
) -> Backtest:
    """Everything about `model` and its `baselines` over the test rows; segments and months are the model's."""
    forecasts = (model, *baselines)
    cold = [without_history(outcomes, item, capacity=capacity) for item in forecasts]
    best = [(code, best_possible_recall(outcomes, currency=code, capacity=capacity)) for code in outcomes.currencies()]
    return Backtest(
        target=target,
        cutoff=cutoff,
        rows_train=rows_train,
        rows_test=len(outcomes),
        capacity=capacity,
        models=tuple(evaluate(outcomes, item, capacity=capacity) for item in forecasts),
        best_possible=tuple(best),
        segments=by_segment(outcomes, model, capacity=capacity),
        without_history=tuple(item for item in cold if item is not None),
        folds=folds,
        drift=drift,
        months=() if model.probability is None else calibration_by_month(outcomes, model.probability),
        suspicions=suspicions,
    )
