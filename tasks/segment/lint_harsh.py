"""Proves that nothing that hurts comes unannounced, too soon after its announcement, or without a person's approval.

sql/decide/schedule_steps.sql holds the same rules for each receivable, so that catching up after missed days breaks none of them.
"""

from __future__ import annotations

from collections.abc import Iterator

from tasks.problems import Problem
from tasks.segment.following import announcing_step, notice_days
from tasks.segment.ladders import ANNOUNCED_BY, DAYS_TO_PAY, WORK_CHANNELS, Channel, Purpose, Step

HARSH_WORK: tuple[Channel, ...] = ("legal", "agency")
PURPOSES_OF_HARSH_WORK: tuple[Purpose, ...] = ("legal_deadline", "hand_over")


def lint_harsh_steps(steps: tuple[Step, ...], where: str) -> Iterator[Problem]:
    """The findings about the steps of one ladder that hurt; all are errors."""
    for number, step in enumerate(steps):
        place = f"{where}.{number} ({step.step})"
        yield from _announced(steps, number, place)
        handed = [channel for channel in (*step.channels, *step.fallback_channels) if channel in HARSH_WORK]
        if handed and step.purpose not in PURPOSES_OF_HARSH_WORK:
            yield Problem(
                "error",
                place,
                f"the channel '{handed[0]}' starts legal or outside collection, and the purpose '{step.purpose}' does not say so",
                "Write `purpose: hand_over`, or use another channel.",
            )


def _announced(steps: tuple[Step, ...], number: int, place: str) -> Iterator[Problem]:
    step = steps[number]
    announcement = ANNOUNCED_BY.get(step.purpose)
    if announcement is None:
        return
    announcing = announcing_step(steps, number)
    if announcing is None:
        yield Problem(
            "error",
            place,
            f"'{step.purpose}' would come unannounced: no step above it has the purpose {announcement}",
            f"Add a step with `purpose: {announcement}` above it.",
        )
    elif soft := _without_proof(announcing):
        yield Problem(
            "error",
            place,
            f"'{announcing.step}' announces '{step.purpose}' by {soft}, and a line on a list is no proof that it was said",
            f"Let '{announcing.step}' go by e-mail, letter or the legal list only.",
        )
    elif step.after_step is None or step.after_step.step != announcing.step or step.days < notice_days(announcing):
        yield Problem(
            "error",
            place,
            f"'{step.purpose}' must leave the time that '{announcing.step}' gives: {_given(announcing)} days, and a weekend after them",
            f"Write `after_step: {{step: {announcing.step}, days: {notice_days(announcing)}}}` or more days in place of {step.when}.",
        )
    if not step.needs_approval:
        yield Problem(
            "error", place, f"'{step.purpose}' goes out without a person looking", "Add `needs_approval: true`."
        )


def _without_proof(announcing: Step) -> str:
    """The channels of an announcement that leave nothing to show: what collectors and sales people say."""
    used = (*announcing.channels, *announcing.fallback_channels)
    return ", ".join(channel for channel in used if channel in WORK_CHANNELS and channel not in HARSH_WORK)


def _given(announcing: Step) -> str:
    days = announcing.deadline_days or DAYS_TO_PAY
    return "ten" if days == DAYS_TO_PAY else str(days)
