"""The tutorial's recipe, made on purpose: a random split, and customer means over the whole file. The guards must see it.

Shown beside the honest figures by `puntual backtest --show-leak`, so that nobody is impressed by figures like these elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier  # type: ignore[import-untyped]

from tasks.score.evaluation.figures import Figures, evaluate
from tasks.score.evaluation.inputs import Forecast
from tasks.score.evaluation.leaks import Protocol, Suspicion, leak_suspicions, moved_columns
from tasks.score.features import feature_place
from tasks.score.fitted.history import Bools, History, as_inputs, texts_of
from tasks.score.fitted.judge import outcomes_of
from tasks.score.fitted.model import Floats
from tasks.score.fitted.protocol import Scope, judged_rows

_PLAIN = ("terms_days", "due_weekday", "due_day_of_month", "log_amount", "branch", "country")
_TEST_SHARE = 0.3


@dataclass(frozen=True)
class LeakyTrial:
    """Figures of the leaky model, and what the guards say of them."""

    figures: Figures
    suspicions: tuple[Suspicion, ...]


def leaky_trial(history: History, scope: Scope, honest: Figures, *, tolerance: int) -> LeakyTrial:
    """Fits and judges the leaky recipe on all points of the honest protocol, train and test together."""
    # Every point of the protocol: the random split does not mind when they were scored.
    rows = judged_rows(history, replace(scope, cutoff=history.scored_on.min()), tolerance)
    late = history.is_late(tolerance)[rows]
    means = _customer_means(history, rows, late)
    inputs = as_inputs(history, texts_of(history, rows))[rows]
    plain = np.nan_to_num(inputs[:, [feature_place(name) for name in _PLAIN]], nan=-1.0)
    table = np.column_stack([plain, means])
    is_test = np.random.default_rng(0).uniform(size=len(late)) < _TEST_SHARE
    fitted = HistGradientBoostingClassifier(random_state=0).fit(table[~is_test], late[~is_test])
    tested = rows.copy()
    tested[rows] = is_test
    forecast = Forecast(name="leaky", probability=fitted.predict_proba(table[is_test])[:, 1])
    figures = evaluate(outcomes_of(history, tested, tolerance), forecast, repetitions=0)
    learnt = rows & ~tested
    protocol = Protocol(
        train_scored_on=history.scored_on[learnt],
        train_known_on=history.due_on[learnt] + np.timedelta64(tolerance, "D"),
        test_scored_on=history.scored_on[tested],
    )
    # What was late after the cutoff is turned round: a mean that knew nothing of it would stay as it is.
    later = ~(history.due_on[rows] + np.timedelta64(tolerance, "D") < scope.cutoff)
    altered = _customer_means(history, rows, np.where(later, ~late, late))
    moved = moved_columns(
        before={"customer_mean_of_the_file": means},
        after={"customer_mean_of_the_file": altered},
        scored_on=history.scored_on[rows],
        up_to=scope.cutoff,
    )
    return LeakyTrial(figures, leak_suspicions(point_in_time=honest, suspect=figures, protocol=protocol, moved=moved))


def _customer_means(history: History, rows: Bools, late: Bools) -> Floats:
    _, place = np.unique(history.customer[rows].astype(np.str_), return_inverse=True)
    means: Floats = np.bincount(place, weights=late.astype(np.float64)) / np.bincount(place)
    return means[place]
