"""What a fitted model foretells of a receivable: three probabilities and five quantiles of the days to payment."""

from __future__ import annotations

from enum import StrEnum


class Target(StrEnum):
    """A probability that a model gives; the tolerances in days are in the model (default 0, 7) and 90 for default."""

    LATE = "late"
    VERY_LATE = "very_late"
    DEFAULT = "default"


class Population(StrEnum):
    """Whom a booster is for: customers with settled receivables, or without."""

    KNOWN = "known"
    NEWCOMER = "newcomer"


DEFAULT_DAYS = 90
"""Days late from which a receivable counts as defaulted: the presumption of IFRS 9 B5.5.37."""

QUANTILES = (0.1, 0.25, 0.5, 0.75, 0.9)
"""Of the days from due date to payment."""

LEAST_DAYS, MOST_DAYS = -60, 365
"""Bounds of the days to payment that a model learns from: what is paid later is lost or in court, not late."""
