"""How far a company's level of lateness has moved since a model was trained, from outcomes that have become known."""

from __future__ import annotations

import numpy as np

from tasks.score.fitted.history import Bools
from tasks.score.fitted.model import Floats

CHECK_DAYS = 90
"""Receivables that fell due in so many days before the score judge the model's present level."""

PRIOR_WEIGHT = 25.0
"""Information of the belief that nothing has moved: that of about a hundred receivables at even odds."""


def level_shift(log_odds: Floats, is_late: Bools) -> float:
    """What to add to log-odds so that they meet the outcomes, drawn to 0 while these are few.

    The mode of a logistic regression with the log-odds as offset and a normal prior on the intercept. 0.0 without outcomes.
    """
    shift = 0.0
    for _ in range(25):
        share = 1 / (1 + np.exp(-(log_odds + shift)))
        gradient = float((is_late - share).sum()) - PRIOR_WEIGHT * shift
        step = gradient / (float((share * (1 - share)).sum()) + PRIOR_WEIGHT)
        shift += step
        if abs(step) < 1e-12:
            break
    return shift
