"""The rule by which a new model comes into use: only if it is better, out of time, than what scores now.

Better means both:

* its log loss over the test points is lower by more than chance: the 95 % interval of the difference, by drawing customers
  with replacement, lies below 0;
* its probabilities can be believed: expected calibration error at most `BELIEVABLE`, or at most that of what scores now, or
  no more than so few rows show of a perfect forecast 99 times in 100.

It must be so against everything it is compared with: what scores now, and the customer's own late share, which anybody has.
Without a comparison with what scores now nothing is promoted, however well it does against the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tasks.score.evaluation import metrics
from tasks.score.evaluation.figure import why_no_classes
from tasks.score.evaluation.inputs import Bools, Floats, Texts

BELIEVABLE = 0.03
"""Expected calibration error that a score may have (docs/design.md)."""

DRAWS = 500
LEAST_ROWS = 200
"""Points below which a comparison says nothing."""

_LEAST_PROBABILITY = 1e-6


@dataclass(frozen=True, kw_only=True)
class Duel:
    """The candidate against one other forecast over the same points.

    `chance_ece`: the calibration error that a perfect forecast stays under 99 times in 100 over these points.
    `difference`: log loss of the candidate less the other's, in nats per receivable, with its 95 % interval `low` to `high`.
    """

    against: str
    rows: int
    log_loss: float
    other_log_loss: float
    difference: float
    low: float
    high: float
    ece: float
    other_ece: float
    chance_ece: float
    auc: float
    other_auc: float
    brier: float
    other_brier: float

    @property
    def is_lower(self) -> bool:
        return self.high < 0

    @property
    def is_believable(self) -> bool:
        return self.ece <= max(BELIEVABLE, self.other_ece, self.chance_ece)

    @property
    def is_won(self) -> bool:
        return self.is_lower and self.is_believable


def duel(
    is_late: Bools, customer: Texts, *, candidate: Floats, other: Floats, against: str, seed: int = 0
) -> Duel | None:
    """The comparison; None where the points are too few or all of one kind.

    `candidate`, `other`: probabilities; points where `other` is NaN are left out.
    """
    known = ~np.isnan(other)
    late, mine, theirs = is_late[known], candidate[known], other[known]
    if known.sum() < LEAST_ROWS or why_no_classes(late=int(late.sum()), rows=len(late)) is not None:
        return None
    loss = _losses(late, mine) - _losses(late, theirs)
    low, high = _interval(loss, customer[known], seed)
    return Duel(
        against=against,
        rows=len(late),
        log_loss=float(_losses(late, mine).mean()),
        other_log_loss=float(_losses(late, theirs).mean()),
        difference=float(loss.mean()),
        low=low,
        high=high,
        ece=metrics.calibration_error(late, mine),
        other_ece=metrics.calibration_error(late, theirs),
        chance_ece=_chance_ece(mine, seed),
        auc=metrics.auc(late, mine),
        other_auc=metrics.auc(late, theirs),
        brier=metrics.brier(late, mine),
        other_brier=metrics.brier(late, theirs),
    )


def is_compared(duels: Sequence[Duel], in_use: str) -> bool:
    """Whether the candidate met what scores now."""
    return any(item.against == in_use for item in duels)


def is_better(duels: Sequence[Duel], in_use: str) -> bool:
    """Whether the candidate won all of them, that against what scores now among them."""
    return is_compared(duels, in_use) and all(item.is_won for item in duels)


def _losses(is_late: Bools, probability: Floats) -> Floats:
    kept = np.clip(probability, _LEAST_PROBABILITY, 1 - _LEAST_PROBABILITY)
    losses: Floats = -np.log(np.where(is_late, kept, 1 - kept))
    return losses


def _chance_ece(probability: Floats, seed: int) -> float:
    """The 99 % quantile of the calibration error of outcomes drawn from the probabilities themselves."""
    rng = np.random.default_rng(seed)
    tenth = metrics.tenth_of(probability)
    foretold = np.bincount(tenth, weights=probability, minlength=metrics.BINS)
    drawn = (rng.uniform(size=len(probability)) < probability for _ in range(DRAWS))
    errors = [np.abs(np.bincount(tenth, weights=late, minlength=metrics.BINS) - foretold).sum() for late in drawn]
    return float(np.quantile(errors, 0.99)) / len(probability)


def _interval(loss: Floats, customer: Texts, seed: int) -> tuple[float, float]:
    """The 95 % interval of the mean by drawing customers: receivables of one are alike, so they come and go together."""
    _, place = np.unique(customer, return_inverse=True)
    sums, counts = np.bincount(place, weights=loss), np.bincount(place)
    rng = np.random.default_rng(seed)
    means = np.empty(DRAWS)
    for number in range(DRAWS):
        drawn = rng.integers(0, len(sums), len(sums))
        means[number] = sums[drawn].sum() / counts[drawn].sum()
    low, high = np.percentile(means, (2.5, 97.5))
    return float(low), float(high)
