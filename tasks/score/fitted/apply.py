"""A fitted model inside DuckDB: its functions for `sql/fitted`, its tables in `policy`, and the points of the day.

* `policy.fitted_model`, one row: `name VARCHAR, tolerance, very_late_tolerance INTEGER, reasons VARCHAR[]` (by place of a
  part), `codes MAP(VARCHAR, MAP(VARCHAR, INTEGER))` (the numbers by which the model knows texts, per feature).
* `scoring.fitted_scores`, `scoring.fitted_customers`: what `fitted.verdicts` and `fitted.customers` say; empty where no model is used.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from tasks.score.feature_tables import load_feature_tables
from tasks.score.features import load_features, reason_groups
from tasks.score.fitted.model import FittedModel, Floats, Inputs
from tasks.score.fitted.shift import level_shift
from tasks.score.fitted.targets import Target
from tasks.score.points import write_points_of_the_day
from tasks.settings.score import ScoreSettings
from tasks.warehouse.column_types import Columns
from tasks.warehouse.connection import Connection
from tasks.warehouse.functions import ChunkFunction, register_function
from tasks.warehouse.inputs import create_empty
from tasks.warehouse.models import Built, build

TABLE: Columns = {
    "name": "VARCHAR",
    "tolerance": "INTEGER",
    "very_late_tolerance": "INTEGER",
    "reasons": "VARCHAR[]",
    "codes": "MAP(VARCHAR, MAP(VARCHAR, INTEGER))",
}
"""Columns of `policy.fitted_model`."""

FITTED_SCHEMAS = ("features", "fitted")


@dataclass(frozen=True)
class Scoring:
    """The model that scores a run, and what the company says of lateness; `country` is the company's."""

    model: FittedModel
    settings: ScoreSettings
    country: str


def score_with(
    connection: Connection, scoring: Scoring, on_built: Callable[[Built], None] = lambda built: None
) -> list[Built]:
    """Fills `scoring.fitted_scores` for what is open, `scoring.fitted_customers`; `staging` and the scorecard's tables must be there."""
    prepare_model(connection, scoring)
    built = build(connection, FITTED_SCHEMAS, on_built)
    connection.execute("INSERT INTO scoring.fitted_scores BY NAME SELECT * FROM fitted.verdicts")
    connection.execute("INSERT INTO scoring.fitted_customers BY NAME SELECT * FROM fitted.customers")
    return built


def prepare_model(connection: Connection, scoring: Scoring) -> None:
    """Writes what `FITTED_SCHEMAS` read, and registers the model's functions; `staging` must be built."""
    model = scoring.model
    used = model.settings_of(scoring.settings)
    found = connection.execute("SELECT min(due_date), max(due_date) FROM staging.settlements").fetchone()
    # A company may have nothing left to score, and its tables must be there all the same.
    days = (found[0], found[1]) if found is not None and found[0] is not None else (model.trained_on, model.trained_on)
    load_feature_tables(connection, settings=used, country=scoring.country, attributes=model.attributes, days=days)
    write_points_of_the_day(connection, trained_on=model.trained_on)
    write_model_tables(connection, model)
    register(connection, model)


def register(connection: Connection, model: FittedModel) -> None:
    """Makes the model's functions known to DuckDB: they take whole chunks of rows as Arrow arrays."""
    register_function(connection, "fitted_log_odds", _log_odds(model), takes=["FLOAT[]", "BOOLEAN"], gives="DOUBLE[]")
    register_function(connection, "fitted_parts", _parts(model), takes=["FLOAT[]", "BOOLEAN"], gives="DOUBLE[]")
    register_function(connection, "fitted_delays", _delays(model), takes=["FLOAT[]", "DOUBLE"], gives="DOUBLE[]")
    register_function(connection, "fitted_level_shift", _level_shift, takes=["DOUBLE[]", "BOOLEAN[]"], gives="DOUBLE")


def write_model_tables(connection: Connection, model: FittedModel) -> None:
    """Writes `policy.fitted_model`."""
    create_empty(connection, "policy.fitted_model", TABLE)
    connection.execute("DELETE FROM policy.fitted_model")
    codes = {name: {text: code for code, text in enumerate(texts)} for name, texts in model.codes.items()}
    maps = "MAP(VARCHAR, MAP(VARCHAR, INTEGER))"
    connection.execute(
        f"INSERT INTO policy.fitted_model SELECT $1, $2, $3, $4, $5::JSON::{maps}",
        [model.name, *model.tolerances, list(reason_groups()), _json(codes)],
    )


def _json(codes: dict[str, dict[str, int]]) -> str:
    return json.dumps(codes, ensure_ascii=False)


def _log_odds(model: FittedModel) -> ChunkFunction:
    def call(inputs: pa.Array, has_history: pa.Array) -> pa.Array:
        rows, known = _rows(inputs), _bools(has_history)
        return _lists(np.column_stack([model.log_odds(target, rows, known) for target in Target]))

    return call


def _parts(model: FittedModel) -> ChunkFunction:
    def call(inputs: pa.Array, has_history: pa.Array) -> pa.Array:
        return _lists(model.parts(_rows(inputs), _bools(has_history)))

    return call


def _delays(model: FittedModel) -> ChunkFunction:
    def call(inputs: pa.Array, days_overdue: pa.Array) -> pa.Array:
        return _lists(model.delays(_rows(inputs), _plain(days_overdue).to_numpy(zero_copy_only=False)))

    return call


def _level_shift(log_odds: pa.Array, is_late: pa.Array) -> pa.Array:
    shifts = [
        None if odds is None else level_shift(np.array(odds, dtype=np.float64), np.array(late, dtype=bool))
        for odds, late in zip(log_odds.to_pylist(), is_late.to_pylist(), strict=True)
    ]
    return pa.array(shifts, type=pa.float64())


def _rows(inputs: pa.Array | pa.ChunkedArray) -> Inputs:
    rows: Inputs = _plain(inputs).flatten().to_numpy(zero_copy_only=False).astype(np.float32)
    return rows.reshape(-1, len(load_features()))


def _bools(column: pa.Array | pa.ChunkedArray) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    found: np.ndarray[tuple[int], np.dtype[np.bool_]] = _plain(column).to_numpy(zero_copy_only=False).astype(bool)
    return found


def _plain(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def _lists(rows: Floats) -> pa.Array:
    width = rows.shape[1]
    offsets = pa.array(np.arange(0, len(rows) * width + 1, width, dtype=np.int32))
    return pa.ListArray.from_arrays(offsets, pa.array(np.ascontiguousarray(rows).ravel()))
