"""Builds segments and decisions in a work database and says, in numbers, what came out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tasks.segment.checks import check_decisions
from tasks.segment.ladders import MessageChannel
from tasks.segment.policy import load_policy
from tasks.segment.strategy import Strategy
from tasks.warehouse.connection import Connection
from tasks.warehouse.models import Built, build

SCHEMAS = ("segment", "experiment", "duties", "decide", "thanks", "outgoing")
"""What is built of a run's decisions: from segments to everything that it wants said."""


@dataclass(frozen=True)
class Batch:
    """Messages that are sent together: the unit of fan-out."""

    segment: str
    channel: MessageChannel
    batch_number: int
    messages: int


@dataclass(frozen=True)
class DecisionSummary:
    """What a run decided: open receivables by decision and by reason, and the batches of its messages."""

    strategy_version: str
    decisions: dict[str, int]
    reasons: dict[str, int]
    batches: tuple[Batch, ...]

    @property
    def open_receivables(self) -> int:
        """All open receivables: the sum of the decisions."""
        return sum(self.decisions.values())


def decide(
    connection: Connection,
    strategy: Strategy,
    *,
    batch_size: int,
    on_built: Callable[[Built], None] = lambda built: None,
) -> DecisionSummary:
    """Loads the policy, builds `segment` to `outgoing`, and checks the invariants; staging and score must be built.

    Raises:
        InvariantBroken: the decisions do not add up.
    """
    countries = connection.execute(
        "SELECT DISTINCT country FROM staging.customers WHERE country IS NOT NULL"
    ).fetchall()
    load_policy(connection, strategy, batch_size=batch_size, customer_countries=[country for (country,) in countries])
    build(connection, SCHEMAS, on_built, without_rows=() if strategy.thank_you else ("thanks.paid",))
    check_decisions(connection)
    return summarise(connection, strategy)


def summarise(connection: Connection, strategy: Strategy) -> DecisionSummary:
    """Counts what is built. Every decision is listed, also those that nothing came to."""
    counted = connection.execute(
        "SELECT decision, reason, count(*) FROM decide.decisions GROUP BY decision, reason ORDER BY decision, reason"
    ).fetchall()
    decisions = dict.fromkeys(("remind", "wait", "silent"), 0)
    for decision, _, count in counted:
        decisions[decision] += count
    batches = connection.execute(
        "SELECT m.segment, m.channel, m.batch_number, count(*) FROM outgoing.messages AS m"
        " INNER JOIN policy.channels AS c ON m.channel = c.channel AND NOT c.is_work GROUP BY ALL"
        " ORDER BY min(m.purpose = 'thank_you'), m.segment, m.channel, m.batch_number"
    ).fetchall()
    return DecisionSummary(
        strategy_version=strategy.version,
        decisions=decisions,
        reasons={reason: count for _, reason, count in counted},
        batches=tuple(Batch(*batch) for batch in batches),
    )
