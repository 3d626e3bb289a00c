"""What validation found: one result per check, the warnings, and where the pages are."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tasks.problems import Problem, Severity
from tasks.validate.checks import Check


class CheckFailedToRun(RuntimeError):
    """A check could not be carried out, so nothing is known about the data. A defect of Puntual or of a contract."""


@dataclass(frozen=True)
class RuleResult:
    """One check's outcome. `observed` is a count, sum, age or list of columns, never a row's value."""

    relation: str
    rule: str
    is_fulfilled: bool
    severity: Severity
    observed: str
    sentence: str


@dataclass(frozen=True)
class ValidationReport:
    """All results of a run that may go on: no error, perhaps warnings. `data_docs` is the page to open."""

    results: tuple[RuleResult, ...]
    warnings: tuple[Problem, ...]
    data_docs: Path


@dataclass(frozen=True)
class Outcome:
    """A check with what the engine observed: what to report, and what is wrong (None when the check is fulfilled)."""

    check: Check
    result: RuleResult
    problem: Problem | None
