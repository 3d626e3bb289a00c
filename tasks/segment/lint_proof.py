"""Proves by running that every step of a strategy can be said, and says what stands against those that cannot.

Each ladder is walked with the SQL of a day's run over receivables that are never paid (`lint_worlds`, `lint_walk`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

from tasks.problems import Problem
from tasks.segment.ladders import Step
from tasks.segment.lint_walk import walk
from tasks.segment.lint_walked import LONGEST_WALK, OVERTAKEN, Stood, Walk
from tasks.segment.lint_worlds import cases_of
from tasks.segment.reasons import load_reasons
from tasks.segment.said_steps import said_steps
from tasks.segment.strategy import Strategy
from tasks.settings.workspace import Company

_WEDNESDAY = 2
"""Weekday of the due dates: a working day lies on either side, so that no step is lost to a weekend alone (`lint_steps` tells those)."""
_FIXES = {
    "no_usable_contact": "Use a channel for which contacts have an address, or give `fallback_channels`.",
    "frequency_cap": "Space the steps more widely, or allow more contacts.",
    OVERTAKEN: "Give each a day of its own, in the order of the ladder.",
    "quiet_day": "Give it another day, or fewer quiet days.",
}


def prove_ladders(
    strategy: Strategy, *, company: Company, countries: Iterable[str], on: date, where: str = "strategy.yaml"
) -> list[Problem]:
    """Findings about steps that are never said, or not about a usual receivable, or not in one of the countries.

    Args:
        strategy: one without lint errors.
        company: whose holidays count.
        countries: of the customers, ISO 3166-1 alpha-2; the company's is always tried.
        on: the due dates lie on a Wednesday soon after; a walk ends 400 days later.
        where: the file, for the findings.
    """
    due_on = on + timedelta(days=(_WEDNESDAY - on.weekday()) % 7)
    found = walk(strategy, cases_of(strategy, countries=[company.country, *countries], due_on=due_on), company)
    return [
        problem
        for name, ladder in strategy.ladders.items()
        for problem in _of_ladder(strategy, found, name, ladder.steps, f"{where}: ladders.{name}")
    ]


def _of_ladder(strategy: Strategy, found: Walk, ladder: str, steps: Sequence[Step], where: str) -> Iterator[Problem]:
    said = [one for one in found.said if one.case.ladder == ladder]
    usual = {one.case.country for one in said if one.case.kind == "usual"}
    for number, step in enumerate(steps):
        place = f"{where}.{number} ({step.step})"
        names = {one.name for one in said_steps([step])}
        times = [one for one in said if one.step in names]
        stood = [one for one in found.stood if one.case.ladder == ladder and one.step in names]
        if not times:
            what, fix = _why(strategy, found, ladder, step, stood)
            yield Problem("error", place, f"is never said in {LONGEST_WALK} days, to nobody: {what}", fix)
            continue
        if step.after_event is not None or any(one.link for one in said_steps([step])):
            continue
        heard = {one.case.country for one in times if one.case.kind == "usual"}
        against = [one for one in stood if one.case.kind == "usual" and one.case.country not in heard]
        if not heard:
            what, fix = _why(strategy, found, ladder, step, against)
            yield Problem("warning", place, f"is never said about a receivable with a term of payment: {what}", fix)
        elif usual - heard:
            what, fix = _why(strategy, found, ladder, step, against)
            missing = ", ".join(sorted(usual - heard))
            yield Problem(
                "warning", place, f"is not said in {missing} when the due date is {times[0].case.due_date}: {what}", fix
            )


def _why(strategy: Strategy, found: Walk, ladder: str, step: Step, stood: Sequence[Stood]) -> tuple[str, str]:
    """What stood against a step, and what to do about it."""
    reasons = {one.reason for one in stood if one.reason != "direct_debit_ordered"}
    if not reasons:
        return _unopened(found, ladder, step)
    # A quiet day puts off by days what another reason then keeps from being said at all.
    reason = next((name for name in _FIXES if name in reasons), min(reasons))
    first = next(one for one in stood if one.reason == reason)
    fix = _FIXES.get(reason, "See docs/strategy.md, Decisions.")
    if reason == OVERTAKEN:
        return f"'{first.other}' is due on the same day ({_relative(first)}), and goes first", fix
    if reason == "frequency_cap" and strategy.contact_cap is not None:
        cap = strategy.contact_cap
        before = [one.step for one in found.said if one.case is first.case and one.day < first.day]
        after = f" after '{before[-1]}'" if before else ""
        return (
            f"the cap of {cap.contacts} contact(s) in {cap.per_days} days starves it{after}, until its days are over",
            fix,
        )
    if reason == "no_usable_contact":
        channels = ", ".join((*step.channels, *step.fallback_channels))
        return f"no contact can be reached by {channels}, even one with e-mail, phone and mobile", fix
    return f"{load_reasons()[reason].label.en} ({_relative(first)})", fix


def _unopened(found: Walk, ladder: str, step: Step) -> tuple[str, str]:
    """Why a step never opened."""
    if step.after_step is not None:
        anchor = step.after_step.step
        days = [one.day - one.case.due_date for one in found.said if one.case.ladder == ladder and one.step == anchor]
        if not days:
            return f"it waits for '{anchor}', which is never said either", f"Correct '{anchor}' first."
        if max(days).days + step.days > LONGEST_WALK:
            return (
                f"'{anchor}' is repeated, and each repetition puts it off by {step.days} days",
                f"Lower `at_most` of '{anchor}', or let it follow sooner than the repetition.",
            )
    if any(one.phase == "before" for one in said_steps([step])):
        return (
            "it speaks of what is not yet due, and its days are quiet or over when it opens",
            "Give it an earlier day.",
        )
    return f"{step.when} never comes", "Give it another anchor, or remove it."


def _relative(stood: Stood) -> str:
    days = (stood.day - stood.case.due_date).days
    return "on the due date" if days == 0 else f"{abs(days)} day(s) {'after' if days > 0 else 'before'} the due date"
