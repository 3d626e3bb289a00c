"""What a step's message may tell of what comes after it: its deadline, when the announced can follow, and what else may."""

from __future__ import annotations

import pytest
from pydantic import JsonValue

from tasks.segment.following import what_follows
from tasks.segment.lint_harsh import lint_harsh_steps
from tasks.segment.strategy import Strategy

FIRST: dict[str, JsonValue] = {"step": "first", "after_due": 5}
WARN: dict[str, JsonValue] = {"step": "warn", "after_due": 30, "purpose": "suspension_deadline"}


def _strategy(*steps: dict[str, JsonValue], **more: JsonValue) -> Strategy:
    return Strategy.model_validate(
        {"ladders": {"l": list(steps)}, "segments": [{"name": "all", "ladder": "l"}], **more}
    )


def _stop(days: int) -> dict[str, JsonValue]:
    return {"step": "stop", "previous_step": days, "purpose": "suspension", "needs_approval": True}


def _of(strategy: Strategy, number: int) -> tuple[int, int | None, list[str]]:
    return what_follows(strategy, strategy.ladders["l"].steps, number)


def test_an_announcement_names_the_days_of_the_step_that_it_announces() -> None:
    strategy = _strategy(FIRST, WARN, _stop(20))
    assert _of(strategy, 0) == (10, None, ["suspension", "suspension_deadline"])
    assert _of(strategy, 1) == (10, 20, ["suspension"])
    assert _of(strategy, 2) == (10, None, [])


def test_a_step_gives_the_days_it_says() -> None:
    assert _of(_strategy({**FIRST, "deadline_days": 5}), 0) == (5, None, [])


def test_an_announcement_of_what_no_step_does_names_nothing() -> None:
    assert _of(_strategy(FIRST, WARN), 1) == (10, None, [])


def test_a_suspension_by_the_credit_policy_follows_its_own_deadline() -> None:
    policy: JsonValue = {
        "rules": [{"name": "all", "suspension": {"days_overdue": 60, "announced_by": ["warn"], "deadline_days": 15}}]
    }
    strategy = _strategy(FIRST, WARN, credit_policy=policy)
    assert _of(strategy, 0) == (10, None, ["suspension", "suspension_deadline"])
    assert _of(strategy, 1) == (15, 16, ["suspension"])


@pytest.mark.parametrize(
    ("given", "days", "is_good"), [(None, 13, True), (None, 12, False), (20, 22, False), (20, 23, True)]
)
def test_what_was_announced_waits_for_the_deadline_and_a_weekend(given: int | None, days: int, is_good: bool) -> None:
    steps = _strategy(FIRST, {**WARN, "deadline_days": given}, _stop(days)).ladders["l"].steps
    problems = list(lint_harsh_steps(steps, "ladders.l"))
    assert (problems == []) is is_good
    assert is_good or f"gives: {given or 'ten'} days" in problems[0].what
