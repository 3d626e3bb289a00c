"""Turns what Great Expectations observed into an outcome in our words, and tells a failed check from bad data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation

from great_expectations.core import ExpectationValidationResult

from tasks.problems import Problem
from tasks.validate.checks import Check, ExpectationCheck, KeyCheck, MeasureCheck, counted
from tasks.validate.report import CheckFailedToRun, Outcome, RuleResult
from tasks.warehouse.errors import WITHHELD, statement_error


def outcome_of(check: Check, validated: ExpectationValidationResult) -> Outcome:
    """The outcome of `check`.

    Raises:
        CheckFailedToRun: the engine raised instead of observing; this says nothing about the data.
    """
    reasons = [_reason(info) for info in _raised(validated.exception_info)]
    if reasons:
        raise CheckFailedToRun(f"{check.relation}: the check {check.name} could not be carried out: {reasons[0]}")
    observed = validated.result.get("observed_value")
    result = RuleResult(
        relation=check.relation,
        rule=check.name,
        is_fulfilled=bool(validated.success),
        severity=check.severity,
        observed="" if observed is None else str(observed),
        sentence=check.sentence,
    )
    problem = None if validated.success else Problem(check.severity, check.where, _finding(check, observed), check.fix)
    return Outcome(check, result, problem)


def _finding(check: Check, observed: object) -> str:
    match check:
        case MeasureCheck():
            return check.finding(_number(observed))
        case KeyCheck():
            return f"{counted(_number(observed))} with a key that another row has ({', '.join(check.key)})"
        case ExpectationCheck(rule=rule) if rule is not None:
            return f"{rule.description} (observed: {observed})"
        case _:
            return f"the columns are not those of the contract: {observed}"


def _number(observed: object) -> Decimal | None:
    try:
        return None if observed is None else Decimal(str(observed))
    except InvalidOperation:
        return None


def _raised(info: object) -> Iterator[Mapping[str, object]]:
    """The exceptions in `exception_info`, which is one description, or one per metric."""
    if not isinstance(info, Mapping):
        return
    if info.get("raised_exception"):
        yield info
    for inner in info.values():
        yield from _raised(inner)


def _reason(info: Mapping[str, object]) -> str:
    return statement_error(str(info.get("exception_message"))) or WITHHELD
