"""Builds `consequences` in a work database in which everything up to the decisions is built."""

from __future__ import annotations

from dataclasses import replace

from tasks.consequences.rates import Rates
from tasks.consequences.tables import load_consequences
from tasks.segment.strategy import Strategy
from tasks.warehouse.connection import Connection
from tasks.warehouse.models import build_model, load_models

SCHEMA = "consequences"


def build_consequences(connection: Connection, strategy: Strategy, rates: Rates) -> None:
    """Loads the terms and builds `consequences.*`; where the strategy has none, the relations are empty and nothing is read.

    Needs `staging`, `segment` and the ledger's facts; `rates` without a gap in what the strategy charges (`check.py`).
    """
    load_consequences(connection, strategy, rates)
    for model in load_models():
        if model.schema == SCHEMA:
            build_model(
                connection, model if strategy.consequences else replace(model, select=_nothing_of(model.select))
            )


def _nothing_of(select: str) -> str:
    # A LIMIT of 0 lets DuckDB take the columns and leave the rest.
    return f"SELECT * FROM (\n{select}\n) LIMIT 0"  # noqa: S608 the program's own file
