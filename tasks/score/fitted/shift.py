"""How far a company's level of lateness has moved since a model was trained, from outcomes that have become known."""

from __future__ import annotations

import numpy as np

from tasks.score.fitted.history import Bools
from tasks.score.fitted.model import Floats

CHECK_DAYS = 90
"""Receivables that fell due in so many days before the score judge the model's present level."""

PRIOR_WEIGHT = 25.0
"""Information of the belief that nothing has moved: that of about a hundred receivables at even odds."""


_EXACT_ENOUGH = 1e-10


def level_shift(log_odds: Floats, is_late: Bools) -> float:
    """What to add to log-odds so that they meet the outcomes, drawn to 0 while these are few.

    The mode of a logistic regression with the log-odds as offset and a normal prior on the intercept. 0.0 without outcomes.
    """
    # By halves: Newton's steps jump to and fro for ever where the level has moved far.
    low, high = -len(log_odds) / PRIOR_WEIGHT, len(log_odds) / PRIOR_WEIGHT
    while high - low > _EXACT_ENOUGH:
        shift = (low + high) / 2
        share = (1 + np.tanh((log_odds + shift) / 2)) / 2
        excess = float((is_late - share).sum()) - PRIOR_WEIGHT * shift
        low, high = (shift, high) if excess > 0 else (low, shift)
    return (low + high) / 2
