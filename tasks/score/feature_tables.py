"""The small tables that `sql/features` reads: windows and weights, the calendar, the company's attributes, and what to score.

* `policy.score_settings`, one row: the columns of `tasks.settings.score.Windows`.
* `policy.score_attributes`: `slot INTEGER` (0: the branch, 1 … 6: attributes), `name VARCHAR` of a reference.
* `policy.working_days`: `due_date, working_day DATE`: due dates that are no working day and the next one that is; empty
  where the company counts calendar days.
* `scoring.points`: `company_id, receivable_id VARCHAR, scored_on DATE`.
* `scoring.extra_points`: the same columns: those of `scoring.points` that do not belong to the even sample.
* `scoring.customer_days`: `scored_on DATE`: on which days customers themselves are scored; none for training and back-test.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

import pyarrow as pa

from tasks.public_holidays import public_holidays
from tasks.settings.score import ScoreSettings, Windows
from tasks.warehouse.column_types import Columns
from tasks.warehouse.connection import Connection
from tasks.warehouse.inputs import create_empty

ATTRIBUTES = 6
"""Slots of `policy.score_attributes` beside the branch's."""


TABLES: Mapping[str, Columns] = {
    "policy.score_settings": {
        name: "INTEGER" if field.annotation is int else "DOUBLE" for name, field in Windows.model_fields.items()
    },
    "policy.score_attributes": {"slot": "INTEGER", "name": "VARCHAR"},
    "policy.working_days": {"due_date": "DATE", "working_day": "DATE"},
    "scoring.points": {"company_id": "VARCHAR", "receivable_id": "VARCHAR", "scored_on": "DATE"},
    "scoring.extra_points": {"company_id": "VARCHAR", "receivable_id": "VARCHAR", "scored_on": "DATE"},
    "scoring.customer_days": {"scored_on": "DATE"},
}
"""The tables this module writes: name to columns."""


def load_feature_tables(
    connection: Connection,
    *,
    settings: ScoreSettings,
    country: str,
    attributes: Sequence[str],
    days: tuple[date, date],
) -> None:
    """Writes the policy tables above, and empties `scoring.customer_days`; `attributes` are those of the model, at most six; `days` bound the due dates."""
    _replace(connection, "policy.score_settings", [tuple(settings.windows.model_dump().values())])
    slots = [*([(0, settings.branch)] if settings.branch else []), *enumerate(attributes[:ATTRIBUTES], start=1)]
    _replace(connection, "policy.score_attributes", slots)
    rolled = rolled_due_dates(settings.calendar or country, *days) if settings.working_days else []
    _replace(connection, "policy.working_days", rolled)
    _replace(connection, "scoring.customer_days", [])


def rolled_due_dates(country: str, first: date, last: date) -> list[tuple[date, date]]:
    """Every weekend day and public holiday of `country` from `first` to `last`, with the next working day.

    A country whose holidays the package `holidays` does not know has weekends only; regional holidays are not considered.
    """
    off = public_holidays(country, range(first.year, last.year + 2))
    rolled: list[tuple[date, date]] = []
    working = last + timedelta(days=1)
    while working.weekday() > 4 or working in off:
        working += timedelta(days=1)
    day = last
    while day >= first:
        if day.weekday() > 4 or day in off:
            rolled.append((day, working))
        else:
            working = day
        day -= timedelta(days=1)
    return rolled


def _replace(connection: Connection, table: str, rows: Iterable[Sequence[object]]) -> None:
    columns = TABLES[table]
    create_empty(connection, table, columns)
    schema, name = table.split(".")
    connection.execute(f'DELETE FROM "{schema}"."{name}"')  # noqa: S608 the names are ours
    listed = [list(row) for row in rows]
    if listed:
        incoming = pa.table({column: [row[place] for row in listed] for place, column in enumerate(columns)})
        connection.register("incoming_rows", incoming)
        connection.execute(f'INSERT INTO "{schema}"."{name}" SELECT * FROM incoming_rows')  # noqa: S608 the names are ours
        connection.unregister("incoming_rows")
