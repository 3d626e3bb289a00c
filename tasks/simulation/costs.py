"""What a simulated strategy costs and claims: people's time, contacts by channel, and the fees of steps."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from tasks.segment.ladders import WORK_CHANNELS
from tasks.segment.strategy import Strategy
from tasks.warehouse.connection import Connection

_MINUTES_PER_HOUR = 60
_TENTH = Decimal("0.1")
StepKey = tuple[str, str, str, str, str]
"""Label, step, purpose, channel and currency."""


def minutes_of(strategy: Strategy, channel: str) -> int:
    """Minutes of one line of work on `channel`, `worklists.minutes_per` of the strategy; 0 for what nobody has to do."""
    known = next((work for work in WORK_CHANNELS if work == channel), None)
    return 0 if known is None else strategy.worklists.minutes(known)


def cost_of(strategy: Strategy, channel: str, currency: str, messages: int) -> Decimal | None:
    """What so many messages or lines cost in `currency`, by `credit_policy.cost_to_serve`; None where it states no cost."""
    costs = strategy.credit_policy.cost_to_serve
    one = None if costs is None else costs.contact_cost.get(currency, {}).get(channel)
    return None if one is None else one * messages


def work_hours(connection: Connection, label: str, strategy: Strategy) -> Decimal:
    """Hours of people's work in `simulation.said`, to a tenth."""
    rows = connection.execute(
        "SELECT channel, count(DISTINCT reminder_key) FROM simulation.said WHERE label = $1 GROUP BY channel", [label]
    ).fetchall()
    minutes = sum(lines * minutes_of(strategy, channel) for channel, lines in rows)
    return (Decimal(minutes) / _MINUTES_PER_HOUR).quantize(_TENTH)


def fees_of_steps(connection: Connection, strategies: Mapping[str, Strategy], *, first: date) -> dict[StepKey, Decimal]:
    """The fees of steps said for the first time, each once per receivable (docs/consequences.md), before waivers.

    A step that was said before `first` has had its fee. Needs `simulation.said`, `ledger.sent_steps` and `staging.receivables`.
    """
    found: dict[StepKey, Decimal] = {}
    rows = connection.execute(
        """
        SELECT said.label, said.step, any_value(said.purpose), min_by(said.channel, said.day), said.currency, said.segment, receivables.due_date
        FROM simulation.said AS said
        INNER JOIN staging.receivables AS receivables USING (company_id, receivable_id)
        WHERE NOT EXISTS (
            SELECT 1 FROM ledger.sent_steps AS before
            WHERE before.company_id = said.company_id AND before.receivable_id = said.receivable_id
                AND before.step = said.step AND before.sent_on < $1
        )
        GROUP BY said.label, said.step, said.currency, said.segment, said.company_id, said.receivable_id, receivables.due_date
        """,
        [first],
    ).fetchall()
    for label, step, purpose, channel, currency, segment, due_date in rows:
        consequences = strategies[label].consequences
        if consequences is None or due_date < consequences.since:
            continue
        fee = consequences.terms_of(segment).fees.get(step, {}).get(currency, Decimal(0))
        key = (label, step, purpose, channel, currency)
        found[key] = found.get(key, Decimal(0)) + fee
    return found
