"""Guards against figures that are too good to be true, because something of the future slipped into what a model was fed.

Three of them are facts: rows of one time were learnt from another's future (`too_late_rows`), a label was not known yet
(`labels_not_known`), or a feature changes when only the future is altered (`moved_columns`). The fourth is a suspicion: the
same rows ranked better than the point-in-time protocol ever allows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from tasks.score.evaluation.figures import Figures
from tasks.score.evaluation.inputs import Bools, Days, is_missing

SUSPICIOUS_GAIN = 0.02
"""AUC above the upper end of the honest interval from which a figure needs an explanation."""


class Sign(StrEnum):
    """What speaks for a leak."""

    TRAINED_ON_LATER_ROWS = "trained_on_later_rows"
    LABELS_NOT_KNOWN_YET = "labels_not_known_yet"
    FEATURES_SEE_THE_FUTURE = "features_see_the_future"
    TOO_GOOD_TO_BE_TRUE = "too_good_to_be_true"


@dataclass(frozen=True)
class MovedColumn:
    """A feature of rows scored up to a day that changed when only what came later was altered, and for how many rows."""

    column: str
    rows: int


@dataclass(frozen=True)
class Suspicion:
    """One sign, with a sentence for the log that says what was seen and why it is a leak, and its facts for other languages.

    `rows` of `all_rows` for the signs about rows; `moved` for features; `auc` against `honest_auc`, which is at most `most`.
    """

    sign: Sign
    why: str
    rows: int = 0
    all_rows: int = 0
    moved: tuple[MovedColumn, ...] = ()
    auc: float = 0.0
    honest_auc: float = 0.0
    most: float = 0.0

    @property
    def is_proof(self) -> bool:
        return self.sign is not Sign.TOO_GOOD_TO_BE_TRUE


@dataclass(frozen=True, kw_only=True, eq=False)
class Protocol:
    """How rows were parted: the day each row was scored on, and the day from which each training label was known."""

    train_scored_on: Days
    train_known_on: Days
    test_scored_on: Days


def leak_suspicions(
    *, point_in_time: Figures, suspect: Figures, protocol: Protocol, moved: tuple[MovedColumn, ...] = ()
) -> tuple[Suspicion, ...]:
    """What makes the `suspect` figures, got by `protocol` with features of which `moved` see the future, untrustworthy.

    `point_in_time` are the figures of the honest protocol on the same data; none of the suspicions means no leak was seen, not
    that there is none.
    """
    start = protocol.test_scored_on.min()
    found = [
        _later_rows(protocol.train_scored_on >= start),
        _unknown_labels((protocol.train_known_on >= start) & (protocol.train_scored_on < start)),
        _moved(moved),
        _too_good(point_in_time, suspect),
    ]
    return tuple(item for item in found if item is not None)


def moved_columns(
    *,
    before: Mapping[str, NDArray[np.generic]],
    after: Mapping[str, NDArray[np.generic]],
    scored_on: Days,
    up_to: np.datetime64,
    tolerance: float = 1e-9,
) -> tuple[MovedColumn, ...]:
    """The features that differ between two frames of the same rows, among rows scored up to a day (inclusive).

    `after` was computed from data in which everything after `up_to` was altered, so nothing may differ. Numbers may by
    `tolerance`, relatively: sums are added in another order. Two missing values are equal.

    Raises:
        ValueError: the frames have other columns or other rows.
    """
    if before.keys() != after.keys():
        raise ValueError(f"features of one frame only: {', '.join(sorted(before.keys() ^ after.keys()))}")
    judged = scored_on <= up_to
    moved = []
    for column, values in before.items():
        if len(values) != len(scored_on) or len(after[column]) != len(scored_on):
            raise ValueError(f"{column} has other rows than the frame")
        rows = int(_differs(values[judged], after[column][judged], tolerance).sum())
        if rows:
            moved.append(MovedColumn(column, rows))
    return tuple(moved)


def _differs(one: NDArray[np.generic], other: NDArray[np.generic], tolerance: float) -> Bools:
    if one.dtype.kind in "fiub" and other.dtype.kind in "fiub":
        a, b = one.astype(np.float64), other.astype(np.float64)
        return ~np.isclose(a, b, rtol=tolerance, atol=0.0, equal_nan=True)
    pairs = zip(one.tolist(), other.tolist(), strict=True)
    return np.array([a != b and not (is_missing(a) and is_missing(b)) for a, b in pairs], dtype=np.bool_)


def _later_rows(later: Bools) -> Suspicion | None:
    if not later.any():
        return None
    return Suspicion(
        Sign.TRAINED_ON_LATER_ROWS,
        f"{int(later.sum())} of {len(later)} training rows were scored on or after the first test day: the model learnt from "
        "what happened while, and after, the test rows were open, as with a random split. Part the rows by time",
        rows=int(later.sum()),
        all_rows=len(later),
    )


def _unknown_labels(unknown: Bools) -> Suspicion | None:
    if not unknown.any():
        return None
    return Suspicion(
        Sign.LABELS_NOT_KNOWN_YET,
        f"{int(unknown.sum())} training rows have a label that was not known on the first test day. Leave them out by due date "
        "and tolerance, not by payment, so that slow payers stay in",
        rows=int(unknown.sum()),
    )


def _moved(moved: tuple[MovedColumn, ...]) -> Suspicion | None:
    if not moved:
        return None
    named = ", ".join(f"{item.column} ({item.rows} rows)" for item in moved)
    return Suspicion(
        Sign.FEATURES_SEE_THE_FUTURE,
        f"altering only what came after moved {named}: a mean over the whole file holds the very outcome it foretells. "
        "Compute features from what was known on the day of the score",
        moved=moved,
    )


def _too_good(honest: Figures, suspect: Figures) -> Suspicion | None:
    if honest.auc.value is None or suspect.auc.value is None:
        return None
    most = honest.auc.interval.high if honest.auc.interval else honest.auc.value
    if suspect.auc.value < most + SUSPICIOUS_GAIN:
        return None
    return Suspicion(
        Sign.TOO_GOOD_TO_BE_TRUE,
        f"AUC {suspect.auc.value:.3f} against {honest.auc.value:.3f} (95 % up to {most:.3f}) point in time: a difference like "
        "that comes from the protocol, not from the model",
        auc=suspect.auc.value,
        honest_auc=honest.auc.value,
        most=most,
    )
