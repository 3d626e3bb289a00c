"""Loads the limits and the order of the early warnings (`early_warnings.yaml`) into `policy.*`, where `sql/score` reads them.

* `policy.early_warning_parameters`, one row: the columns of `Limits`.
* `policy.early_warnings`: `warning VARCHAR, severity INTEGER` (1 strongest), `unit VARCHAR` of its strength.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field

from tasks.settings.strict import Strict
from tasks.settings.yaml_file import read_yaml
from tasks.warehouse.column_types import Columns

Unit = Literal["receivables", "promises", "disputes", "days", "times", "share"]


class Limits(Strict):
    """The limits of the warnings; their meaning and source stand beside them in `early_warnings.yaml`."""

    recent_days: int = Field(ge=7)
    least_settled: int = Field(ge=2)
    later_days: float = Field(gt=0)
    first_late_days: int = Field(ge=0)
    first_late_count: int = Field(ge=1)
    first_late_greatest_days: int = Field(ge=1)
    first_late_share: float = Field(ge=0, lt=1)
    past_usual_days: float = Field(gt=0)
    buys_more_times: float = Field(gt=1)
    buys_more_later_days: float = Field(ge=0)
    buys_more_history_days: int = Field(ge=1)
    near_limit_share: float = Field(gt=0, le=1)
    promise_days: int = Field(ge=1)
    listed: int = Field(ge=1)


class WarningKind(Strict):
    """A warning by its code, and what its strength counts."""

    warning: str
    unit: Unit


class EarlyWarnings(Strict):
    """All of `early_warnings.yaml`; the strongest warning first."""

    warnings: tuple[WarningKind, ...]
    parameters: Limits


TABLES: Mapping[str, Columns] = {
    "policy.early_warning_parameters": {
        name: "INTEGER" if field.annotation is int else "DOUBLE" for name, field in Limits.model_fields.items()
    },
    "policy.early_warnings": {"warning": "VARCHAR", "severity": "INTEGER", "unit": "VARCHAR"},
}
"""The tables of this file, which `tasks.score.scorecard` writes: name to columns."""


@cache
def read_early_warnings() -> EarlyWarnings:
    """The early warnings that come with the program."""
    return EarlyWarnings.model_validate(read_yaml(Path(__file__).parent / "early_warnings.yaml"))
