"""Figures of a simulation: what each strategy would have said, and to whom only one of them would have."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tasks.segment.ladders import WORK_CHANNELS
from tasks.segment.strategy import Strategy
from tasks.simulation.costs import cost_of, fees_of_steps, minutes_of, work_hours
from tasks.warehouse.connection import Connection


@dataclass(frozen=True, kw_only=True)
class StepFigures:
    """What one strategy would have said in one step, channel and currency; `amount` is what the messages claim, in `currency`.

    `work_minutes`: of the people who call, visit …; 0 for messages. `contact_cost`: None where the strategy states none for the
    channel. `fees`: of the step, once per receivable; counted at the first channel. All money in `currency`.
    """

    label: str
    step: str
    purpose: str
    channel: str
    currency: str
    messages: int
    receivables: int
    amount: Decimal
    work_minutes: int
    contact_cost: Decimal | None
    fees: Decimal


@dataclass(frozen=True, kw_only=True)
class Totals:
    """One strategy in whole: `contact_days` are days on which a customer heard something; `work` are lines for people to do, in `work_hours`."""

    label: str
    messages: int
    work: int
    work_hours: Decimal
    needing_approval: int
    contact_days: int
    customers: int
    receivables: int
    only_here: int
    most_contacts: int


@dataclass(frozen=True, kw_only=True)
class MoneyFigures:
    """What a strategy's contacts would have cost (None: not known) and its steps' fees would have claimed, in `currency`."""

    label: str
    currency: str
    contact_cost: Decimal | None
    fees: Decimal


@dataclass(frozen=True, kw_only=True)
class DayMessages:
    """What a customer would hear on a day, one row per message."""

    day: date
    customer_id: str
    name: str | None
    segment: str
    step: str
    purpose: str
    channel: str
    currency: str
    receivables: int
    amount: Decimal
    needs_approval: bool


def steps(connection: Connection, strategies: Mapping[str, Strategy], *, first: date) -> tuple[StepFigures, ...]:
    """By strategy, step, channel and currency, in the order in which steps were first said.

    `strategies` by label, for what work, contacts and steps cost; a step said before `first` has had its fee.
    """
    rows = connection.execute(
        """
        SELECT label, step, purpose, channel, currency, count(DISTINCT reminder_key), count(*), sum(open_amount)::DECIMAL(18, 2)
        FROM simulation.said GROUP BY ALL ORDER BY label, min(day), step, purpose, channel, currency
        """
    ).fetchall()
    fees = fees_of_steps(connection, strategies, first=first)
    return tuple(
        StepFigures(
            label=label,
            step=step,
            purpose=purpose,
            channel=channel,
            currency=currency,
            messages=messages,
            receivables=receivables,
            amount=amount,
            work_minutes=messages * minutes_of(strategies[label], channel),
            contact_cost=cost_of(strategies[label], channel, currency, messages),
            fees=fees.get((label, step, purpose, channel, currency), Decimal(0)),
        )
        for label, step, purpose, channel, currency, messages, receivables, amount in rows
    )


def money(found: Iterable[StepFigures]) -> tuple[MoneyFigures, ...]:
    """The steps added up by strategy and currency. An unknown cost of one channel makes the sum unknown."""
    grouped: dict[tuple[str, str], list[StepFigures]] = {}
    for one in found:
        grouped.setdefault((one.label, one.currency), []).append(one)
    return tuple(
        MoneyFigures(
            label=label,
            currency=currency,
            contact_cost=None
            if any(one.contact_cost is None for one in group)
            else sum((one.contact_cost or Decimal(0) for one in group), Decimal(0)),
            fees=sum((one.fees for one in group), Decimal(0)),
        )
        for (label, currency), group in grouped.items()
    )


def totals(connection: Connection, strategies: Mapping[str, Strategy]) -> tuple[Totals, ...]:
    """One row per label of `strategies`, also for a strategy that would have said nothing; `only_here`: customers whom no other would have contacted."""
    rows = connection.execute(
        """
        WITH contacts AS (
            SELECT label, customer_id, count(DISTINCT day) AS days FROM simulation.said GROUP BY ALL
        ),
        alone AS (
            SELECT customer_id, min(label) AS label FROM contacts GROUP BY customer_id HAVING count(*) = 1
        )
        SELECT
            asked.label,
            count(DISTINCT said.reminder_key),
            count(DISTINCT said.reminder_key) FILTER (WHERE list_contains($2, said.channel)),
            count(DISTINCT said.reminder_key) FILTER (WHERE said.needs_approval),
            coalesce((SELECT sum(days) FROM contacts WHERE contacts.label = asked.label), 0)::BIGINT,
            count(DISTINCT said.customer_id),
            count(DISTINCT said.receivable_id),
            (SELECT count(*) FROM alone WHERE alone.label = asked.label),
            coalesce((SELECT max(days) FROM contacts WHERE contacts.label = asked.label), 0)::BIGINT
        FROM (SELECT unnest($1::VARCHAR[]) AS label, generate_subscripts($1::VARCHAR[], 1) AS place) AS asked
        LEFT JOIN simulation.said AS said ON asked.label = said.label
        GROUP BY asked.label, asked.place
        ORDER BY asked.place
        """,
        [list(strategies), list(WORK_CHANNELS)],
    ).fetchall()
    return tuple(
        Totals(
            label=label,
            messages=messages,
            work=work,
            work_hours=work_hours(connection, label, strategies[label]),
            needing_approval=needing_approval,
            contact_days=contact_days,
            customers=customers,
            receivables=receivables,
            only_here=only_here,
            most_contacts=most_contacts,
        )
        for (
            label,
            messages,
            work,
            needing_approval,
            contact_days,
            customers,
            receivables,
            only_here,
            most_contacts,
        ) in rows
    )


def messages(connection: Connection, label: str) -> tuple[DayMessages, ...]:
    """The messages of one strategy, by day and customer. Personal data: name."""
    rows = connection.execute(
        """
        SELECT said.day, said.customer_id, any_value(customers.name), said.segment,
            any_value(said.step) FILTER (WHERE said.is_leading), any_value(said.purpose) FILTER (WHERE said.is_leading), said.channel, said.currency,
            count(*), sum(said.open_amount)::DECIMAL(18, 2), bool_or(said.needs_approval)
        FROM simulation.said AS said
        LEFT JOIN staging.customers AS customers USING (company_id, customer_id)
        WHERE said.label = $1
        GROUP BY said.day, said.customer_id, said.segment, said.channel, said.currency, said.reminder_key
        ORDER BY said.day, said.customer_id, said.channel, said.currency, said.reminder_key
        """,
        [label],
    ).fetchall()
    return tuple(
        DayMessages(
            day=day,
            customer_id=customer_id,
            name=name,
            segment=segment,
            step=step,
            purpose=purpose,
            channel=channel,
            currency=currency,
            receivables=receivables,
            amount=amount,
            needs_approval=needs_approval,
        )
        for (
            day,
            customer_id,
            name,
            segment,
            step,
            purpose,
            channel,
            currency,
            receivables,
            amount,
            needs_approval,
        ) in rows
    )
