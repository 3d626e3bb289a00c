"""What an evaluation is given: the outcomes of the test rows, and what a model or a rule of thumb foretold of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from math import isnan

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Texts = NDArray[np.str_]
Days = NDArray[np.datetime64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Outcomes:
    """What became of each test row, one entry per receivable as scored on one day, in any but a fixed order.

    `is_late`: paid later than the tolerance after the due date. `days_late`: days from due date to payment, negative when paid
    early, NaN while unknown. `days_so_far`: days from due date to the end of the data. `amount`: in `currency` (ISO 4217), never
    added across currencies; a ranking key and shares of money come from it, no booked figure, hence no Decimal. `segments`: a
    label per row by kind (`aging`, `grade`, `zone`).

    Raises:
        ValueError: arrays of different lengths, or no row.
    """

    is_late: Bools
    days_late: Floats
    amount: Floats
    currency: Texts
    customer: Texts
    scored_on: Days
    has_history: Bools
    segments: Mapping[str, Texts] = field(default_factory=dict)
    days_so_far: Floats | None = None

    def __post_init__(self) -> None:
        if not len(self.is_late):
            raise ValueError("no row to evaluate")
        given = {item.name: getattr(self, item.name) for item in fields(self) if item.name != "segments"}
        if self.days_so_far is None:
            del given["days_so_far"]
        _same_length("outcomes", len(self.is_late), {**given, **self.segments})

    def __len__(self) -> int:
        return len(self.is_late)

    def take(self, which: Bools) -> Outcomes:
        """The rows where `which` is true, in their order; at least one."""
        return Outcomes(
            is_late=self.is_late[which],
            days_late=self.days_late[which],
            amount=self.amount[which],
            currency=self.currency[which],
            customer=self.customer[which],
            scored_on=self.scored_on[which],
            has_history=self.has_history[which],
            segments={name: labels[which] for name, labels in self.segments.items()},
            days_so_far=None if self.days_so_far is None else self.days_so_far[which],
        )

    def currencies(self) -> tuple[str, ...]:
        """The currencies, the one with the most rows first."""
        codes, counts = np.unique(self.currency, return_counts=True)
        return tuple(str(code) for code in codes[np.argsort(-counts, kind="stable")])


@dataclass(frozen=True, kw_only=True, eq=False)
class Forecast:
    """What was foretold of the same rows in the same order; a rule of thumb may foretell less than a model.

    `probability` of being late (0 to 1), `days_late` expected, `low` and `high`: the days late between which `level` of the
    outcomes are meant to lie.

    Raises:
        ValueError: arrays of different lengths, a number missing, or one end of the interval without the other.
    """

    name: str
    probability: Floats | None = None
    days_late: Floats | None = None
    low: Floats | None = None
    high: Floats | None = None
    level: float = 0.8

    def __post_init__(self) -> None:
        given = {
            name: values
            for name in ("probability", "days_late", "low", "high")
            if (values := getattr(self, name)) is not None
        }
        if not given:
            raise ValueError(f"{self.name}: foretells nothing")
        if ("low" in given) != ("high" in given):
            raise ValueError(f"{self.name}: an interval has two ends")
        _same_length(self.name, len(next(iter(given.values()))), given)
        for name, values in given.items():
            if np.isnan(values).any():
                raise ValueError(f"{self.name}: {name} is missing for {int(np.isnan(values).sum())} rows")

    def take(self, which: Bools) -> Forecast:
        """The rows where `which` is true, in their order."""
        return Forecast(
            name=self.name,
            probability=_taken(self.probability, which),
            days_late=_taken(self.days_late, which),
            low=_taken(self.low, which),
            high=_taken(self.high, which),
            level=self.level,
        )


def is_missing(value: object) -> bool:
    """Whether an entry of a column of words or mixed values is none: None or NaN."""
    return value is None or (isinstance(value, float) and isnan(value))


def _taken(values: Floats | None, which: Bools) -> Floats | None:
    return None if values is None else values[which]


def _same_length(whose: str, rows: int, arrays: Mapping[str, NDArray[np.generic]]) -> None:
    for name, values in arrays.items():
        if values.shape != (rows,):
            raise ValueError(f"{whose}: {name} has the shape {values.shape}, the rows are {rows}")
