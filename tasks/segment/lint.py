"""Finds what is well formed in a strategy and yet cannot work: segments and ladders here, steps in `lint_steps`."""

from __future__ import annotations

from collections.abc import Iterator

from tasks.credit.lint import lint_credit
from tasks.duties.lint import lint_duties
from tasks.experiment.lint import lint_experiments
from tasks.problems import Problem
from tasks.segment.delivery import Delivery, lint_delivery, lint_wordings
from tasks.segment.families import family_of
from tasks.segment.ladders import Channel
from tasks.segment.lint_overrides import lint_overrides
from tasks.segment.lint_steps import lint_ladder
from tasks.segment.strategy import Strategy
from tasks.segment.thank_you import lint_thank_you


def lint_strategy(
    strategy: Strategy, where: str = "strategy.yaml", *, delivery: Delivery | None = None
) -> list[Problem]:
    """All findings: errors (something can never happen) and warnings (it may surprise), each with its place and fix.

    `delivery`: what the installation can deliver; None: do not look.
    """
    problems = [*_lint_segments(strategy, where), *lint_overrides(strategy, where), *_lint_names(strategy, where)]
    used = {segment.ladder for segment in strategy.segments} | {override.ladder for override in strategy.overrides}
    used |= {variant.ladder for experiment in strategy.experiments for variant in experiment.variants}
    for name, ladder in strategy.ladders.items():
        place = f"{where}: ladders.{name}"
        if name not in used:
            problems.append(
                Problem("warning", place, "no segment uses this ladder", "Name it in a segment, or remove it.")
            )
        problems += lint_ladder(strategy, ladder, place)
        if delivery is not None:
            problems += lint_delivery(delivery, ladder.steps, place)
    if delivery is not None:
        problems += lint_wordings(delivery, strategy.experiments, where)
    problems += lint_experiments(
        strategy.experiments,
        segments={segment.name: segment.ladder for segment in strategy.segments},
        ladders=strategy.ladders.keys(),
        where=where,
    )
    problems += lint_duties(
        strategy.duties,
        ladders=strategy.ladders,
        segments={segment.name for segment in strategy.segments},
        where=where,
    )
    problems += lint_thank_you(
        strategy.thank_you,
        segments=[segment.name for segment in strategy.segments],
        steps={step.step for ladder in strategy.ladders.values() for step in ladder.steps},
        channels=delivery.channels if delivery is not None else None,
        caps=_caps_of(strategy, strategy.thank_you.channel) if strategy.thank_you else (),
        where=where,
    )
    problems += lint_credit(
        strategy.credit_policy,
        steps=[step for ladder in strategy.ladders.values() for step in ladder.steps],
        segments={segment.name for segment in strategy.segments},
        where=where,
    )
    return problems


def _caps_of(strategy: Strategy, channel: Channel) -> tuple[tuple[int, int], ...]:
    """The caps that a message by `channel` keeps to: contacts, and the days they are counted in."""
    whole = strategy.contact_cap
    if whole is None:
        return ()
    own = whole.per_channel.get(channel)
    return tuple((cap.contacts, cap.per_days) for cap in (whole, own) if cap is not None)


def _lint_segments(strategy: Strategy, where: str) -> Iterator[Problem]:
    segments = strategy.segments
    for number, segment in enumerate(segments):
        place = f"{where}: segments.{number} ({segment.name})"
        earlier = segments[:number]
        if segment.ladder is not None and segment.ladder not in strategy.ladders:
            known = ", ".join(strategy.ladders) or "none is defined"
            yield Problem("error", place, f"the ladder '{segment.ladder}' does not exist", f"Use one of: {known}.")
        if any(segment.name == other.name for other in earlier):
            yield Problem("error", place, "the name is already taken by an earlier segment", "Rename one of them.")
        catch_all = next((other.name for other in earlier if other.is_catch_all), None)
        if catch_all is not None:
            yield Problem(
                "error",
                place,
                f"can never be reached: the segment '{catch_all}' above it takes every customer",
                f"Move '{catch_all}' to the end of the list, or give it a condition.",
            )
        elif any(segment.when == other.when for other in earlier):
            same = next(other.name for other in earlier if segment.when == other.when)
            yield Problem(
                "error",
                place,
                f"can never be reached: '{same}' above it has the same conditions",
                "Change the conditions of one of them, or remove it.",
            )
    if not any(segment.is_catch_all for segment in segments):
        yield Problem(
            "error",
            f"{where}: segments",
            "no segment takes the customers who fall in none of the others",
            "End the list with a segment without `when`.",
        )


def _lint_names(strategy: Strategy, where: str) -> Iterator[Problem]:
    """Memory is by the step's name over all ladders, so one name must not mean a reminder here and a threat there."""
    first: dict[str, tuple[str, str]] = {}
    for ladder, rules in strategy.ladders.items():
        for number, step in enumerate(rules.steps):
            other, family = first.setdefault(step.step, (ladder, family_of(step.purpose)))
            if family != family_of(step.purpose):
                yield Problem(
                    "error",
                    f"{where}: ladders.{ladder}.{number} ({step.step})",
                    f"the ladder '{other}' uses the same name for another purpose, and what was said is remembered by name",
                    "Rename one of them.",
                )
