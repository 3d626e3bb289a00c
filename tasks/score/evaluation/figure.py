"""One figure of an evaluation: a number with the rows it rests on, or the reason why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Self

MINIMUM_ROWS = 50
"""Fewer rows than this give no figure: five in each tenth, as in the protocol of the reference baselines."""
MINIMUM_OF_A_CLASS = 5
"""Fewer late (or fewer punctual) rows than this give no figure of ranking or calibration: one customer would decide it."""


class Reason(StrEnum):
    """Why a figure does not exist."""

    TOO_FEW_ROWS = "too_few_rows"
    ONE_CLASS = "one_class"
    TOO_FEW_OF_A_CLASS = "too_few_of_a_class"
    NO_PROBABILITY = "no_probability"
    NO_DAYS = "no_days"
    NO_INTERVAL = "no_interval"
    NO_ORDER = "no_order"
    NO_LATE_MONEY = "no_late_money"


@dataclass(frozen=True)
class Interval:
    """The ends of a 95 % interval."""

    low: float
    high: float


@dataclass(frozen=True, kw_only=True)
class Figure:
    """`value` and no `reason`, or a `reason` and no `value`; `rows` is what it rests on (or what there was)."""

    value: float | None
    rows: int
    reason: Reason | None = None
    interval: Interval | None = None

    def __post_init__(self) -> None:
        if (self.value is None) != (self.reason is not None):
            raise ValueError("a figure has either a value or a reason")

    @classmethod
    def of(cls, value: float, *, rows: int, interval: Interval | None = None) -> Self:
        """A figure that is defined."""
        return cls(value=float(value), rows=rows, interval=interval)

    @classmethod
    def none(cls, reason: Reason, *, rows: int) -> Self:
        """A figure that is not defined."""
        return cls(value=None, rows=rows, reason=reason)


def why_no_classes(*, late: int, rows: int) -> Reason | None:
    """Why ranking or calibrating `rows` of which `late` are late says nothing; None when it does."""
    if rows < MINIMUM_ROWS:
        return Reason.TOO_FEW_ROWS
    if late in {0, rows}:
        return Reason.ONE_CLASS
    return Reason.TOO_FEW_OF_A_CLASS if min(late, rows - late) < MINIMUM_OF_A_CLASS else None
