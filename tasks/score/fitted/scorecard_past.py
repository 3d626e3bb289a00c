"""What the points scorecard said of receivables on the days of their issue: built anew for some days of a past."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

import numpy as np

from tasks.score.build import FITTED
from tasks.score.evaluation.inputs import Forecast
from tasks.score.fitted.history import Bools, History
from tasks.score.fitted.judge import as_date
from tasks.score.fitted.model import Floats
from tasks.score.fitted.past import Past
from tasks.score.fitted.protocol import Scope, judged_rows
from tasks.score.fitted.store import SCORECARD
from tasks.score.fitted.targets import Target
from tasks.score.fitted.training import Recipe
from tasks.warehouse.beside import beside, create_view
from tasks.warehouse.inputs import create_empty, input_relations
from tasks.warehouse.models import build_model, upstream_of

MOST_DAYS = 12
"""Days that are built anew, those with the most points: more where these have fewer than `ENOUGH_ROWS` between them."""

MOST_DAYS_AT_ALL = 400
"""A company of one receivable a day has enough of them in a year."""

ENOUGH_ROWS = 250

MOST_COPIED = 2_000_000
"""Receivables of all days that are built at once: what a day's run of so many takes."""

_SCORES = "score.receivable_scores"
_BUILT = ("staging", "score")
_SAID = """
SELECT scores.company_id[:10]::DATE, scores.receivable_id, scores.late_probability
FROM score.receivable_scores AS scores
INNER JOIN staging.receivables AS receivables
    ON scores.company_id = receivables.company_id AND scores.receivable_id = receivables.receivable_id
CROSS JOIN run.parameters AS run
WHERE receivables.invoice_date = run.as_of
"""

Said = dict[tuple[date, str], float]
"""Probability of being late by day and receivable."""


def scorecard_said(past: Past, history: History, rows: Bools) -> Floats:
    """The scorecard's probability of being late for the points in `rows`; NaN on days that were not built."""
    said: Said = {}
    for days in _together(_busiest(history, rows), receivables=len(np.unique(history.receivable.astype(np.str_)))):
        said |= _said_on(past, days)
    asked = zip(history.scored_on[rows], history.receivable[rows], strict=True)
    return np.array([said.get((as_date(day), str(receivable)), np.nan) for day, receivable in asked], dtype=np.float64)


def scorecard_forecasts(
    past: Past, history: History, scope: Scope, recipe: Recipe
) -> dict[Target, tuple[Forecast, ...]]:
    """The scorecard as a forecast of the test points, where these lie on few enough days; it knows no tolerance but 0."""
    rows = judged_rows(history, scope, recipe.tolerances[0])
    if recipe.tolerances[0] or recipe.working_days or len(np.unique(history.scored_on[rows])) > MOST_DAYS:
        return {}
    said = scorecard_said(past, history, rows)
    return {} if np.isnan(said).any() else {Target.LATE: (Forecast(name=SCORECARD, probability=said),)}


def _busiest(history: History, rows: Bools) -> Sequence[date]:
    """The days with the most points, the earlier of equals: enough of them for a comparison, where that is possible."""
    days, counts = np.unique(history.scored_on[rows], return_counts=True)
    order = np.argsort(-counts, kind="stable")
    enough = int(np.searchsorted(np.cumsum(counts[order]), ENOUGH_ROWS)) + 1
    return [as_date(day) for day in days[order][: min(max(enough, MOST_DAYS), MOST_DAYS_AT_ALL)]]


def _together(days: Sequence[date], *, receivables: int) -> Iterator[Sequence[date]]:
    """Days of one weekday, as many as may be built at once."""
    most = max(MOST_COPIED // max(receivables, 1), 1)
    for weekday in range(7):
        equal = [day for day in days if day.weekday() == weekday]
        yield from (equal[start : start + most] for start in range(0, len(equal), most))


def _said_on(past: Past, days: Sequence[date]) -> Said:
    """The scores of several days of one weekday in one build: a company per day, moved by whole weeks to the last of them.

    The scorecard looks at differences of days and at weekdays, so that nothing but the company's name is another.
    """
    connection, as_of = past.connection, max(days)
    models = [model for model in upstream_of(_SCORES) if model.schema in _BUILT]
    read = {relation for model in models for relation in model.reads} - {model.relation for model in models}
    with beside(connection, "days_together") as work:
        connection.execute("CREATE TABLE days (day DATE, moved INTEGER)")
        connection.executemany("INSERT INTO days VALUES ($1, $2)", [[day, (as_of - day).days] for day in days])
        create_view(connection, "run.parameters", _run_of(as_of, work))
        for relation in sorted(read - {"run.parameters"}):
            if relation in FITTED:
                create_empty(connection, relation, input_relations()[relation])
            else:
                create_view(connection, relation, _select(relation, of=work))
        for model in models:
            build_model(connection, model)
        found = connection.execute(_SAID).fetchall()
    return {(day, str(receivable)): float(share) for day, receivable, share in found}


def _run_of(as_of: date, work: str) -> str:
    """A run of `as_of` as a replay: every day judged is before the one that the exports describe."""
    known_on = as_of + timedelta(days=1)
    return f"SELECT * REPLACE (DATE '{as_of}' AS as_of, DATE '{known_on}' AS known_on) FROM \"{work}\".run.parameters"  # noqa: S608 days of ours


def _select(relation: str, *, of: str) -> str:
    """The relation of the work database `of`; what has a company once per day, with its days moved."""
    columns = input_relations().get(relation, {})
    if "company_id" not in columns:
        return f'SELECT * FROM "{of}".{relation}'  # noqa: S608 names of ours
    moved = [f'("{name}" + days.moved)::DATE AS "{name}"' for name, kind in columns.items() if kind == "DATE"]
    replaced = ", ".join(["days.day || '@' || company_id AS company_id", *moved])
    return f'SELECT rows.* REPLACE ({replaced}) FROM "{of}".{relation} AS rows CROSS JOIN days'  # noqa: S608 names of ours
