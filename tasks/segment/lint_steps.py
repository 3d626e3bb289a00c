"""Finds steps of a ladder that can never be sent, or that will surprise whoever wrote them.

The reasoning rests on two rules of docs/strategy.md: of several steps that are due the highest is sent, and after a step
was sent no lower one is. So a step is out of reach as soon as a higher one opens on the same day or earlier.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from tasks.problems import Problem
from tasks.segment.ladders import Ladder, Step
from tasks.segment.strategy import Strategy

DAYS_OF_A_WEEKEND = 2


def lint_ladder(strategy: Strategy, ladder: Ladder, where: str) -> list[Problem]:
    """The findings of one ladder; `where` is its place in the file."""
    steps = ladder.steps
    if not steps:
        return [Problem("error", where, "the ladder has no step", "Add a step, or use `ladder: none` in the segment.")]
    return [
        *_anchors(steps, where),
        *_order(strategy, steps, where),
        *_purposes(strategy, steps, where),
        *_repeats(strategy, steps, where),
        *_quiet_days(strategy, steps, where),
        *_cap(strategy, steps, where),
    ]


def _place(where: str, number: int, step: Step) -> str:
    return f"{where}.{number} ({step.step})"


def _anchors(steps: tuple[Step, ...], where: str) -> Iterator[Problem]:
    names = [step.step for step in steps]
    for number, step in enumerate(steps):
        place = _place(where, number, step)
        if step.step in names[:number]:
            yield Problem("error", place, "the name is already taken by an earlier step", "Rename one of them.")
        if step.needs_approval and number > 0 and step.after_step is None:
            yield Problem(
                "error",
                place,
                "a step that needs approval must follow the step that announces it, and this one may come without it",
                f"Write `after_step: {{step: {names[number - 1]}, days: …}}` in place of {step.when}.",
            )
        if step.after_step is None:
            continue
        anchor = step.after_step.step
        if anchor not in names[:number]:
            what = "comes later in the ladder" if anchor in names[number:] else "does not exist in the ladder"
            yield Problem(
                "error",
                place,
                f"can never be sent: it waits for the step '{anchor}', which {what}",
                f"Name an earlier step: {', '.join(names[:number]) or 'the first step cannot be after_step'}.",
            )
        elif anchor != names[number - 1]:
            yield Problem(
                "warning",
                place,
                f"waits for '{anchor}', which is never sent once a run has caught up with '{names[number - 1]}'",
                f"Anchor it on '{names[number - 1]}'.",
            )


def opening_days(strategy: Strategy, steps: tuple[Step, ...]) -> dict[str, int]:
    """Earliest day each step opens, counted from the due date; steps counted from the invoice have none."""
    days: dict[str, int] = {}
    for step in steps:
        if step.after_step is not None:
            if step.after_step.step in days:
                days[step.step] = days[step.after_step.step] + step.days
        elif step.anchor == "after_due":
            days[step.step] = strategy.tolerance_days + step.days
        elif step.anchor != "after_invoice":
            days[step.step] = -step.days
        if step.step in days and step.purpose == "overdue":
            days[step.step] = max(days[step.step], strategy.tolerance_days + 1)
    return days


def _order(strategy: Strategy, steps: tuple[Step, ...], where: str) -> Iterator[Problem]:
    days = opening_days(strategy, steps)
    for number, step in enumerate(steps):
        for lower in steps[:number]:
            both_known = step.step in days and lower.step in days
            same_invoice_days = step.anchor == lower.anchor == "after_invoice" and step.days <= lower.days
            if (both_known and days[step.step] <= days[lower.step]) or same_invoice_days:
                yield Problem(
                    "error",
                    _place(where, number, step),
                    f"'{step.step}' ({step.when}) opens no later than '{lower.step}' ({lower.when}) above it,"
                    f" so '{lower.step}' can never be reached",
                    "Put the steps in the order of their days, and give each a later day than the one above it.",
                )
                break


def _purposes(strategy: Strategy, steps: tuple[Step, ...], where: str) -> Iterator[Problem]:
    days = opening_days(strategy, steps)
    for number, step in enumerate(steps):
        place = _place(where, number, step)
        if step.anchor == "before_due" and step.purpose != "pre_due":
            yield Problem(
                "error",
                place,
                f"a step before the due date cannot have the purpose {step.purpose}",
                "Write `purpose: pre_due`.",
            )
        elif step.purpose == "pre_due" and days.get(step.step, -1) >= 0:
            yield Problem(
                "error",
                place,
                f"can never be sent: it speaks of what is not yet due, and opens on day {days[step.step]} after that",
                "Write `purpose: due` or `purpose: overdue`, or an earlier day.",
            )
        elif step.anchor == "on_due" and step.purpose == "overdue":
            yield Problem(
                "error",
                place,
                "on the due date nothing is overdue yet",
                "Write `purpose: due`, or `after_due: 1` in place of `on_due`.",
            )


def _repeats(strategy: Strategy, steps: tuple[Step, ...], where: str) -> Iterator[Problem]:
    days = opening_days(strategy, steps)
    for number, (step, following) in enumerate(pairwise(steps)):
        if step.repeat is None or step.step not in days or following.step not in days:
            continue
        if days[following.step] <= days[step.step] + step.repeat.every:
            yield Problem(
                "warning",
                _place(where, number, step),
                f"its repetition is never reached: '{following.step}' ({following.when}) opens first",
                "Remove `repeat`, or make the next step later.",
            )


def _quiet_days(strategy: Strategy, steps: tuple[Step, ...], where: str) -> Iterator[Problem]:
    if len(strategy.quiet_days.weekdays) < DAYS_OF_A_WEEKEND:
        return
    for number, step in enumerate(steps):
        if step.before_due is not None and step.before_due <= len(strategy.quiet_days.weekdays):
            yield Problem(
                "warning",
                _place(where, number, step),
                f"{step.when} may fall in quiet days and is then never sent, for the due date has come",
                f"Write at least `before_due: {len(strategy.quiet_days.weekdays) + 1}`.",
            )


def _cap(strategy: Strategy, steps: tuple[Step, ...], where: str) -> Iterator[Problem]:
    cap, days = strategy.contact_cap, opening_days(strategy, steps)
    if cap is None:
        return
    for number, step in enumerate(steps):
        window = [other for other in steps[:number] if step.step in days and other.step in days]
        said = [other for other in window if days[step.step] - days[other.step] < cap.per_days]
        if len(said) >= cap.contacts:
            yield Problem(
                "warning",
                _place(where, number, step),
                f"the cap of {cap.contacts} contact(s) in {cap.per_days} days will hold it back after '{said[-1].step}'",
                "Space the steps more widely, or allow more contacts.",
            )
