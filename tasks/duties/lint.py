"""Finds what is well formed in `duties:` and yet means nothing: segments that do not exist, steps that wait for an answer to a chain."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set

from tasks.duties.policy import Duties
from tasks.problems import Problem
from tasks.segment.ladders import Ladder


def lint_duties(duties: Duties, *, ladders: Mapping[str, Ladder], segments: Set[str], where: str) -> Iterator[Problem]:
    """The findings of `duties:`, and of steps with `confirms: next`."""
    for field, named in (("links", tuple(duties.links)), ("needs_purchase_order", duties.needs_purchase_order)):
        for segment in named:
            if segment not in segments:
                yield Problem(
                    "error",
                    f"{where}: duties.{field}",
                    f"there is no segment '{segment}'",
                    f"Use one of: {', '.join(sorted(segments))}.",
                )
    if duties.escalate_to is None and duties.owners:
        yield Problem(
            "warning",
            f"{where}: duties",
            "names owners, and nobody who hears of what they do not do in time",
            "Add `escalate_to: …`.",
        )
    for name, ladder in ladders.items():
        asking = {step.step for step in ladder.steps if step.confirms is not None}
        for number, step in enumerate(ladder.steps):
            if step.after_step is not None and step.after_step.step in asking:
                yield Problem(
                    "error",
                    f"{where}: ladders.{name}.{number} ({step.step})",
                    f"waits for '{step.after_step.step}', which asks several things, each on a day of its own",
                    "Anchor it on the due date, or on the invoice date.",
                )
