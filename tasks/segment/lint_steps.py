"""Finds steps of a ladder that can never be sent, or that will surprise whoever wrote them.

The reasoning rests on two rules of docs/strategy.md: of several steps that are due the highest is sent, and after a step
was sent no lower one is. So a step is out of reach as soon as a higher one opens on the same day or earlier.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from tasks.problems import Problem
from tasks.segment.families import phase_of
from tasks.segment.ladders import Ladder, Step
from tasks.segment.lint_harsh import lint_harsh_steps
from tasks.segment.strategy import ContactCap, Strategy

DAYS_OF_A_WEEKEND = 2
LONGEST_MONTH = 31


def lint_ladder(strategy: Strategy, ladder: Ladder, where: str) -> list[Problem]:
    """The findings of one ladder; `where` is its place in the file."""
    steps = ladder.steps
    tolerance = strategy.tolerance_days if ladder.tolerance_days is None else ladder.tolerance_days
    if not steps:
        return [Problem("error", where, "the ladder has no step", "Add a step, or use `ladder: none` in the segment.")]
    return [
        *_anchors(steps, where),
        *lint_harsh_steps(steps, where),
        *_order(tolerance, steps, where),
        *_purposes(tolerance, steps, where),
        *_repeats(tolerance, steps, where),
        *_quiet_days(strategy, steps, where),
        *_cap(strategy.contact_cap, tolerance, steps, where),
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
        if step.anchor == "previous_step":
            yield Problem("error", place, "there is no step above the first", "Write `after_due: …` in place of it.")
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


def opening_days(tolerance_days: int, steps: tuple[Step, ...]) -> dict[str, range]:
    """The days from the due date on which each step can open at first; steps counted from invoices or events have none."""
    days: dict[str, range] = {}
    for step in steps:
        if step.after_step is not None:
            if step.after_step.step in days:
                base = days[step.after_step.step]
                days[step.step] = range(base.start + step.days, base.stop + step.days)
        elif step.anchor == "after_due":
            days[step.step] = _day(tolerance_days + step.days)
        elif step.anchor == "end_of_month":
            days[step.step] = range(step.days, step.days + LONGEST_MONTH)
        elif step.anchor in ("before_due", "on_due"):
            days[step.step] = _day(-step.days)
        if step.step in days and phase_of(step.purpose) == "after":
            found, late = days[step.step], tolerance_days + 1
            days[step.step] = range(max(found.start, late), max(found.stop, late + 1))
    return days


def _day(day: int) -> range:
    return range(day, day + 1)


def _order(tolerance_days: int, steps: tuple[Step, ...], where: str) -> Iterator[Problem]:
    days = opening_days(tolerance_days, steps)
    for number, step in enumerate(steps):
        for lower in steps[:number]:
            both_known = step.step in days and lower.step in days
            same_invoice_days = step.anchor == lower.anchor == "after_invoice" and step.days <= lower.days
            if (both_known and days[step.step].stop <= days[lower.step].start + 1) or same_invoice_days:
                yield Problem(
                    "error",
                    _place(where, number, step),
                    f"'{step.step}' ({step.when}) opens no later than '{lower.step}' ({lower.when}) above it,"
                    f" so '{lower.step}' can never be reached",
                    "Put the steps in the order of their days, and give each a later day than the one above it.",
                )
                break
            if both_known and days[step.step].start < days[lower.step].stop:
                yield Problem(
                    "warning",
                    _place(where, number, step),
                    f"'{step.step}' ({step.when}) opens before '{lower.step}' ({lower.when}) in some months,"
                    f" and '{lower.step}' is then left out",
                    "Give it a day that is later in every month.",
                )
                break


def _purposes(tolerance_days: int, steps: tuple[Step, ...], where: str) -> Iterator[Problem]:
    days = opening_days(tolerance_days, steps)
    for number, step in enumerate(steps):
        place, phase = _place(where, number, step), phase_of(step.purpose)
        if step.anchor == "before_due" and phase not in ("before", "any"):
            yield Problem(
                "error",
                place,
                f"a step before the due date cannot have the purpose {step.purpose}",
                "Write `purpose: pre_due`.",
            )
        elif phase == "before" and days.get(step.step, _day(-1)).start >= 0:
            yield Problem(
                "error",
                place,
                f"can never be sent: it speaks of what is not yet due, and opens on day {days[step.step].start} after that",
                "Write `purpose: due` or `purpose: overdue`, or an earlier day.",
            )
        elif step.anchor == "on_due" and phase == "after":
            yield Problem(
                "error",
                place,
                "on the due date nothing is overdue yet",
                "Write `purpose: due`, or `after_due: 1` in place of `on_due`.",
            )


def _repeats(tolerance_days: int, steps: tuple[Step, ...], where: str) -> Iterator[Problem]:
    days = opening_days(tolerance_days, steps)
    for number, (step, following) in enumerate(pairwise(steps)):
        if step.repeat is None or step.step not in days or following.step not in days:
            continue
        if days[following.step].start <= days[step.step].start + step.repeat.every:
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


def _cap(cap: ContactCap | None, tolerance_days: int, steps: tuple[Step, ...], where: str) -> Iterator[Problem]:
    days = opening_days(tolerance_days, steps)
    if cap is None:
        return
    dated = [(number, step) for number, step in enumerate(steps) if step.step in days]
    for number, step in dated:
        # Any one of a step's channels that is free lets it go.
        caps = [cap, *([cap.per_channel[step.channels[0]]] if _has_own_cap(cap, step) else [])]
        for one in caps:
            said = [
                other
                for before, other in dated
                if before < number
                and days[step.step].start - days[other.step].start < one.per_days
                and (one is cap or step.channels[0] in other.channels)
            ]
            if len(said) >= one.contacts:
                by = "" if one is cap else f" by {step.channels[0]}"
                yield Problem(
                    "warning",
                    _place(where, number, step),
                    f"the cap of {one.contacts} contact(s){by} in {one.per_days} days will hold it back after '{said[-1].step}'",
                    "Space the steps more widely, or allow more contacts.",
                )
                break


def _has_own_cap(cap: ContactCap, step: Step) -> bool:
    return len(step.channels) == 1 and step.channels[0] in cap.per_channel
