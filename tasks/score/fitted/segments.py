"""By what the figures of a back-test are told apart: labels of points, known when they were scored."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from tasks.score.evaluation.inputs import Floats, Texts
from tasks.score.fitted.history import Bools, History
from tasks.score.fitted.rules_of_thumb import numbers

MOST_LABELS = 8
"""Labels of a kind that are shown by themselves; rarer ones are `other`."""

CATEGORIES = ("document_type", "branch", "country", "zone", "sector", "customer_class", "payment_method")
_NONE, _OTHER = "none", "other"
_TERMS = (15, 30, 60, 90)
_QUARTERS = ("smallest_quarter", "second_quarter", "third_quarter", "largest_quarter")


def segments_of(history: History, rows: Bools) -> dict[str, Texts]:
    """A label per row for each kind that has at least two of them."""
    found = {kind: labels for kind, labels in _all(history, rows) if len(np.unique(labels)) > 1}
    return {kind: _frequent(labels) for kind, labels in found.items()}


def _all(history: History, rows: Bools) -> Iterator[tuple[str, Texts]]:
    yield "has_history", np.where(history.has_history[rows], "yes", "no")
    yield "currency", history.currency[rows].astype(np.str_)
    for name in CATEGORIES:
        texts = history.features[name].to_numpy(zero_copy_only=False)[rows]
        yield name, np.array([str(text) if text else _NONE for text in texts], dtype=np.str_)
    yield "amount", _quarters(history.amount[rows], history.currency[rows].astype(np.str_))
    yield "terms", _terms(numbers(history, "terms_days")[rows])


def _quarters(amount: Floats, currency: Texts) -> Texts:
    """Quarters of the receivables by amount, each currency for itself."""
    found = np.full(len(amount), _QUARTERS[0], dtype="<U16")
    for code in np.unique(currency):
        of_currency = currency == code
        edges = np.quantile(amount[of_currency], (0.25, 0.5, 0.75))
        found[of_currency] = np.array(_QUARTERS)[np.searchsorted(edges, amount[of_currency], side="left")]
    return found


def _terms(days: Floats) -> Texts:
    """Days from invoice to due date in bands: `000-015`, … `091+`; the zeros keep them in order."""
    lows = (0, *(end + 1 for end in _TERMS))
    labels = [f"{low:03}-{high:03}" for low, high in zip(lows, _TERMS, strict=False)]
    return np.array([*labels, f"{lows[-1]:03}+"])[np.searchsorted(_TERMS, days, side="left")]


def _frequent(labels: Texts) -> Texts:
    values, counts = np.unique(labels, return_counts=True)
    kept = values[np.argsort(-counts, kind="stable")[:MOST_LABELS]]
    return np.where(np.isin(labels, kept), labels, _OTHER)
