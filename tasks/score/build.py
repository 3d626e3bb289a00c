"""Builds everything up to the scores in a work database whose inputs are written."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tasks.score.earlier import create_empty_earlier
from tasks.score.scorecard import load_scorecard
from tasks.warehouse.connection import Connection
from tasks.warehouse.inputs import create_empty, input_relations
from tasks.warehouse.models import Built, build

if TYPE_CHECKING:
    from tasks.score.fitted.apply import Scoring

FITTED = ("scoring.fitted_scores", "scoring.fitted_customers")
"""What a fitted model says of receivables and customers; empty without one."""


def build_scores(
    connection: Connection, scoring: Scoring | None = None, on_built: Callable[[Built], None] = lambda built: None
) -> list[Built]:
    """Loads the scorecard and builds `staging` and `score`; `run`, `landing` and `ledger` must be written.

    With `scoring`, the scores of open receivables and of customers come from its fitted model, else from the points scorecard.
    """
    load_scorecard(connection)
    create_empty_earlier(connection)
    for relation in FITTED:
        create_empty(connection, relation, input_relations()[relation])
        connection.execute(f"DELETE FROM {relation}")  # noqa: S608 names of ours
    built = build(connection, ("staging",), on_built)
    if scoring is not None:
        from tasks.score.fitted.apply import score_with  # noqa: PLC0415 XGBoost takes seconds to import

        built += score_with(connection, scoring, on_built)
    return built + build(connection, ("score",), on_built)
