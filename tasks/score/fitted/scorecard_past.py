"""What the points scorecard said of receivables on the days of their issue: built anew for some days of a past."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np

from tasks.score.build import build_scores
from tasks.score.evaluation.inputs import Forecast
from tasks.score.fitted.history import Bools, History
from tasks.score.fitted.judge import as_date
from tasks.score.fitted.model import Floats
from tasks.score.fitted.past import Past
from tasks.score.fitted.protocol import Scope, judged_rows
from tasks.score.fitted.store import SCORECARD
from tasks.score.fitted.targets import Target
from tasks.score.fitted.training import Recipe

MOST_DAYS = 12
"""Days that are built anew, those with the most points: each takes as long as scoring a day's run."""

MOST_DAYS_AT_ALL = 40
"""The same for a small ledger, where these have fewer than `ENOUGH_ROWS` points between them."""

ENOUGH_ROWS = 250

_SAID = """
SELECT scores.receivable_id, scores.late_probability
FROM score.receivable_scores AS scores
INNER JOIN staging.receivables AS receivables
    ON scores.company_id = receivables.company_id AND scores.receivable_id = receivables.receivable_id
CROSS JOIN run.parameters AS run
WHERE receivables.invoice_date = run.as_of
"""


def scorecard_said(past: Past, history: History, rows: Bools) -> Floats:
    """The scorecard's probability of being late for the points in `rows`; NaN on days that were not built.

    Spoils the past: its staging is that of another day afterwards.
    """
    found = np.full(len(history), np.nan)
    for day in _busiest(history, rows):
        on_day = np.flatnonzero(rows & (history.scored_on == np.datetime64(day)))
        said = _said_on(past, day)
        found[on_day] = [said.get(str(receivable), np.nan) for receivable in history.receivable[on_day]]
    return found[rows]


def scorecard_forecasts(
    past: Past, history: History, scope: Scope, recipe: Recipe
) -> dict[Target, tuple[Forecast, ...]]:
    """The scorecard as a forecast of the test points, where these lie on few enough days; it knows no tolerance but 0."""
    rows = judged_rows(history, scope, recipe.tolerances[0])
    if recipe.tolerances[0] or recipe.working_days or len(np.unique(history.scored_on[rows])) > MOST_DAYS:
        return {}
    said = scorecard_said(past, history, rows)
    return {} if np.isnan(said).any() else {Target.LATE: (Forecast(name=SCORECARD, probability=said),)}


def _said_on(past: Past, day: date) -> dict[str, float]:
    past.write_day(day)
    build_scores(past.connection)
    return {str(receivable): float(share) for receivable, share in past.connection.execute(_SAID).fetchall()}


def _busiest(history: History, rows: Bools) -> Sequence[date]:
    """The days with the most points, the earlier of equals: enough of them for a comparison, where that is possible."""
    days, counts = np.unique(history.scored_on[rows], return_counts=True)
    order = np.argsort(-counts, kind="stable")
    enough = int(np.searchsorted(np.cumsum(counts[order]), ENOUGH_ROWS)) + 1
    return [as_date(day) for day in days[order][: min(max(enough, MOST_DAYS), MOST_DAYS_AT_ALL)]]
