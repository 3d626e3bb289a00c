"""Past receivables with their features and what became of them, as arrays: what training and back-test work on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from tasks.score.features import load_features
from tasks.score.fitted.model import Floats, Inputs
from tasks.score.fitted.spells import Days, Spells, pooled_spells, read_spells
from tasks.warehouse.connection import Connection

Bools = npt.NDArray[np.bool_]

_OUTCOMES = """
SELECT points.receivable_id, points.customer_id, points.currency, points.amount, points.scored_on, points.due_on,
    points.settled_on, points.invoice_date, points.days_overdue
"""
_POINTS = """
FROM features.points AS points
INNER JOIN features.receivables AS features
    ON points.company_id = features.company_id AND points.receivable_id = features.receivable_id
    AND points.scored_on = features.scored_on
WHERE points.settled_on IS NOT NULL OR points.is_open
ORDER BY points.scored_on, points.receivable_id
"""
_IN_SAMPLE = """
SELECT extra.receivable_id IS NULL AS is_in_sample
FROM features.points AS points
LEFT JOIN scoring.extra_points AS extra
    ON points.company_id = extra.company_id AND points.receivable_id = extra.receivable_id
    AND points.scored_on = extra.scored_on
WHERE points.settled_on IS NOT NULL OR points.is_open
ORDER BY points.scored_on, points.receivable_id
"""


@dataclass(frozen=True)
class History:
    """Points of the past, one per entry, in order of `scored_on`; days are datetime64[D], NaT where nothing is known."""

    receivable: npt.NDArray[np.object_]
    customer: npt.NDArray[np.object_]
    currency: npt.NDArray[np.object_]
    amount: Floats
    scored_on: Days
    due_on: Days
    settled_on: Days
    days_overdue: Floats
    is_at_issue: Bools
    has_history: Bools
    features: pa.Table
    """The columns of `features.yaml`, as read."""
    ends_on: np.datetime64 | None = None
    """The morning up to which outcomes are known."""
    in_sample: Bools | None = None
    """Which points are an even sample of all there were; None: all. The others were kept to be judged on, or as newcomers."""
    judged_share: float = 1.0
    """Share of the points of the test that were kept, evenly."""
    spells: Spells = field(default_factory=Spells)
    """Where money came back: how points stood before that was known. `settled_on` is what became of them in the end."""

    def __len__(self) -> int:
        return len(self.amount)

    @property
    def is_even(self) -> Bools:
        """The points that shares, levels and calibration may be taken from."""
        return np.ones(len(self), dtype=bool) if self.in_sample is None else self.in_sample

    @property
    def is_thinned(self) -> bool:
        """Whether there were more points than these."""
        return self.in_sample is not None

    def settled_by(self, known_on: np.datetime64) -> Days:
        """`settled_on` as told on the morning of `known_on`, when nobody knew what would come back later."""
        return self.spells.as_told(self.settled_on, known_on)

    def delay(self, known_on: np.datetime64) -> Floats:
        """Days from due date to payment as known on the morning of `known_on`: days so far where it had not come by then."""
        settled_on = self.settled_by(known_on)
        is_paid = settled_on < known_on
        until = np.where(is_paid, settled_on, known_on)
        return (until - self.due_on).astype("timedelta64[D]").astype(np.float64)

    def is_late(self, tolerance: int, known_on: np.datetime64 | None = None) -> Bools:
        """Paid more than `tolerance` days after it was due, or not at all; only meaningful where `is_mature`.

        As told on the morning of `known_on`, else in the end: what was paid and returned is late unless money that stays
        came in time.
        """
        settled_on = self.settled_on if known_on is None else self.settled_by(known_on)
        return ~(settled_on <= self.due_on + np.timedelta64(tolerance, "D"))

    def is_mature(self, tolerance: int, known_on: np.datetime64) -> Bools:
        """Whether late or not is known on the morning of `known_on` for every receivable alike, slow or quick."""
        return self.due_on + np.timedelta64(tolerance, "D") < known_on


def read_history(connection: Connection, *, is_thinned: bool = False, judged_share: float = 1.0) -> History:
    """All points of `features.points` with their outcomes; `features` must be built.

    `is_thinned`: they are a sample and `scoring.extra_points`; `judged_share`: of the points of the test that were kept.
    """
    table = connection.execute(_OUTCOMES + _POINTS).to_arrow_table()
    names = ", ".join(f"features.{feature.name}" for feature in load_features())
    features = connection.execute(f"SELECT features.has_history, {names} {_POINTS}").to_arrow_table()
    ends_on = connection.execute("SELECT as_of FROM run.parameters").fetchone()
    sample = connection.execute(_IN_SAMPLE).to_arrow_table()["is_in_sample"] if is_thinned else None
    return History(
        receivable=_objects(table["receivable_id"]),
        customer=_objects(table["customer_id"]),
        currency=_objects(table["currency"]),
        amount=_floats(table["amount"]),
        scored_on=_days(table["scored_on"]),
        due_on=_days(table["due_on"]),
        settled_on=_days(table["settled_on"]),
        days_overdue=_floats(table["days_overdue"]),
        is_at_issue=_days(table["scored_on"]) == _days(table["invoice_date"]),
        has_history=features["has_history"].to_numpy(zero_copy_only=False).astype(bool),
        features=features.drop_columns(["has_history"]),
        ends_on=None if ends_on is None else np.datetime64(ends_on[0]),
        in_sample=None if sample is None else sample.to_numpy(zero_copy_only=False).astype(bool),
        judged_share=judged_share,
        spells=read_spells(connection),
    )


def pooled(histories: Sequence[History]) -> History:
    """The points of several companies, of one at least, in order of `scored_on`; equal days stay in the order given.

    Receivables and customers get the place of their company before their id: the same id in two companies is two of them.
    """
    days = np.concatenate([history.scored_on for history in histories])
    order = np.argsort(days, kind="stable")
    table = pa.concat_tables([history.features for history in histories], promote_options="permissive")

    def told_apart(columns: Sequence[npt.NDArray[np.object_]]) -> npt.NDArray[np.object_]:
        told = [f"{place}:{name}" for place, column in enumerate(columns) for name in column]
        return np.array(told, dtype=np.object_)[order]

    return History(
        receivable=told_apart([history.receivable for history in histories]),
        customer=told_apart([history.customer for history in histories]),
        currency=np.concatenate([history.currency for history in histories])[order],
        amount=np.concatenate([history.amount for history in histories])[order],
        scored_on=days[order],
        due_on=np.concatenate([history.due_on for history in histories])[order],
        settled_on=np.concatenate([history.settled_on for history in histories])[order],
        days_overdue=np.concatenate([history.days_overdue for history in histories])[order],
        is_at_issue=np.concatenate([history.is_at_issue for history in histories])[order],
        has_history=np.concatenate([history.has_history for history in histories])[order],
        features=table.take(pa.array(order)),
        ends_on=histories[0].ends_on,
        in_sample=np.concatenate([history.is_even for history in histories])[order]
        if any(history.is_thinned for history in histories)
        else None,
        spells=pooled_spells([history.spells for history in histories], [len(history) for history in histories], order),
    )


def texts_of(history: History, rows: Bools, most: int = 250) -> dict[str, list[str]]:
    """The texts of each category feature among `rows`, the most frequent first, ties by name; at most `most` of them.

    XGBoost sorts categories into bins of a histogram; rarer ones count as not known.
    """
    chosen = history.features.filter(pa.array(rows))
    return {
        feature.name: _frequent(chosen[feature.name], most) for feature in load_features() if feature.kind == "category"
    }


def _frequent(column: pa.ChunkedArray, most: int) -> list[str]:
    counts = [(str(item["values"]), int(item["counts"])) for item in pc.value_counts(column.drop_null()).to_pylist()]
    return [text for text, _ in sorted(counts, key=lambda pair: (-pair[1], pair[0]))[:most]]


def as_inputs(history: History, codes: Mapping[str, Sequence[str]]) -> Inputs:
    """The features as a model with these `codes` reads them."""
    features = load_features()
    inputs = np.full((len(history), len(features)), np.nan, dtype=np.float32)
    for place, feature in enumerate(features):
        column = history.features[feature.name]
        if feature.kind == "category":
            found = pc.index_in(column, value_set=pa.array(list(codes[feature.name]), type=pa.string()))
            inputs[:, place] = _floats(found)
        else:
            inputs[:, place] = _floats(column)
    return inputs


def _objects(column: pa.ChunkedArray) -> npt.NDArray[np.object_]:
    found: npt.NDArray[np.object_] = column.to_numpy(zero_copy_only=False).astype(object)
    return found


def _days(column: pa.ChunkedArray) -> Days:
    found: Days = column.to_numpy(zero_copy_only=False).astype("datetime64[D]")
    return found


def _floats(column: pa.ChunkedArray | pa.Array) -> Floats:
    found: Floats = pc.cast(column, pa.float64()).to_numpy(zero_copy_only=False).astype(np.float64)
    return found
