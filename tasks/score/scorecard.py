"""Loads the points scorecard (`scorecard.yaml`) into small tables `policy.*` of the work database, where `sql/score` reads it.

* `policy.scorecard_parameters`, one row: the columns of `Parameters`.
* `policy.scorecard_bins`: `bin INTEGER` (1, 2, … over the whole scorecard; a feature's bins are consecutive and ascend),
  `feature, scope ('customer'|'receivable'), at_least DOUBLE, below DOUBLE` (both NULL for words), `word VARCHAR` (NULL for
  numbers), `points INTEGER, reason VARCHAR`.
* `policy.delay_hazards`: `until_day INTEGER, hazard DOUBLE`, the prior of days to payment.
* `policy.aging_buckets`: `aging_bucket, remaining_days INTEGER`.
* `policy.risk_grades`: `risk_grade, at_least INTEGER, below INTEGER`, of `risk_score`.
* the tables of `tasks.score.early_warnings`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field, NonNegativeInt, model_validator

from tasks.score import early_warnings
from tasks.settings.strict import Strict
from tasks.settings.yaml_file import read_yaml
from tasks.warehouse.column_types import Columns
from tasks.warehouse.connection import Connection
from tasks.warehouse.inputs import create_empty

Value = str | int | float | None
Row = tuple[Value, ...]
AgingBucket = Literal["current", "1-30", "31-60", "61-90", "90+"]


class Parameters(Strict):
    """The constants of the formulas; their meaning and source stand beside them in `scorecard.yaml`."""

    points_to_double: float = Field(gt=0)
    even_points: float
    prior_late_share: float = Field(gt=0, lt=1)
    prior_late_days: float = Field(gt=0)
    company_weight: float = Field(gt=0)
    customer_weight: float = Field(gt=0)
    peer_weight: float = Field(gt=0)
    late_days_weight: float = Field(gt=0)
    trend_least_count: int = Field(ge=1)
    trend_least_change: float = Field(gt=0, le=1)
    trend_least_days: float = Field(gt=0)
    score_change_days: int = Field(ge=1)
    new_least_settled: int = Field(ge=1)
    new_within_days: int = Field(ge=1)
    delay_window_days: int = Field(ge=90)
    delay_sample_count: int = Field(ge=1)
    delay_habit_weight: float = Field(gt=0)
    delay_prior_weight: float = Field(gt=0)


class Points(Strict):
    """What a word is worth, and the reason it is shown as."""

    points: int = Field(ge=-200, le=200)
    reason: str


class Bin(Points):
    """A half-open interval: from where the bin before ends, up to but without `below`."""

    below: float | None = None


class Feature(Strict):
    """How one feature turns into points, by intervals or by words."""

    scope: Literal["customer", "receivable"]
    source: str
    meaning: str
    bins: tuple[Bin, ...] = ()
    words: dict[str, Points] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _intervals_without_gap(self) -> Feature:
        if bool(self.bins) == bool(self.words):
            raise ValueError("give either bins or words")
        ends = [item.below for item in self.bins[:-1]]
        if self.bins and (self.bins[-1].below is not None or None in ends):
            raise ValueError("every bin but the last one ends below something")
        numbers = [end for end in ends if end is not None]
        if numbers != sorted(set(numbers)):
            raise ValueError("bins ascend")
        return self


class Hazard(Strict):
    """How likely an open amount is to be paid on each day up to `until_day`, in calendar days from the due date."""

    until_day: int = Field(ge=-60, le=360)
    hazard: float = Field(gt=0, lt=1)


class Grade(Strict):
    """A grade of `risk_score`, up to but without `below`."""

    grade: Literal["A", "B", "C", "D", "E"]
    below: int | None = None


class Scorecard(Strict):
    """All of `scorecard.yaml`."""

    parameters: Parameters
    delay_hazards: tuple[Hazard, ...]
    remaining_days: dict[AgingBucket, NonNegativeInt]
    risk_grades: tuple[Grade, ...]
    features: dict[str, Feature]


TABLES: Mapping[str, Columns] = {
    "policy.scorecard_parameters": {
        name: "INTEGER" if field.annotation is int else "DOUBLE" for name, field in Parameters.model_fields.items()
    },
    "policy.scorecard_bins": {
        "bin": "INTEGER",
        "feature": "VARCHAR",
        "scope": "VARCHAR",
        "at_least": "DOUBLE",
        "below": "DOUBLE",
        "word": "VARCHAR",
        "points": "INTEGER",
        "reason": "VARCHAR",
    },
    "policy.delay_hazards": {"until_day": "INTEGER", "hazard": "DOUBLE"},
    "policy.aging_buckets": {"aging_bucket": "VARCHAR", "remaining_days": "INTEGER"},
    "policy.risk_grades": {"risk_grade": "VARCHAR", "at_least": "INTEGER", "below": "INTEGER"},
    **early_warnings.TABLES,
}
"""The tables this module writes: name to columns."""


@cache
def read_scorecard() -> Scorecard:
    """The scorecard that comes with the program."""
    return Scorecard.model_validate(read_yaml(Path(__file__).parent / "scorecard.yaml"))


def load_scorecard(connection: Connection, scorecard: Scorecard | None = None) -> None:
    """Writes the tables above, replacing their rows; `scorecard` is the program's own when absent."""
    card = scorecard or read_scorecard()
    _write(connection, "policy.scorecard_parameters", [tuple(card.parameters.model_dump().values())])
    _write(connection, "policy.scorecard_bins", [(number, *row) for number, row in enumerate(_bins(card), start=1)])
    _write(connection, "policy.delay_hazards", [(item.until_day, item.hazard) for item in card.delay_hazards])
    _write(connection, "policy.aging_buckets", list(card.remaining_days.items()))
    starts = [-1, *(grade.below for grade in card.risk_grades[:-1])]
    grades = [(grade.grade, start, grade.below) for grade, start in zip(card.risk_grades, starts, strict=True)]
    _write(connection, "policy.risk_grades", grades)
    warnings = early_warnings.read_early_warnings()
    _write(connection, "policy.early_warning_parameters", [tuple(warnings.parameters.model_dump().values())])
    kinds = [(kind.warning, severity, kind.unit) for severity, kind in enumerate(warnings.warnings, start=1)]
    _write(connection, "policy.early_warnings", kinds)


def _bins(card: Scorecard) -> Iterator[Row]:
    for name, feature in card.features.items():
        at_least = -math.inf
        for item in feature.bins:
            below = math.inf if item.below is None else item.below
            yield name, feature.scope, at_least, below, None, item.points, item.reason
            at_least = below
        for word, worth in feature.words.items():
            yield name, feature.scope, None, None, word, worth.points, worth.reason


def _write(connection: Connection, table: str, rows: Sequence[Row]) -> None:
    create_empty(connection, table, TABLES[table])
    schema, name = table.split(".")
    connection.execute(f'DELETE FROM "{schema}"."{name}"')  # noqa: S608 the names are ours
    marks = ", ".join("?" * len(TABLES[table]))
    connection.executemany(f'INSERT INTO "{schema}"."{name}" VALUES ({marks})', rows)  # noqa: S608 the names are ours
