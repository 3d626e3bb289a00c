"""The kill switch: a person stops what a company sends, by one channel or all, until a person lets it go on.

A claim asks inside its transaction, so a stop holds from the next group of every process on. Nothing is lost: it stays planned.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from tasks.ledger.aftermath_tables import stops
from tasks.ledger.transactions import Transactions


@dataclass(frozen=True, kw_only=True)
class Stop:
    """A stop in force. `channel` None: every channel. `stopped_at` in UTC."""

    channel: str | None
    reason: str
    author: str
    stopped_at: datetime

    def covers(self, channel: str) -> bool:
        """Whether messages by `channel` are stopped."""
        return self.channel in (None, channel)

    def __str__(self) -> str:
        what = f"sending by {self.channel}" if self.channel else "all sending"
        return f"{what} is stopped since {self.stopped_at:%Y-%m-%d %H:%M} UTC by {self.author}: {self.reason}"


def stop(
    connection: Connection, company_id: str, *, channel: str | None, reason: str, author: str, at: datetime
) -> None:
    """Stops the company's sending; a second stop of the same channel is recorded beside the first."""
    connection.execute(
        insert(stops).values(
            stop_id=secrets.token_hex(16),
            company_id=company_id,
            channel=channel,
            reason=reason,
            author=author,
            stopped_at=at,
        )
    )


def release(connection: Connection, company_id: str, *, channel: str | None, author: str, at: datetime) -> int:
    """Ends the stops of `channel`, or with None all of them; returns how many."""
    ending = update(stops).where(stops.c.company_id == company_id, stops.c.released_at.is_(None))
    if channel is not None:
        ending = ending.where(stops.c.channel == channel)
    return connection.execute(ending.values(released_by=author, released_at=at)).rowcount


def in_force(connection: Connection, company_id: str) -> tuple[Stop, ...]:
    """What is stopped now, the oldest first."""
    found = connection.execute(
        select(stops.c.channel, stops.c.reason, stops.c.author, stops.c.stopped_at)
        .where(stops.c.company_id == company_id, stops.c.released_at.is_(None))
        .order_by(stops.c.stopped_at, stops.c.stop_id)
    )
    return tuple(Stop(**row._mapping) for row in found)


class Stopping(Transactions):
    """The part of the ledger that stops sending and lets it go on."""

    def stop(self, *, channel: str | None, reason: str, author: str) -> None:
        """Stops sending by `channel`, or by all of them; durable when this returns."""
        self._write(
            lambda connection, at: stop(
                connection, self._store.company_id, channel=channel, reason=reason, author=author, at=at
            )
        )

    def release(self, *, channel: str | None, author: str) -> int:
        """Lets go on what was stopped; returns how many stops ended."""
        return self._write(
            lambda connection, at: release(connection, self._store.company_id, channel=channel, author=author, at=at)
        )

    def stops(self) -> tuple[Stop, ...]:
        """What is stopped now, the oldest first."""
        return self._read(lambda connection: in_force(connection, self._store.company_id))
