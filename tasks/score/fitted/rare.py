"""What a model may say of a rare outcome long before it shows: of defaults, while a receivable is not overdue yet.

Defaults are few, known late, and mostly learnt from receivables that are overdue already. Of those that are not, the trees
rank better than chance and exaggerate: on a real ledger their probabilities were no better than the base rate. So the level of
receivables that are not overdue is their own base rate, and the trees move it as far as they did well on months that they had
not seen: not at all where that was no better than the base rate.
"""

from __future__ import annotations

import numpy as np

from tasks.score.fitted.history import Bools
from tasks.score.fitted.model import Calibration, Floats, odds_of

_SLOPES = np.linspace(0.0, 1.0, 11)
_EVENTS_OF_DOUBT = 50
"""Foretold defaults with which half of the best slope is believed."""


def believed_slope(foretold: Floats, happened: Bools) -> float:
    """How far log-odds foretold for unseen months may move the base rate, 0 to 1.

    `foretold`: log-odds of what was not overdue. The slope with the surest gain of log loss over the base rate, two standard
    errors taken off, among those with a lower Brier score; 0, the base rate alone, where there is none.
    """
    events = int(happened.sum())
    if not 0 < events < len(happened):
        return 0.0
    plain = np.full(len(happened), float(happened.mean()))
    best, gained = 0.0, 0.0
    for slope in _SLOPES[1:]:
        moved = _probability(foretold, float(slope), plain[0])
        gain = _losses(plain, happened) - _losses(moved, happened)
        certain = float(gain.mean() - 2 * gain.std() / np.sqrt(len(gain)))
        is_nearer = bool(((moved - happened) ** 2).mean() < ((plain - happened) ** 2).mean())
        if is_nearer and certain > gained:
            best, gained = float(slope), certain
    return best * events / (events + _EVENTS_OF_DOUBT)


def base_calibration(margins: Floats, *, slope: float, base: float) -> Calibration:
    """The calibration with `slope` whose mean over these rows is the share `base`.

    The base rate is that of all customers: newcomers are most of a young history, and by theirs it was missed.
    """
    return Calibration(slope, _offset(slope * margins, base) if len(margins) else odds_of(base))


def _losses(probability: Floats, happened: Bools) -> Floats:
    losses: Floats = -np.log(np.clip(np.where(happened, probability, 1 - probability), 1e-6, 1.0))
    return losses


def _probability(margins: Floats, slope: float, base: float) -> Floats:
    found: Floats = 1 / (1 + np.exp(-(slope * margins + _offset(slope * margins, base))))
    return found


def _offset(margins: Floats, base: float) -> float:
    """What to add to log-odds so that the mean of the probabilities is `base`, by halving."""
    low, high = -50.0, 50.0
    for _ in range(60):
        middle = (low + high) / 2
        if float((1 / (1 + np.exp(-(margins + middle)))).mean()) < base:
            low = middle
        else:
            high = middle
    return (low + high) / 2
