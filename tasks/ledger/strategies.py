"""Strategies that a person let go: a strategy that was never approved sends nothing, whatever else is in order.

What counts as another strategy is its version, the hash of what the file means (`Strategy.version`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Column, Connection, String, Table, Text, insert, select

from tasks.ledger.column_types import UtcTimestamp
from tasks.ledger.tables import metadata

Gate = Literal["always", "changed", "never"]
"""When a strategy needs an approval: `always` also the first of a ledger, `changed` where another one was approved before."""

approved_strategies = Table(
    "approved_strategies",
    metadata,
    Column("company_id", String, primary_key=True),
    Column("strategy_version", String, primary_key=True),
    Column("strategy", Text, nullable=False, doc="The text of strategy.yaml as it was approved."),
    Column("author", String, nullable=False),
    Column("approved_at", UtcTimestamp, nullable=False),
)


@dataclass(frozen=True, kw_only=True)
class ApprovedStrategy:
    """A strategy that may send; `strategy` is the text of its file on that day."""

    strategy_version: str
    strategy: str
    author: str
    approved_at: datetime


def approved(connection: Connection, company_id: str) -> tuple[ApprovedStrategy, ...]:
    """All approved strategies of the company, the newest approval last."""
    rows = connection.execute(
        select(approved_strategies)
        .where(approved_strategies.c.company_id == company_id)
        .order_by(approved_strategies.c.approved_at, approved_strategies.c.strategy_version)
    )
    return tuple(
        ApprovedStrategy(
            strategy_version=row.strategy_version,
            strategy=row.strategy,
            author=row.author,
            approved_at=row.approved_at,
        )
        for row in rows
    )


def approve_strategy(
    connection: Connection, company_id: str, *, version: str, strategy: str, author: str, at: datetime
) -> bool:
    """Records that `author` let the strategy go; False when it was approved before, which stays as it is."""
    if version in versions(connection, company_id):
        return False
    connection.execute(
        insert(approved_strategies).values(
            company_id=company_id, strategy_version=version, strategy=strategy, author=author, approved_at=at
        )
    )
    return True


def versions(connection: Connection, company_id: str) -> frozenset[str]:
    """The versions that may send."""
    found = connection.execute(
        select(approved_strategies.c.strategy_version).where(approved_strategies.c.company_id == company_id)
    )
    return frozenset(found.scalars())


def may_send(known: frozenset[str], version: str, gate: Gate) -> bool:
    """Whether a strategy may send, when `known` are approved."""
    return gate == "never" or version in known or (gate == "changed" and not known)
