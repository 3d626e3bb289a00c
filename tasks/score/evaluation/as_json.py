"""The JSON shape of a back-test, on which scripts rely (docs/backtest.md)."""

from __future__ import annotations

from collections.abc import Sequence

from tasks.score.evaluation.backtest import Backtest
from tasks.score.evaluation.calibration import MonthCalibration
from tasks.score.evaluation.drift import FeatureDrift
from tasks.score.evaluation.figure import MINIMUM_OF_A_CLASS, MINIMUM_ROWS, Figure
from tasks.score.evaluation.figures import Figures, SegmentFigures

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]
FIGURES = ("auc", "average_precision", "brier", "ece", "log_loss", "precision_at_10pct", "mae_days")


def as_json(result: Backtest) -> dict[str, Json]:
    """The shape of `puntual backtest --json`; a figure that is not defined is null, and `undefined` says why."""
    return {
        "target": result.target,
        "cutoff": result.cutoff.isoformat(),
        "rows_train": result.rows_train,
        "rows_test": result.rows_test,
        "models": {item.name: figures_json(item) for item in result.models},
        "intervals": _intervals(result.models),
        "capacity_per_day": result.capacity,
        "best_possible_recall": {currency: item.value for currency, item in result.best_possible},
        "without_history": {item.name: figures_json(item) for item in result.without_history},
        "segments": _segments(result.segments),
        "folds": [{"cutoff": day.isoformat(), **figures_json(item)} for day, item in result.folds],
        "drift": {
            "features": [_drift(item) for item in result.drift],
            "calibration": [_month(item) for item in result.months],
        },
        "leaks": [{"sign": str(item.sign), "is_proof": item.is_proof, "why": item.why} for item in result.suspicions],
        "minimum": {"rows": MINIMUM_ROWS, "of_each_class": MINIMUM_OF_A_CLASS},
    }


def figures_json(figures: Figures) -> dict[str, Json]:
    """The figures of one forecast."""
    named = {name: _figure_of(figures, name) for name in FIGURES}
    made: dict[str, Json] = {"rows": figures.rows, "late_share": figures.late_share}
    made |= {name: item.value for name, item in named.items()}
    made["days_known"] = figures.mae_days.rows
    made["late_money_recall"] = {code: item.value for code, item in figures.late_money_recall.items()}
    made |= {f"{name}_ci95": [item.interval.low, item.interval.high] for name, item in named.items() if item.interval}
    cover = figures.coverage
    if cover.within.value is not None:
        made["interval"] = {
            "level": cover.level,
            "within": cover.within.value,
            "below": cover.below.value,
            "above": cover.above.value,
            "mean_days_wide": cover.mean_days_wide.value,
            "rows": cover.within.rows,
            "unknown": cover.unknown,
        }
    made["undefined"] = {name: str(item.reason) for name, item in named.items() if item.reason}
    return made


def _figure_of(figures: Figures, name: str) -> Figure:
    found = getattr(figures, name)
    if not isinstance(found, Figure):
        raise TypeError(f"{name} is no figure")
    return found


def _intervals(models: Sequence[Figures]) -> dict[str, Json]:
    with_interval = [item.coverage for item in models if item.coverage.within.value is not None]
    return {f"{cover.level * 100:.0f}": cover.within.value for cover in with_interval[:1]}


def _segments(segments: Sequence[SegmentFigures]) -> dict[str, Json]:
    kinds = dict.fromkeys(item.kind for item in segments)
    return {kind: {item.label: figures_json(item.figures) for item in segments if item.kind == kind} for kind in kinds}


def _drift(item: FeatureDrift) -> dict[str, Json]:
    return {
        "feature": item.feature,
        "psi": item.index.value,
        "band": None if item.band is None else str(item.band),
        "by_chance": item.by_chance,
        "missing_before": item.missing_before,
        "missing_now": item.missing_now,
    }


def _month(item: MonthCalibration) -> dict[str, Json]:
    return {
        "month": item.month.strftime("%Y-%m"),
        "rows": item.rows,
        "foretold": item.foretold,
        "observed": item.observed,
        "in_the_large": item.in_the_large.value,
        "slope": item.slope.value,
    }
