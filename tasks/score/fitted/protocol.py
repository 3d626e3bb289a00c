"""How a history is parted for an out-of-time test: which points count, what is learnt from, and what is tested on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tasks.score.evaluation.leaks import Protocol
from tasks.score.fitted.history import Bools, History
from tasks.score.fitted.targets import Target
from tasks.score.fitted.training import Recipe, TooShort, usable

TRAIN_SHARE = 0.7
"""Share of the points before the cutoff."""

LEAST_TEST_ROWS = 50
"""Fewer test rows than this have no figures (docs/backtest.md)."""


@dataclass(frozen=True, kw_only=True)
class Scope:
    """Which points are tested: scored at issue, before they were due, from `cutoff` on and before `until`.

    `document_type`: only such documents; None for invoices and debit notes alike.
    """

    end: np.datetime64
    """The morning on which outcomes are looked at: the day of the back-test."""
    cutoff: np.datetime64
    until: np.datetime64
    document_type: str | None = None


def scope_of(
    history: History,
    as_of: date,
    *,
    tolerance: int = 0,
    cutoff: date | None = None,
    train_share: float = TRAIN_SHARE,
    horizon: int | None = None,
    document_type: str | None = None,
) -> Scope:
    """The scope of a test with outcomes known on the morning of `as_of`.

    Without `cutoff` it is the day with `train_share` of the points before it; `horizon` is the length of the test in days.

    Raises:
        TooShort: no point, or too few after the cutoff.
    """
    end = np.datetime64(as_of)
    points = _judged(history, tolerance, end, document_type)
    if not points.any():
        raise TooShort(f"no receivable fell due before {as_of} that could have been scored before it was due")
    day = (
        np.sort(history.scored_on[points])[int(train_share * points.sum())] if cutoff is None else np.datetime64(cutoff)
    )
    until = end if horizon is None else min(day + np.timedelta64(horizon, "D"), end)
    scope = Scope(end=end, cutoff=day, until=until, document_type=document_type)
    rows = int(judged_rows(history, scope, tolerance).sum())
    if rows < LEAST_TEST_ROWS:
        raise TooShort(
            f"only {rows} receivables were scored from {day} on and have a known outcome; a test needs {LEAST_TEST_ROWS}"
        )
    return scope


def judged_rows(history: History, scope: Scope, tolerance: int) -> Bools:
    """Points of the test whose outcome, late by more than `tolerance` days or not, is known."""
    judged = _judged(history, tolerance, scope.end, scope.document_type)
    return judged & (history.scored_on >= scope.cutoff) & (history.scored_on < scope.until)


def learnt_rows(history: History, scope: Scope, tolerance: int) -> Bools:
    """The same kind of points before the cutoff, with outcomes known on it: what the naive forecasts learn from."""
    earlier = history.is_even & (history.scored_on < scope.cutoff)
    return _judged(history, tolerance, scope.cutoff, scope.document_type) & earlier


def protocol_of(history: History, scope: Scope, target: Target, recipe: Recipe) -> Protocol:
    """How the points that the model learnt from and those of the test lie in time, for the guard against leaks."""
    days = recipe.days_of(target)
    learnt = usable(history, days, scope.cutoff, target=target)
    return Protocol(
        train_scored_on=history.scored_on[learnt],
        train_known_on=history.due_on[learnt] + np.timedelta64(days, "D"),  # in the evening
        test_scored_on=history.scored_on[judged_rows(history, scope, days)],
    )


def is_of_type(history: History, document_type: str | None) -> Bools:
    """Points of one kind of document, or all."""
    if document_type is None:
        return np.ones(len(history), dtype=np.bool_)
    found: Bools = pc.equal(history.features["document_type"], pa.scalar(document_type)).to_numpy(zero_copy_only=False)
    return found.astype(np.bool_)


def _judged(history: History, tolerance: int, known_on: np.datetime64, document_type: str | None) -> Bools:
    return (
        history.is_at_issue
        & (history.days_overdue <= 0)
        & history.is_mature(tolerance, known_on)
        & is_of_type(history, document_type)
    )
