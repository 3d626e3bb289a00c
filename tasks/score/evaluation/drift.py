"""Whether the receivables scored now are like those a model was fitted on: the population stability index per feature.

PSI = Σ (share now - share then) · ln(share now / share then) over bins. Bands 0.1 and 0.25 are a convention of credit scoring
(Siddiqi, Credit Risk Scorecards, 2006; du Pisanie, Allison, Budde and Visagie, arXiv 2303.01227, review it) and know nothing
of the number of rows, so beside them stands what chance alone gives: without any change PSI is about
χ²(bins - 1) · (1/rows then + 1/rows now) (Yurdakul, Statistical Properties of Population Stability Index, 2018).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtri  # type: ignore[import-untyped]

from tasks.score.evaluation.figure import MINIMUM_ROWS, Figure, Reason
from tasks.score.evaluation.inputs import Floats, Ints, Texts, is_missing

WATCH_FROM = 0.1
SHIFTED_FROM = 0.25
_DECILES = 10
_MOST_VALUES = 20
_LEAST_SHARE = 1e-4  # of an empty bin, so that a new value counts a lot and not infinitely
_CHANCE = 0.05


class Band(StrEnum):
    """The conventional reading of an index."""

    STABLE = "stable"
    WATCH = "watch"
    SHIFTED = "shifted"


@dataclass(frozen=True, kw_only=True)
class FeatureDrift:
    """One feature: its index, the value that chance alone stays under 19 times in 20, and the bin that moved most.

    `is_by_chance`: the index is no more than what rows drawn from one population show. Rows of one customer are alike, so chance
    reaches further than that. `missing_before` and `missing_now` are the shares without a value.
    """

    feature: str
    index: Figure
    by_chance: float
    missing_before: float
    missing_now: float
    band: Band | None

    @property
    def is_by_chance(self) -> bool:
        return self.index.value is not None and self.index.value <= self.by_chance


def feature_drift(
    *, before: Mapping[str, NDArray[np.generic]], now: Mapping[str, NDArray[np.generic]]
) -> tuple[FeatureDrift, ...]:
    """The drift of each feature of `before` (the training rows), largest index first.

    Numbers are cut at the deciles of the training rows, with a bin of their own for missing ones; words are compared by value,
    the training rows' most frequent ones, all others together.

    Raises:
        ValueError: a feature is absent from `now`.
    """
    absent = sorted(before.keys() - now.keys())
    if absent:
        raise ValueError(f"features without values now: {', '.join(absent)}")
    found = [_drift(name, before[name], now[name]) for name in before]
    return tuple(sorted(found, key=lambda item: (-(item.index.value or 0.0), item.feature)))


def _drift(name: str, before: NDArray[np.generic], now: NDArray[np.generic]) -> FeatureDrift:
    if before.dtype.kind in "fiub":
        numbers, numbers_now = before.astype(np.float64), now.astype(np.float64)
        missing, missing_now = np.isnan(numbers), np.isnan(numbers_now)
        codes, codes_now = _by_deciles(numbers, numbers_now)
    else:
        texts, texts_now = _texts(before), _texts(now)
        missing, missing_now = texts == "", texts_now == ""
        codes, codes_now = _by_value(texts, texts_now)
    bins = int(max(codes.max(initial=0), codes_now.max(initial=0))) + 1
    counts, counts_now = np.bincount(codes, minlength=bins), np.bincount(codes_now, minlength=bins)
    used = (counts + counts_now) > 0
    rows = min(len(before), len(now))
    if rows < MINIMUM_ROWS:
        index, chance, band = Figure.none(Reason.TOO_FEW_ROWS, rows=rows), 0.0, None
    else:
        value = _index(counts[used] / len(before), counts_now[used] / len(now))
        freedom = max(int(used.sum()) - 1, 0)
        chance = float(chdtri(freedom, _CHANCE)) * (1 / len(before) + 1 / len(now)) if freedom else 0.0
        index, band = Figure.of(value, rows=rows), _band(value)
    return FeatureDrift(
        feature=name,
        index=index,
        by_chance=chance,
        missing_before=_share(missing),
        missing_now=_share(missing_now),
        band=band,
    )


def _index(share: Floats, share_now: Floats) -> float:
    then, now = np.maximum(share, _LEAST_SHARE), np.maximum(share_now, _LEAST_SHARE)
    return float(((now - then) * np.log(now / then)).sum())


def _band(value: float) -> Band:
    if value < WATCH_FROM:
        return Band.STABLE
    return Band.WATCH if value < SHIFTED_FROM else Band.SHIFTED


def _by_deciles(before: Floats, now: Floats) -> tuple[Ints, Ints]:
    known = before[~np.isnan(before)]
    inner = np.linspace(0.0, 1.0, _DECILES + 1)[1:-1]
    edges = np.unique(np.quantile(known, inner)) if len(known) else np.empty(0)
    return _bin(before, edges), _bin(now, edges)


def _bin(values: Floats, edges: Floats) -> Ints:
    return np.where(np.isnan(values), len(edges) + 1, np.searchsorted(edges, values, side="left")).astype(np.int64)


def _by_value(before: Texts, now: Texts) -> tuple[Ints, Ints]:
    values, counts = np.unique(before, return_counts=True)
    kept = np.sort(values[np.argsort(-counts, kind="stable")[:_MOST_VALUES]])
    return _place(before, kept), _place(now, kept)


def _place(texts: Texts, kept: Texts) -> Ints:
    if not len(kept):
        return np.zeros(len(texts), dtype=np.int64)
    place = np.minimum(np.searchsorted(kept, texts), len(kept) - 1)
    return np.where(kept[place] == texts, place, len(kept)).astype(np.int64)


def _texts(values: NDArray[np.generic]) -> Texts:
    return np.array(["" if is_missing(value) else str(value) for value in values.tolist()], dtype=np.str_)


def _share(which: NDArray[np.bool_]) -> float:
    return float(which.mean()) if len(which) else 0.0
