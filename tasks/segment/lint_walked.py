"""What a walk over a strategy's ladders found: what was said on which day, and what stood against it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tasks.segment.lint_worlds import Case

LONGEST_WALK = 400
"""Days after the due date at which a walk ends: who has heard nothing more by then never will."""
OVERTAKEN = "overtaken"
"""Stands in place of a reason where a higher step was due on the same day."""


@dataclass(frozen=True)
class Said:
    """A step that was said about a case on a day, having opened on `opened_on`."""

    case: Case
    step: str
    day: date
    opened_on: date


@dataclass(frozen=True)
class Stood:
    """A step that was due for a case on a day and was not said, for `reason`; `other`: the step that was due with it, and higher."""

    case: Case
    step: str
    day: date
    reason: str
    other: str | None


@dataclass(frozen=True)
class Walk:
    """All that was said and all that stood against it, by day."""

    said: tuple[Said, ...]
    stood: tuple[Stood, ...]
    builds: int
