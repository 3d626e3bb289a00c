"""The steps of a ladder as they are decided: one that asks for the next confirmation stands for one of each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tasks.duties.links import LINKS, Link
from tasks.segment.families import Phase, phase_of
from tasks.segment.ladders import Purpose, Step


@dataclass(frozen=True)
class SaidStep:
    """A step as it is decided: of one that `confirms: next`, what it says when one of the links is the next.

    `name`: what is remembered. `link`: the confirmation that must be missing for it; None: of any purpose that asks for none.
    `is_next_link`: it must be the first that is missing.
    """

    step: Step
    name: str
    purpose: Purpose
    phase: Phase
    link: Link | None
    is_next_link: bool


def said_steps(steps: Sequence[Step]) -> Iterator[SaidStep]:
    """The steps in their order, one that `confirms: next` as one for each link: a link is asked only after those before it."""
    for step in steps:
        if step.confirms is None:
            link = step.purpose if step.purpose in LINKS else None
            yield SaidStep(step, step.step, step.purpose, phase_of(step.purpose), link, is_next_link=False)
        else:
            # The dot is in no name of a strategy, so that this one is nobody else's.
            yield from (
                SaidStep(step, f"{step.step}.{link}", link, "before", link, is_next_link=True) for link in LINKS
            )


def first_reminder(steps: Sequence[Step]) -> Step | None:
    """The first step that speaks of a delay by the calendar alone: what is payable on receipt hears it within 15 days."""
    by_calendar = ("after_due", "after_invoice", "end_of_month")
    return next((step for step in steps if step.anchor in by_calendar and phase_of(step.purpose) == "after"), None)
