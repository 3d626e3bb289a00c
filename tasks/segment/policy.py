"""Loads a strategy into the small tables `policy.*` of the work database, where the SQL of the decisions reads it.

Tables, all `policy.`:

* `parameters`, one row: `strategy_version VARCHAR, tolerance_days INTEGER, payments_fresh_within_days INTEGER (NULL: not looked
  at), cap_contacts INTEGER, cap_per_days INTEGER (both NULL: no cap), promise_grace_days INTEGER,
  pay_run_days INTEGER (NULL: not waited for), pay_run_lead_days INTEGER (NULL: no step comes earlier for a run), batch_size INTEGER`.
* `channel_caps`: `channel, cap_contacts INTEGER, cap_per_days INTEGER`, beside the cap over all channels.
* `minimum_amounts`: `currency, minimum_amount DECIMAL(18,2)`; a currency that is not listed has no minimum.
* `segments`: `segment_rank INTEGER (1 is tried first), segment, ladder (NULL: left in peace)`.
* `segment_conditions`: `segment_rank, condition_number INTEGER, fact, currency (amounts only), words VARCHAR[], is_excluded BOOLEAN
  (words that must not be found), at_least, at_most DECIMAL(18,4)`. Rows of the same segment and number are alternatives, one per currency.
* `ladders`: `ladder, on_part_payment ('continue'|'restart'|'wait'), part_payment_days INTEGER (of 'wait')`.
* `steps`: `ladder, step_rank INTEGER (1 is the first), step, anchor, days INTEGER, after_step, event (of after_event), repeat_every
  INTEGER, repeat_at_most INTEGER, purpose, phase ('before'|'due'|'after'|'any' side of the due date that the purpose belongs to), family
  (what may stand in one message), announced_by (the step that must have been said before; NULL: none must), is_announcing BOOLEAN (another
  step is announced by it), link (the confirmation it asks
  for; NULL: none), is_next_link BOOLEAN (said only where that is the first one missing), is_first_reminder BOOLEAN
  (the first that speaks of a delay), tolerance_days INTEGER (of the ladder), tone, channel (the first wanted), contact_role,
  needs_approval BOOLEAN, deadline_days INTEGER (that the message gives), next_days INTEGER (days until what the step announces can
  follow; NULL: it announces nothing), later_purposes VARCHAR[] (what may follow it: purposes of the steps below, and a suspension by
  the credit policy)`.
* `step_channels`: `ladder, step_rank, channel, preference INTEGER (1 is best), is_fallback BOOLEAN`.
* `step_messages`: `ladder, step_rank, attachments VARCHAR[], copy_to` of the steps that add anything (`tasks/segment/step_messages.py`).
* `channels`: `channel, is_work BOOLEAN (done by people)`.
* `overrides`: `override_number INTEGER, customer_id, receivable_id (one of both), segment_rank INTEGER, segment (both NULL: the segment
  stays), ladder (NULL: left in peace), until_on DATE (included), reason, author`.
* `contact_roles`: `contact_role` (asked for), `role` (of the contact), `preference INTEGER` (1 is best).
* `quiet_days`: `country` ('' where a customer's is not known), `day, why, next_open_on`.
* `reasons`: `decision, reason, precedence INTEGER` of the closed list.
* `duty_*`: `tasks/duties/tables.py`.
* `credit_*`, `serving_costs`, `contact_costs`, `class_margins`: `tasks/credit/tables.py`.

No SQL is made from the text of the file: conditions are rows, and bound as parameters.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple
from datetime import date
from decimal import Decimal
from typing import get_args

from tasks.credit.tables import TABLES as CREDIT_TABLES
from tasks.credit.tables import load_credit_policy
from tasks.duties.tables import TABLES as DUTY_TABLES
from tasks.duties.tables import rows_of as duty_rows
from tasks.experiment.tables import TABLES as EXPERIMENT_TABLES
from tasks.experiment.tables import rows_of as experiment_rows
from tasks.segment.conditions import Limits, Words
from tasks.segment.following import announced_step, announcing_step, what_follows
from tasks.segment.ladders import (
    ANNOUNCED_BY,
    CHANNELS,
    WORK_CHANNELS,
    ContactRole,
    family_of,
    first_reminder,
    said_steps,
)
from tasks.segment.quiet_days import quiet_days
from tasks.segment.reasons import load_reasons
from tasks.segment.step_messages import COLUMNS as STEP_MESSAGE_COLUMNS
from tasks.segment.step_messages import TABLE as STEP_MESSAGES
from tasks.segment.step_messages import rows_of as step_message_rows
from tasks.segment.strategy import LEFT_IN_PEACE, Segment, Strategy
from tasks.warehouse.column_types import MONEY, Columns
from tasks.warehouse.connection import Connection
from tasks.warehouse.small_tables import write_small_table

Value = str | int | bool | Decimal | date | list[str] | None
Row = tuple[Value, ...]

TABLES: Mapping[str, Columns] = {
    "policy.parameters": {
        "strategy_version": "VARCHAR",
        "tolerance_days": "INTEGER",
        "payments_fresh_within_days": "INTEGER",
        "cap_contacts": "INTEGER",
        "cap_per_days": "INTEGER",
        "promise_grace_days": "INTEGER",
        "pay_run_days": "INTEGER",
        "pay_run_lead_days": "INTEGER",
        "batch_size": "INTEGER",
    },
    "policy.channel_caps": {"channel": "VARCHAR", "cap_contacts": "INTEGER", "cap_per_days": "INTEGER"},
    "policy.minimum_amounts": {"currency": "VARCHAR", "minimum_amount": MONEY},
    "policy.segments": {"segment_rank": "INTEGER", "segment": "VARCHAR", "ladder": "VARCHAR"},
    "policy.segment_conditions": {
        "segment_rank": "INTEGER",
        "condition_number": "INTEGER",
        "fact": "VARCHAR",
        "currency": "VARCHAR",
        "words": "VARCHAR[]",
        "is_excluded": "BOOLEAN",
        "at_least": "DECIMAL(18,4)",
        "at_most": "DECIMAL(18,4)",
    },
    "policy.ladders": {"ladder": "VARCHAR", "on_part_payment": "VARCHAR", "part_payment_days": "INTEGER"},
    "policy.steps": {
        "ladder": "VARCHAR",
        "step_rank": "INTEGER",
        "step": "VARCHAR",
        "anchor": "VARCHAR",
        "days": "INTEGER",
        "after_step": "VARCHAR",
        "event": "VARCHAR",
        "repeat_every": "INTEGER",
        "repeat_at_most": "INTEGER",
        "purpose": "VARCHAR",
        "phase": "VARCHAR",
        "family": "VARCHAR",
        "announced_by": "VARCHAR",
        "is_announcing": "BOOLEAN",
        "link": "VARCHAR",
        "is_next_link": "BOOLEAN",
        "is_first_reminder": "BOOLEAN",
        "tolerance_days": "INTEGER",
        "tone": "VARCHAR",
        "channel": "VARCHAR",
        "contact_role": "VARCHAR",
        "needs_approval": "BOOLEAN",
        "deadline_days": "INTEGER",
        "next_days": "INTEGER",
        "later_purposes": "VARCHAR[]",
    },
    "policy.step_channels": {
        "ladder": "VARCHAR",
        "step_rank": "INTEGER",
        "channel": "VARCHAR",
        "preference": "INTEGER",
        "is_fallback": "BOOLEAN",
    },
    STEP_MESSAGES: STEP_MESSAGE_COLUMNS,
    "policy.channels": {"channel": "VARCHAR", "is_work": "BOOLEAN"},
    "policy.overrides": {
        "override_number": "INTEGER",
        "customer_id": "VARCHAR",
        "receivable_id": "VARCHAR",
        "segment_rank": "INTEGER",
        "segment": "VARCHAR",
        "ladder": "VARCHAR",
        "until_on": "DATE",
        "reason": "VARCHAR",
        "author": "VARCHAR",
    },
    "policy.contact_roles": {"contact_role": "VARCHAR", "role": "VARCHAR", "preference": "INTEGER"},
    "policy.quiet_days": {"country": "VARCHAR", "day": "DATE", "why": "VARCHAR", "next_open_on": "DATE"},
    "policy.reasons": {"decision": "VARCHAR", "reason": "VARCHAR", "precedence": "INTEGER"},
    **DUTY_TABLES,
    **CREDIT_TABLES,
    **EXPERIMENT_TABLES,
}
"""The tables this module writes: name to columns."""


def load_policy(
    connection: Connection, strategy: Strategy, *, batch_size: int, customer_countries: Iterable[str]
) -> None:
    """Writes the tables above; needs `run.parameters`.

    Args:
        connection: the work database, writable.
        strategy: a strategy without lint errors.
        batch_size: messages per sending batch, `sending.batch_size` of the workspace.
        customer_countries: the countries whose quiet days are needed, ISO 3166-1 alpha-2.
    """
    cap = strategy.contact_cap
    _write(
        connection,
        "policy.parameters",
        [
            (
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
        ],
    )
    of_channels = cap.per_channel.items() if cap else ()
    _write(connection, "policy.channel_caps", [(channel, own.contacts, own.per_days) for channel, own in of_channels])
    _write(connection, "policy.minimum_amounts", list(strategy.minimum_amount.items()))
    segments = list(enumerate(strategy.segments, start=1))
    _write(connection, "policy.segments", [(rank, segment.name, segment.ladder) for rank, segment in segments])
    _write(
        connection,
        "policy.segment_conditions",
        [row for rank, segment in segments for row in _conditions(rank, segment)],
    )
    _write(connection, "policy.ladders", list(_ladders(strategy)))
    _write(connection, "policy.steps", list(_steps(strategy)))
    _write(connection, "policy.step_channels", list(_step_channels(strategy)))
    _write(connection, STEP_MESSAGES, list(_step_messages(strategy)))
    _write(connection, "policy.channels", [(channel, channel in WORK_CHANNELS) for channel in CHANNELS])
    _write(connection, "policy.overrides", list(_overrides(strategy)))
    _write(connection, "policy.contact_roles", list(_contact_roles(strategy)))
    _write(connection, "policy.quiet_days", _quiet_days(connection, strategy, customer_countries))
    reasons = load_reasons().values()
    _write(connection, "policy.reasons", [(reason.decision, reason.name, reason.precedence) for reason in reasons])
    for table, rows in experiment_rows(strategy.experiments):
        _write(connection, table, rows)
    for table, duties in duty_rows(strategy.duties, [segment.name for segment in strategy.segments]):
        _write(connection, table, duties)
    load_credit_policy(connection, strategy.credit_policy, strategy.minimum_amount)


def _write(connection: Connection, table: str, rows: Sequence[Row]) -> None:
    write_small_table(connection, table, TABLES[table], rows)


def _conditions(rank: int, segment: Segment) -> Iterator[Row]:
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


def _ladders(strategy: Strategy) -> Iterator[Row]:
    for name, ladder in strategy.ladders.items():
        told = ladder.on_part_payment
        yield (name, *(("wait", told) if isinstance(told, int) else (told, None)))


def _steps(strategy: Strategy) -> Iterator[Row]:
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


def _step_channels(strategy: Strategy) -> Iterator[Row]:
    for ladder, rules in strategy.ladders.items():
        for rank, said in enumerate(said_steps(rules.steps), start=1):
            step = said.step
            named = (*step.channels, *step.fallback_channels)
            for preference, channel in enumerate(named, start=1):
                yield (ladder, rank, channel, preference, preference > len(step.channels))


def _step_messages(strategy: Strategy) -> Iterator[Row]:
    for ladder, rules in strategy.ladders.items():
        yield from step_message_rows(ladder, (said.step.message for said in said_steps(rules.steps)))


def _overrides(strategy: Strategy) -> Iterator[Row]:
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


def _contact_roles(strategy: Strategy) -> Iterator[Row]:
    for role in get_args(ContactRole):
        roles = dict.fromkeys((role, *strategy.contact_fallback.get(role, ())))
        for preference, accepted in enumerate(roles, start=1):
            yield (role, accepted, preference)


def _quiet_days(connection: Connection, strategy: Strategy, customer_countries: Iterable[str]) -> list[Row]:
    run = connection.execute("SELECT as_of, company_country FROM run.parameters").fetchone()
    if run is None:
        raise ValueError("run.parameters has no row")
    as_of, company_country = run
    days = quiet_days(
        strategy.quiet_days, company_country=company_country, customer_countries=customer_countries, start=as_of
    )
    return [astuple(day) for day in days]
