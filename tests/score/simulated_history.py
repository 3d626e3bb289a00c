"""A simulated history for the tests of fitted models: what each receivable does is drawn from a probability that is known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pytest

from tasks.score.features import load_features
from tasks.score.fitted import trees
from tasks.score.fitted.history import History

FIRST_DAY = np.datetime64("2024-01-01")
SPREAD = 6.0
"""Days: the scale of the logistic distribution of the days late around a customer's habit."""

NEVER = 0.04
"""Share that is never paid."""


@dataclass(frozen=True)
class Simulated:
    """A history with the truth beside it."""

    history: History
    habit: npt.NDArray[np.float64]
    """Days late that half of such receivables exceed."""

    def true_share(self, tolerance: int) -> npt.NDArray[np.float64]:
        """The probability of being paid more than `tolerance` whole days late."""
        return NEVER + (1 - NEVER) / (1 + np.exp(-(self.habit - tolerance) / SPREAD))


def simulate(
    rows: int, *, seed: int = 1, days: int = 700, newcomers: float = 0.2, moved: float = 0.0, moved_from: float = 2.0
) -> Simulated:
    """`rows` receivables of 80 customers, evenly over `days`, scored when issued.

    Newcomers' habits depend on their branch. From the share `moved_from` of the days on everybody pays `moved` days later,
    which no feature tells.
    """
    chance = np.random.default_rng(seed)
    issued_at = np.sort(chance.integers(0, days, rows))
    customer = chance.integers(0, 80, rows)
    is_new = chance.random(rows) < newcomers
    branch = np.where(chance.random(rows) < 0.5, "A", "B").astype(object)
    habit = np.where(is_new, np.where(branch == "A", -6.0, 5.0), chance.normal(-1, 7, 80)[customer])
    shown = habit + chance.normal(0, 0.5, rows)
    habit = habit + np.where(issued_at >= moved_from * days, moved, 0.0)
    # Rounded up, so that more than 0 days late is what the distribution gives above 0.
    late_by = np.ceil(habit + SPREAD * chance.logistic(size=rows)).astype("timedelta64[D]")
    invoiced = FIRST_DAY + issued_at.astype("timedelta64[D]")
    due = invoiced + np.where(chance.random(rows) < 0.5, 30, 14).astype("timedelta64[D]")
    settled = np.where(chance.random(rows) < NEVER, np.datetime64("NaT"), np.maximum(due + late_by, invoiced))
    shown_share = 1 / (1 + np.exp(-shown / SPREAD))
    known: dict[str, npt.NDArray[np.generic]] = {
        "late_share": np.where(is_new, np.nan, shown_share),
        "mean_days": np.where(is_new, np.nan, shown),
        "median_days": np.where(is_new, np.nan, shown),
        "base_weekday_late_share": np.full(rows, 0.5),
        "days_overdue": (invoiced - due).astype(float),
        "branch": branch,
        "country": np.where(chance.random(rows) < 0.3, None, "ES"),
    }
    found = _history(customer, invoiced=invoiced, due=due, settled=settled, is_new=is_new, known=known)
    return Simulated(found, habit)


def _history(
    customer: npt.NDArray[np.int64],
    *,
    invoiced: npt.NDArray[np.datetime64],
    due: npt.NDArray[np.datetime64],
    settled: npt.NDArray[np.datetime64],
    is_new: npt.NDArray[np.bool_],
    known: dict[str, npt.NDArray[np.generic]],
) -> History:
    rows = len(customer)
    features = pa.table(
        {
            feature.name: pa.array(
                known.get(feature.name, np.full(rows, None)),
                type=pa.string() if feature.kind == "category" else pa.float64(),
                from_pandas=True,
            )
            for feature in load_features()
        }
    )
    return History(
        receivable=np.array([f"R{number}" for number in range(rows)], dtype=object),
        customer=np.array([f"C{number}" for number in customer], dtype=object),
        currency=np.full(rows, "EUR", dtype=object),
        amount=np.full(rows, 100.0),
        scored_on=invoiced,
        due_on=due,
        settled_on=settled,
        days_overdue=(invoiced - due).astype(float),
        is_at_issue=np.full(rows, True),
        has_history=~is_new,
        features=features,
    )


def day(days: int) -> date:
    """The day so many days after the first of a simulated history."""
    found = (FIRST_DAY + np.timedelta64(days, "D")).item()
    assert isinstance(found, date)
    return found


def grow_few_trees(patch: pytest.MonkeyPatch, rounds: int) -> None:
    """Lets models have so many trees only: enough where a test is not about how right they are."""
    patch.setattr(trees, "SHAPES", {name: (shape, rounds) for name, (shape, _) in trees.SHAPES.items()})
    patch.setattr(trees, "QUANTILE_ROUNDS", rounds)
