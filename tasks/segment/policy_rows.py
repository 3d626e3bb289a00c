"""The rows of the tables of `tasks/segment/policy_columns.py`, made of a strategy; in the order of their columns."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import get_args

from tasks.segment.conditions import Limits, Words
from tasks.segment.families import family_of
from tasks.segment.following import announced_step, announcing_step, what_follows
from tasks.segment.ladders import ANNOUNCED_BY, ContactRole
from tasks.segment.said_steps import first_reminder, said_steps
from tasks.segment.step_messages import rows_of as step_message_rows
from tasks.segment.strategy import LEFT_IN_PEACE, Segment, Strategy

Value = str | int | bool | Decimal | date | list[str] | None
Row = tuple[Value, ...]


def parameters(strategy: Strategy, batch_size: int) -> Row:
    """The one row of `policy.parameters`."""
    cap = strategy.contact_cap
    return (
        strategy.version,
        strategy.tolerance_days,
        strategy.payments_fresh_within_days,
        cap.contacts if cap else None,
        cap.per_days if cap else None,
        strategy.promise_grace_days,
        strategy.pay_run.wait_days if strategy.pay_run else None,
        strategy.pay_run.lead_days if strategy.pay_run else None,
        batch_size,
    )


def conditions(rank: int, segment: Segment) -> Iterator[Row]:
    """Of `policy.segment_conditions`, for the segment of this rank."""
    for number, (fact, asked) in enumerate(segment.when.given().items(), start=1):
        if isinstance(asked, bool):
            yield (rank, number, fact, None, [str(asked).lower()], False, None, None)
        elif isinstance(asked, Words):
            yield (rank, number, fact, None, list(asked.any_of or asked.none_of), bool(asked.none_of), None, None)
        elif isinstance(asked, Limits):
            yield (rank, number, fact, None, None, False, asked.at_least, asked.at_most)
        else:
            for currency, limits in asked.items():
                yield (rank, number, fact, currency, None, False, limits.at_least, limits.at_most)


def ladders(strategy: Strategy) -> Iterator[Row]:
    """Of `policy.ladders`."""
    for name, ladder in strategy.ladders.items():
        told = ladder.on_part_payment
        yield (name, *(("wait", told) if isinstance(told, int) else (told, None)))


def steps(strategy: Strategy) -> Iterator[Row]:
    """Of `policy.steps`: a step that asks for the next confirmation has one row for each."""
    for ladder, rules in strategy.ladders.items():
        tolerance = strategy.tolerance_days if rules.tolerance_days is None else rules.tolerance_days
        first = first_reminder(rules.steps)
        for rank, said in enumerate(said_steps(rules.steps), start=1):
            step = said.step
            place = rules.steps.index(step)
            announcing = announcing_step(rules.steps, place)
            yield (
                ladder,
                rank,
                said.name,
                step.anchor,
                step.days,
                step.after_step.step if step.after_step else None,
                step.after_event.event if step.after_event else None,
                step.repeat.every if step.repeat else None,
                step.repeat.at_most if step.repeat else None,
                said.purpose,
                said.phase,
                family_of(said.purpose),
                announcing.step if announcing else step.step if step.purpose in ANNOUNCED_BY else None,
                announced_step(rules.steps, place) is not None,
                said.link,
                said.is_next_link,
                step is first,
                tolerance,
                step.tone,
                step.channel,
                step.contact_role,
                step.needs_approval,
                *what_follows(strategy, rules.steps, place),
            )


def step_channels(strategy: Strategy) -> Iterator[Row]:
    """Of `policy.step_channels`: fallbacks come after the channels that are wanted."""
    for ladder, rules in strategy.ladders.items():
        for rank, said in enumerate(said_steps(rules.steps), start=1):
            step = said.step
            named = (*step.channels, *step.fallback_channels)
            for preference, channel in enumerate(named, start=1):
                yield (ladder, rank, channel, preference, preference > len(step.channels))


def step_messages(strategy: Strategy) -> Iterator[Row]:
    """Of `policy.step_messages`."""
    for ladder, rules in strategy.ladders.items():
        yield from step_message_rows(ladder, (said.step.message for said in said_steps(rules.steps)))


def overrides(strategy: Strategy) -> Iterator[Row]:
    """Of `policy.overrides`: one that names a segment has its ladder."""
    ranks = {segment.name: (rank, segment) for rank, segment in enumerate(strategy.segments, start=1)}
    for number, override in enumerate(strategy.overrides, start=1):
        rank, segment = (None, None) if override.segment is None else ranks[override.segment]
        ladder = None if override.ladder == LEFT_IN_PEACE else override.ladder
        yield (
            number,
            override.customer,
            override.receivable,
            rank,
            override.segment,
            ladder if segment is None else segment.ladder,
            override.until,
            override.reason,
            override.author,
        )


def contact_roles(strategy: Strategy) -> Iterator[Row]:
    """Of `policy.contact_roles`: each role first stands for itself."""
    for role in get_args(ContactRole):
        roles = dict.fromkeys((role, *strategy.contact_fallback.get(role, ())))
        for preference, accepted in enumerate(roles, start=1):
            yield (role, accepted, preference)
