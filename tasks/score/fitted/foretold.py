"""What a model would have said of past points on the days that they were scored: as the day's run does it."""

from __future__ import annotations

import numpy as np

from tasks.score.evaluation.inputs import Forecast
from tasks.score.fitted.history import Bools, History, as_inputs
from tasks.score.fitted.model import Classifier, FittedModel, Floats, Inputs
from tasks.score.fitted.shift import CHECK_DAYS, level_shift
from tasks.score.fitted.targets import QUANTILES, Population, Target
from tasks.score.fitted.training import Recipe

NAME = "puntual"
"""The model's name among the forecasts of a back-test."""

MOVING = (Target.LATE, Target.VERY_LATE)
"""Targets whose level is checked against new outcomes; defaults become known too late for that."""


class Foretold:
    """A model over a history: log-odds of every point, shifted on each day by what had become known by then."""

    def __init__(self, history: History, model: FittedModel) -> None:
        self._history = history
        self._model = model
        self._inputs: Inputs = as_inputs(history, model.codes)
        self._odds: dict[Target, Floats] = {}
        later = history.scored_on >= np.datetime64(model.trained_on)
        self._checkable: Bools = history.is_even & history.is_at_issue & (history.days_overdue <= 0) & later

    def forecast(self, target: Target, rows: Bools, name: str = NAME) -> Forecast:
        """Probability of the target, days late and their 80 % interval in whole days, as dates are published.

        Days late are expected for the target `late` only: they are the same for each.
        """
        probability = 1 / (1 + np.exp(-self.log_odds(target, rows)))
        if target is not Target.LATE:
            return Forecast(name=name, probability=probability)
        quantiles = self._model.delays(self._inputs[rows], self._history.days_overdue[rows])
        return Forecast(
            name=name,
            probability=probability,
            days_late=np.maximum(quantiles[:, len(QUANTILES) // 2], 0.0),
            low=np.round(quantiles[:, 0]),
            high=np.round(quantiles[:, -1]),
            level=QUANTILES[-1] - QUANTILES[0],
        )

    def classifiers(self, target: Target) -> tuple[Classifier, ...]:
        """The model's boosters of a target, one per population."""
        return tuple(self._model.classifiers[target, population] for population in Population)

    def log_odds(self, target: Target, rows: Bools) -> Floats:
        """Log-odds of the target as they were published: none is more likely than a lesser delay."""
        found = self._shifted(target, rows)
        for wider in list(Target)[: list(Target).index(target)]:
            found = np.minimum(found, self._shifted(wider, rows))
        return found

    def _shifted(self, target: Target, rows: Bools) -> Floats:
        odds = self._all_odds(target)
        if target not in MOVING:
            return odds[rows]
        days, place = np.unique(self._history.scored_on[rows], return_inverse=True)
        shifts = np.array([self._shift_on(day, target, odds) for day in days])
        shifted: Floats = odds[rows] + shifts[place]
        return shifted

    def _shift_on(self, day: np.datetime64, target: Target, odds: Floats) -> float:
        days = _recipe_of(self._model).days_of(target)
        known = self._checkable & (self._history.due_on + np.timedelta64(days, "D") < day)
        known &= (self._history.due_on >= day - np.timedelta64(CHECK_DAYS, "D")) & (self._history.scored_on < day)
        return level_shift(odds[known], self._history.is_late(days, day)[known])

    def _all_odds(self, target: Target) -> Floats:
        if target not in self._odds:
            self._odds[target] = self._model.log_odds(target, self._inputs, self._history.has_history)
        return self._odds[target]


def _recipe_of(model: FittedModel) -> Recipe:
    return Recipe(
        tolerances=model.tolerances,
        working_days=model.working_days,
        branch=model.branch,
        attributes=model.attributes,
        calendar=model.calendar,
        windows=model.windows,
    )
