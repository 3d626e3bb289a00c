"""Builds everything up to the scores in a work database whose inputs are written."""

from __future__ import annotations

from collections.abc import Callable

from tasks.score.scorecard import load_scorecard
from tasks.warehouse.connection import Connection
from tasks.warehouse.models import Built, build

SCORE_SCHEMAS = ("staging", "score")


def build_scores(connection: Connection, on_built: Callable[[Built], None] = lambda built: None) -> list[Built]:
    """Loads the scorecard and builds `staging` and `score`; `run`, `landing` and `ledger` must be written."""
    load_scorecard(connection)
    return build(connection, SCORE_SCHEMAS, on_built)
