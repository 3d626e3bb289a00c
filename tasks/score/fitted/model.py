"""A fitted model as values: its boosters, its calibration, and what it must know to be applied to new receivables."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import xgboost as xgb

from tasks.score.features import feature_place, load_features, reason_groups
from tasks.score.fitted.targets import Population, Target
from tasks.settings.score import ScoreSettings, Windows

Floats = npt.NDArray[np.float64]
Inputs = npt.NDArray[np.float32]
"""One row per point, one column per feature of `features.yaml`; categories as codes, NaN where nothing is known."""


@dataclass(frozen=True)
class Calibration:
    """Turns a booster's log-odds m into those of the probability: slope * m + offset, fitted on months it had not seen."""

    slope: float = 1.0
    offset: float = 0.0

    def __call__(self, margins: Floats) -> Floats:
        return self.slope * margins + self.offset


@dataclass(frozen=True)
class Classifier:
    """A booster of one target and population, whose trees add to where a row starts.

    A row starts at the log-odds of the present level of lateness (`start_column`), so that the score follows the company's
    level between two trainings, or at those of the training rows (`start`) where it has none.
    """

    booster: xgb.Booster
    start: float
    start_column: int | None
    calibration: Calibration
    columns: tuple[int, ...]
    """Places of the features it reads."""
    undue: Calibration | None = None
    """Another calibration for what is not overdue yet, where there is one (`rare`)."""

    @property
    def is_base_rate(self) -> bool:
        """Whether all that is not overdue yet has the same probability."""
        return self.undue is not None and not self.undue.slope

    def starts(self, inputs: Inputs) -> Floats:
        """Log-odds at which each row starts."""
        return starts_of(inputs, self.start, self.start_column)

    def log_odds(self, inputs: Inputs) -> Floats:
        """Calibrated log-odds, one per row."""
        margins = self.booster.predict(matrix(inputs, self.columns), output_margin=True).astype(np.float64)
        found = margins + self.starts(inputs)
        if self.undue is None:
            return self.calibration(found)
        is_undue = inputs[:, feature_place("days_overdue")] <= 0
        return np.where(is_undue, self.undue(found), self.calibration(found))

    def parts(self, inputs: Inputs) -> Floats:
        """What each reason adds to the log-odds: one column per group of `reason_groups()`, then the start; rows sum to `log_odds`.

        A split's change of the expected log-odds goes to the feature it asks about (Saabas' path attribution).
        """
        by_feature = self.booster.predict(
            matrix(inputs, self.columns), pred_contribs=True, approx_contribs=True
        ).astype(np.float64)
        groups = reason_groups()
        features = load_features()
        parts = np.zeros((len(inputs), len(groups) + 1))
        for place, column in enumerate(self.columns):
            parts[:, groups.index(features[column].reason)] += by_feature[:, place]
        parts[:, -1] = by_feature[:, -1] + self.starts(inputs)
        parts *= self.calibration.slope
        parts[:, -1] += self.calibration.offset
        # The library sums in single precision; what that leaves out goes to the start, so that the parts add up.
        parts[:, -1] += self.log_odds(inputs) - parts.sum(axis=1)
        return parts


@dataclass(frozen=True)
class DelayQuantiles:
    """A booster of the quantiles of the days to payment; `widen` moves the outer two so that their interval covers what it says."""

    booster: xgb.Booster
    columns: tuple[int, ...]
    widen: tuple[float, float] = (0.0, 0.0)

    def __call__(self, inputs: Inputs, days_overdue: Floats) -> Floats:
        """Days from due date to payment, one column per quantile, ascending, never below the days overdue so far."""
        found = self.booster.predict(matrix(inputs, self.columns)).astype(np.float64)
        found[:, 0] -= self.widen[0]
        found[:, -1] += self.widen[1]
        ordered: Floats = np.sort(found, axis=1)
        return np.maximum(ordered, days_overdue[:, None])


@dataclass(frozen=True)
class FittedModel:
    """All of a model. `trained_on` is the day up to which it knows outcomes; `attributes` fill slots 1 to 6."""

    name: str
    trained_on: date
    tolerances: tuple[int, int]
    working_days: bool
    branch: str | None
    attributes: tuple[str, ...]
    calendar: str | None
    windows: Windows
    codes: Mapping[str, Sequence[str]]
    """Texts of each category feature; a text's code is its place."""
    classifiers: Mapping[tuple[Target, Population], Classifier]
    delays: DelayQuantiles
    rows: int
    companies: int = 1
    """How many companies it has learnt from."""

    def settings_of(self, now: ScoreSettings) -> ScoreSettings:
        """The settings that its features are made with, whatever the company has changed since the training."""
        made_with = {
            "working_days": self.working_days,
            "calendar": self.calendar,
            "branch": self.branch,
            "attributes": self.attributes,
            "windows": self.windows,
        }
        return now.model_copy(update=made_with)

    def log_odds(self, target: Target, inputs: Inputs, has_history: npt.NDArray[np.bool_]) -> Floats:
        """Calibrated log-odds of `target`, one per row; each row by the booster of its population."""
        found = np.empty(len(inputs))
        for population, rows in by_population(has_history):
            if rows.any():
                found[rows] = self.classifiers[target, population].log_odds(inputs[rows])
        return found

    def parts(self, inputs: Inputs, has_history: npt.NDArray[np.bool_]) -> Floats:
        """What each reason adds to the log-odds of being late; see `Classifier.parts`."""
        found = np.empty((len(inputs), len(reason_groups()) + 1))
        for population, rows in by_population(has_history):
            if rows.any():
                found[rows] = self.classifiers[Target.LATE, population].parts(inputs[rows])
        return found


def by_population(has_history: npt.NDArray[np.bool_]) -> tuple[tuple[Population, npt.NDArray[np.bool_]], ...]:
    """Which rows belong to which booster."""
    return (Population.KNOWN, has_history), (Population.NEWCOMER, ~has_history)


def columns_of(population: Population, target: Target) -> tuple[int, ...]:
    """Places of the features that the booster of a target and population reads.

    The lateness of newcomers is learnt at issue, where the days until due say no more than the terms.
    """
    at_issue_only = population is Population.NEWCOMER and target is not Target.DEFAULT
    return tuple(
        place
        for place, feature in enumerate(load_features())
        if (feature.known if population is Population.KNOWN else feature.newcomer)
        and not (at_issue_only and feature.name == "days_overdue")
    )


def said(columns: tuple[int, ...], inputs: Inputs) -> tuple[int, ...]:
    """Of `columns` those that a model may read which is fitted to `inputs`: features that need it say enough there."""
    least = {place: feature.least_share for place, feature in enumerate(load_features())}
    return tuple(
        place
        for place in columns
        if (share := least[place]) is None or (~np.isnan(inputs[:, place])).sum() > share * len(inputs)
    )


def matrix(inputs: Inputs, columns: Sequence[int], labels: Floats | None = None) -> xgb.DMatrix:
    """The rows as XGBoost reads them."""
    kinds = ["c" if load_features()[column].kind == "category" else "q" for column in columns]
    return xgb.DMatrix(inputs[:, list(columns)], label=labels, feature_types=kinds, enable_categorical=True)


def starts_of(inputs: Inputs, start: float, start_column: int | None) -> Floats:
    """Log-odds of the share in `start_column`, or `start` where there is none."""
    if start_column is None:
        return np.full(len(inputs), start)
    share = np.clip(inputs[:, start_column].astype(np.float64), 0.01, 0.99)
    return np.where(np.isnan(share), start, np.log(share / (1 - share)))


def odds_of(share: float) -> float:
    """Log-odds of a share, kept away from 0 and 1."""
    kept = min(max(share, 1e-4), 1 - 1e-4)
    return math.log(kept / (1 - kept))
