"""What may go from one company's history into the files of a model that another one uses.

Into the files go trees, sums over receivables, and the thresholds between them. So that these tell nothing of a single
customer of another company

* texts are only those of the company that the model is for, and none that comes from addresses or from its own codes;
* amounts are rounded before anything is learnt from them, so that no threshold is somebody's invoice.
"""

from __future__ import annotations

import numpy as np

from tasks.score.features import feature_place
from tasks.score.fitted.history import Bools, History, texts_of
from tasks.score.fitted.model import Inputs

SHARED_TEXTS = frozenset({"country", "sector", "customer_class", "payment_method", "document_type"})
"""Categories that mean the same in every company; a zone is a piece of an address, a branch and references are one's own."""

_AMOUNTS = ("log_amount", "amount_against_usual")
_AMOUNT_DECIMALS = 1
"""Of a logarithm: steps of a tenth are steps of about 10 % in money."""


def shared_codes(own: History, seen: Bools) -> dict[str, list[str]]:
    """The texts that a shared model knows: those of the company's own points in `seen`, of `SHARED_TEXTS` only."""
    return {name: texts if name in SHARED_TEXTS else [] for name, texts in texts_of(own, seen).items()}


def rounded_amounts(inputs: Inputs) -> Inputs:
    """The inputs with amounts too coarse to tell an invoice by."""
    places = [feature_place(name) for name in _AMOUNTS]
    found = inputs.copy()
    found[:, places] = np.round(found[:, places], _AMOUNT_DECIMALS)
    return found
