"""What comes after a step, as its message may tell it: the days it gives, when the announced follows, what else may.

A message so never threatens with what the strategy does not do.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tasks.segment.ladders import ANNOUNCED_BY, DAYS_TO_PAY, Purpose, Step
from tasks.segment.strategy import Strategy

NOTICE_DAYS = DAYS_TO_PAY + 3
"""Days between an announcement and what it announces: those that the message gives, and a weekend moved to the Monday."""


def announcing_step(steps: Sequence[Step], number: int) -> Step | None:
    """The nearest step above the one of `number` that announces it; None where nothing does or need."""
    announcement = ANNOUNCED_BY.get(steps[number].purpose)
    return next((step for step in reversed(steps[:number]) if step.purpose == announcement), None)


def announced_step(steps: Sequence[Step], number: int) -> Step | None:
    """The nearest step below the one of `number` that it announces; None where it announces nothing."""
    below = range(number + 1, len(steps))
    return next((steps[place] for place in below if announcing_step(steps, place) is steps[number]), None)


def notice_days(announcing: Step) -> int:
    """Days that must lie between `announcing` and what it announces, so that its deadline is over."""
    return NOTICE_DAYS if announcing.deadline_days is None else announcing.deadline_days + NOTICE_DAYS - DAYS_TO_PAY


def what_follows(strategy: Strategy, steps: Sequence[Step], number: int) -> tuple[int, int | None, list[str]]:
    """The columns `deadline_days, next_days, later_purposes` of `policy.steps` for the step of `number` of a ladder.

    The credit policy suspends without a step of its own: its deadline counts where no step says one.
    """
    step = steps[number]
    credit = _credit_deadlines(strategy, (step.step,))
    announced = announced_step(steps, number)
    if announced is not None:
        given = step.deadline_days or DAYS_TO_PAY
        next_days: int | None = announced.days
    else:
        given = step.deadline_days or min(credit, default=DAYS_TO_PAY)
        next_days = given + 1 if credit and step.purpose == "suspension_deadline" else None
    later: set[Purpose] = {below.purpose for below in steps[number + 1 :]}
    if _credit_deadlines(strategy, [below.step for below in steps[number:]]):
        later.add("suspension")
    return given, next_days, sorted(later)


def _credit_deadlines(strategy: Strategy, steps: Iterable[str]) -> list[int]:
    """Deadlines, in days, of the suspensions that the credit policy lets one of `steps` announce."""
    named = set(steps)
    rules = (rule.suspension for rule in strategy.credit_policy.rules)
    return [rule.deadline_days for rule in rules if rule is not None and named & set(rule.announced_by)]
