"""The small tables `policy.experiment…` that the SQL of experiments reads.

* `policy.experiments`: `experiment, from_on, until_on DATE, at_most_days_overdue INTEGER`.
* `policy.experiment_segments`: `experiment, segment`.
* `policy.experiment_limits`: `experiment, currency, never_above DECIMAL(18,2)`.
* `policy.experiment_arms`: `experiment, arm, draw_from, draw_to DECIMAL(18,6)` (0 to 1, `draw_to` excluded), `ladder`, `wording` (NULL: the usual).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal

from tasks.experiment.policy import Experiment
from tasks.warehouse.column_types import Columns

Row = tuple[str | int | date | Decimal | None, ...]

TABLES: Mapping[str, Columns] = {
    "policy.experiments": {
        "experiment": "VARCHAR",
        "from_on": "DATE",
        "until_on": "DATE",
        "at_most_days_overdue": "INTEGER",
    },
    "policy.experiment_segments": {"experiment": "VARCHAR", "segment": "VARCHAR"},
    "policy.experiment_limits": {"experiment": "VARCHAR", "currency": "VARCHAR", "never_above": "DECIMAL(18,2)"},
    "policy.experiment_arms": {
        "experiment": "VARCHAR",
        "arm": "VARCHAR",
        "draw_from": "DECIMAL(18,6)",
        "draw_to": "DECIMAL(18,6)",
        "ladder": "VARCHAR",
        "wording": "VARCHAR",
    },
}
"""The tables: name to columns."""


def rows_of(experiments: Sequence[Experiment]) -> Iterator[tuple[str, list[Row]]]:
    """The rows of each of `TABLES`, in its order."""
    yield (
        "policy.experiments",
        [(one.name, one.from_on, one.until, one.at_most_days_overdue) for one in experiments],
    )
    yield "policy.experiment_segments", [(one.name, segment) for one in experiments for segment in one.segments]
    yield (
        "policy.experiment_limits",
        [(one.name, currency, limit) for one in experiments for currency, limit in one.never_above.items()],
    )
    yield (
        "policy.experiment_arms",
        [(one.name, *arm, one.wording_of(arm[0])) for one in experiments for arm in one.arms()],
    )
