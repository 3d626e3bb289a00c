"""The metrics themselves over plain arrays, by scikit-learn where it has them; the one place that imports it here.

Every function wants both classes present; when a figure exists at all is decided in `figures`.
"""

from __future__ import annotations

import numpy as np
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]
from sklearn.metrics import (  # type: ignore[import-untyped]
    average_precision_score,
    brier_score_loss,
    log_loss,
    roc_auc_score,
)

from tasks.score.evaluation.inputs import Bools, Floats, Ints

BINS = 10
_LEAST_PROBABILITY = 1e-6  # a certainty that was wrong costs 13.8, not infinity


def auc(is_late: Bools, probability: Floats) -> float:
    """Area under the ROC curve: how often a late row has the higher probability of the two; ties count half."""
    return float(roc_auc_score(is_late, probability))


def average_precision(is_late: Bools, probability: Floats) -> float:
    """Mean precision over the recalled late rows (the area under the precision-recall steps)."""
    return float(average_precision_score(is_late, probability))


def brier(is_late: Bools, probability: Floats) -> float:
    """Mean squared difference between probability and outcome (Brier 1950)."""
    return float(brier_score_loss(is_late, np.clip(probability, 0.0, 1.0)))


def logarithmic_loss(is_late: Bools, probability: Floats) -> float:
    """Mean negative log-likelihood in nats."""
    return float(log_loss(is_late, np.clip(probability, _LEAST_PROBABILITY, 1.0 - _LEAST_PROBABILITY)))


def tenth_of(probability: Floats) -> Ints:
    """The tenth (0 to 9) of each row by ascending probability, ties in the order given.

    The same as `pandas.qcut(rank(method="first"), 10)`, by which the reference baselines measure calibration.
    """
    rows = len(probability)
    rank = np.empty(rows, dtype=np.float64)
    rank[np.argsort(probability, kind="stable")] = np.arange(1, rows + 1)
    edges = np.quantile(rank, np.linspace(0.0, 1.0, BINS + 1))
    return np.maximum(np.searchsorted(edges, rank, side="left") - 1, 0).astype(np.int64)


def calibration_error(is_late: Bools, probability: Floats) -> float:
    """Expected calibration error over ten bins of equal counts: mean distance of observed from foretold share."""
    p = np.clip(probability, 0.0, 1.0)
    tenth = tenth_of(p)
    late = np.bincount(tenth, weights=is_late.astype(np.float64), minlength=BINS)
    foretold = np.bincount(tenth, weights=p, minlength=BINS)
    return float(np.abs(late - foretold).sum() / len(p))


def precision_at_top(is_late: Bools, probability: Floats) -> float:
    """Share of late rows among the tenth with the highest probability, ties in the order given."""
    top = np.argsort(-probability, kind="stable")[: max(1, len(probability) // 10)]
    return float(is_late[top].mean())


def calibration_slope(is_late: Bools, probability: Floats) -> float:
    """Slope of the log-odds of the outcome on the foretold log-odds (Cox 1958): 1 is right, below 1 too extreme."""
    p = np.clip(probability, _LEAST_PROBABILITY, 1.0 - _LEAST_PROBABILITY)
    fitted = LogisticRegression(C=np.inf, max_iter=200).fit(np.log(p / (1.0 - p)).reshape(-1, 1), is_late)
    return float(fitted.coef_[0, 0])
