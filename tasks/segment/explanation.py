"""What `puntual explain` answers, as values; the words are filled in already, in one language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from tasks.segment.reasons import Decision

Outcome = Literal["decided", "settled", "not_open", "unknown"]


@dataclass(frozen=True)
class Fact:
    """One thing that is known of the receivable: a stable name, its label and its value."""

    name: str
    label: str
    value: str


@dataclass(frozen=True)
class RuleTest:
    """One rule of the path: its stable name (a reason, or `segment:<name>`), its question, the answer and by what."""

    rule: str
    question: str
    holds: bool
    detail: str


@dataclass(frozen=True)
class Explanation:
    """Why a receivable was treated as it was on `as_of`; the path ends with the rule that decided."""

    receivable_id: str
    as_of: date
    outcome: Outcome
    conclusion: str
    facts: tuple[Fact, ...] = ()
    path: tuple[RuleTest, ...] = ()
    ladder: tuple[str, ...] = ()
    decision: Decision | None = None
    reason: str | None = None
    next_action_on: date | None = None
    reminder_key: str | None = None
