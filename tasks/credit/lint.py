"""Finds what is well formed in a credit policy and yet cannot work with the strategy around it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from tasks.credit.policy import CreditPolicy, CreditRule
from tasks.problems import Problem
from tasks.segment.ladders import Step


def lint_credit(
    policy: CreditPolicy, *, steps: Sequence[Step], segments: Collection[str], where: str = "strategy.yaml"
) -> Iterator[Problem]:
    """Suspensions that no step announces, rules that no customer reaches, segments that do not exist.

    Args:
        policy: the section `credit_policy`.
        steps: of all ladders of the strategy.
        segments: names of the strategy's segments.
        where: the file, for the place of a finding.
    """
    for number, rule in enumerate(policy.rules):
        place = f"{where}: credit_policy.rules.{number} ({rule.name})"
        yield from _announcements(rule, steps, place)
        asked = rule.when.segment
        for word in (*asked.any_of, *asked.none_of) if asked else ():
            if word not in segments:
                known = ", ".join(sorted(segments))
                yield Problem("error", place, f"the segment '{word}' does not exist", f"Use one of: {known}.")
        same = next((other.name for other in policy.rules[:number] if other.when == rule.when), None)
        if same is not None:
            yield Problem(
                "error",
                place,
                f"can never be reached: '{same}' above it has the same conditions",
                "Change the conditions of one of them, or remove it.",
            )


def _announcements(rule: CreditRule, steps: Sequence[Step], place: str) -> Iterator[Problem]:
    for name in rule.suspension.announced_by if rule.suspension else ():
        announcing = [step for step in steps if step.step == name]
        if not announcing:
            yield Problem(
                "error",
                place,
                f"no ladder has the step '{name}' that shall announce the suspension",
                "Name a step of a ladder in announced_by: nobody is suspended unannounced.",
            )
        elif not all(step.needs_approval for step in announcing):
            yield Problem(
                "error",
                place,
                f"the step '{name}' announces a suspension and is sent without approval",
                "Give the step needs_approval: true in every ladder.",
            )
