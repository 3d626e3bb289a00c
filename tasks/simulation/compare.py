"""Figures of a simulation: what each strategy would have said, and to whom only one of them would have."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tasks.segment.ladders import WORK_CHANNELS
from tasks.warehouse.connection import Connection


@dataclass(frozen=True, kw_only=True)
class StepFigures:
    """What one strategy would have said in one step, channel and currency; `amount` is what the messages claim, in `currency`."""

    label: str
    step: str
    purpose: str
    channel: str
    currency: str
    messages: int
    receivables: int
    amount: Decimal


@dataclass(frozen=True, kw_only=True)
class Totals:
    """One strategy in whole: `contact_days` are days on which a customer heard something; `work` are lines for people to do."""

    label: str
    messages: int
    work: int
    needing_approval: int
    contact_days: int
    customers: int
    receivables: int
    only_here: int
    most_contacts: int


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


def steps(connection: Connection) -> tuple[StepFigures, ...]:
    """By strategy, step, channel and currency, in the order in which steps were first said."""
    rows = connection.execute(
        """
        SELECT label, step, purpose, channel, currency, count(DISTINCT reminder_key), count(*), sum(open_amount)::DECIMAL(18, 2)
        FROM simulation.said GROUP BY ALL ORDER BY label, min(day), step, purpose, channel, currency
        """
    ).fetchall()
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
        )
        for label, step, purpose, channel, currency, messages, receivables, amount in rows
    )


def totals(connection: Connection, labels: tuple[str, ...]) -> tuple[Totals, ...]:
    """One row per label, also for a strategy that would have said nothing; `only_here`: customers whom no other would have contacted."""
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
        [list(labels), list(WORK_CHANNELS)],
    ).fetchall()
    return tuple(
        Totals(
            label=label,
            messages=messages,
            work=work,
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
