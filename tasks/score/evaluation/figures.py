"""All figures of one forecast against the outcomes: over all rows, per segment, and for customers without history."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from tasks.score.evaluation import metrics
from tasks.score.evaluation.days import Coverage, coverage, mean_error
from tasks.score.evaluation.figure import Figure, Reason, why_no_classes
from tasks.score.evaluation.inputs import Bools, Floats, Forecast, Outcomes
from tasks.score.evaluation.money import CAPACITY, late_money_recall
from tasks.score.evaluation.resampling import REPETITIONS, resample_customers

Metric = Callable[[Bools, Floats], float]


@dataclass(frozen=True, kw_only=True)
class Figures:
    """The figures of one forecast; `late_money_recall` by currency. Shares are 0 to 1, days are days."""

    name: str
    rows: int
    late_share: float
    auc: Figure
    average_precision: Figure
    brier: Figure
    ece: Figure
    log_loss: Figure
    precision_at_10pct: Figure
    mae_days: Figure
    coverage: Coverage
    late_money_recall: Mapping[str, Figure]


@dataclass(frozen=True)
class SegmentFigures:
    """The figures of one forecast over the rows of one segment: `zone` `north`."""

    kind: str
    label: str
    figures: Figures


def evaluate(
    outcomes: Outcomes, forecast: Forecast, *, capacity: int = CAPACITY, repetitions: int = REPETITIONS, seed: int = 0
) -> Figures:
    """All figures; with `repetitions` above 0, AUC and average precision get their interval by resampling customers.

    Raises:
        ValueError: the forecast is of another number of rows than the outcomes.
    """
    late = outcomes.is_late
    p = forecast.probability
    if p is not None and len(p) != len(outcomes):
        raise ValueError(f"{forecast.name}: {len(p)} rows foretold, {len(outcomes)} came out")
    auc, average_precision = _ranking(outcomes, p, repetitions, seed)
    recalls = {code: _recall(outcomes, p, code, capacity) for code in outcomes.currencies()}
    return Figures(
        name=forecast.name,
        rows=len(outcomes),
        late_share=float(late.mean()),
        auc=auc,
        average_precision=average_precision,
        brier=_figure(late, p, metrics.brier),
        ece=_figure(late, p, metrics.calibration_error),
        log_loss=_figure(late, p, metrics.logarithmic_loss),
        precision_at_10pct=_top(late, p),
        mae_days=mean_error(outcomes.days_late, forecast.days_late),
        coverage=coverage(outcomes.days_late, forecast, outcomes.days_so_far),
        late_money_recall=recalls,
    )


def by_segment(outcomes: Outcomes, forecast: Forecast, *, capacity: int = CAPACITY) -> tuple[SegmentFigures, ...]:
    """The figures of each label of each kind of segment, kinds in their order; labels alphabetical after `current`, the first age."""
    return tuple(
        SegmentFigures(kind, label, _of_rows(outcomes, forecast, labels == label, capacity))
        for kind, labels in outcomes.segments.items()
        for label in sorted(np.unique(labels).tolist(), key=lambda label: (label != "current", label))
    )


def without_history(outcomes: Outcomes, forecast: Forecast, *, capacity: int = CAPACITY) -> Figures | None:
    """The figures over rows of customers of whom nothing was settled when they were scored; None without such rows."""
    return None if outcomes.has_history.all() else _of_rows(outcomes, forecast, ~outcomes.has_history, capacity)


def _of_rows(outcomes: Outcomes, forecast: Forecast, which: Bools, capacity: int) -> Figures:
    return evaluate(outcomes.take(which), forecast.take(which), capacity=capacity, repetitions=0)


def _ranking(outcomes: Outcomes, p: Floats | None, repetitions: int, seed: int) -> tuple[Figure, Figure]:
    late, rows = outcomes.is_late, len(outcomes)
    auc, precision = _figure(late, p, metrics.auc), _figure(late, p, metrics.average_precision)
    if p is None or auc.value is None or precision.value is None or not repetitions:
        return auc, precision
    found = resample_customers(late, p, outcomes.customer, repetitions=repetitions, seed=seed)
    if found is None:
        return auc, precision
    # One probability for all ranks by chance in every draw: an interval of no width would look like certainty.
    return (
        auc if _is_constant(p) else Figure.of(auc.value, rows=rows, interval=found.auc),
        Figure.of(precision.value, rows=rows, interval=found.average_precision),
    )


def _figure(is_late: Bools, p: Floats | None, metric: Metric) -> Figure:
    rows = len(is_late)
    reason = Reason.NO_PROBABILITY if p is None else why_no_classes(late=int(is_late.sum()), rows=rows)
    if p is None or reason is not None:
        return Figure.none(reason or Reason.NO_PROBABILITY, rows=rows)
    return Figure.of(metric(is_late, p), rows=rows)


def _top(is_late: Bools, p: Floats | None) -> Figure:
    if p is not None and _is_constant(p):  # a constant has no top: its first tenth would be the file's order
        return Figure.none(Reason.NO_ORDER, rows=len(is_late))
    return _figure(is_late, p, metrics.precision_at_top)


def _is_constant(p: Floats) -> bool:
    return bool((p == p[0]).all())


def _recall(outcomes: Outcomes, p: Floats | None, currency: str, capacity: int) -> Figure:
    if p is None:
        return Figure.none(Reason.NO_PROBABILITY, rows=int((outcomes.currency == currency).sum()))
    return late_money_recall(outcomes, p, currency=currency, capacity=capacity)
