"""How much may still leave today: the limits of the settings against the claims of the day, of all processes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, func, select

from tasks.ledger.tables import reminders
from tasks.segment.ladders import MESSAGE_CHANNELS


@dataclass(frozen=True, kw_only=True)
class DayLimits:
    """The most that may leave since `since` (UTC: the beginning of the company's day), over all channels and by single ones."""

    since: datetime
    per_day: int | None = None
    per_channel: Mapping[str, int] = field(default_factory=dict)


class Room:
    """What is left of the limits while one claim hands it out."""

    def __init__(self, limits: DayLimits | None, taken: Mapping[str, int]) -> None:
        self._limits = limits
        self._taken = Counter(taken)

    def take(self, channel: str) -> bool:
        """Takes the place of one message by `channel`; False: there is none."""
        limits = self._limits
        if limits is not None:
            own = limits.per_channel.get(channel)
            if own is not None and self._taken[channel] >= own:
                return False
            if limits.per_day is not None and self._taken.total() >= limits.per_day:
                return False
        self._taken[channel] += 1
        return True


def room(connection: Connection, company_id: str, limits: DayLimits | None) -> Room:
    """What is left of `limits`; without limits nothing is counted."""
    if limits is None or (limits.per_day is None and not limits.per_channel):
        return Room(None, {})
    return Room(limits, left_since(connection, company_id, limits.since))


def left_since(connection: Connection, company_id: str, since: datetime) -> Counter[str]:
    """How many messages left, or may have left, since a moment, by channel."""
    columns = reminders.c
    taken = connection.execute(
        select(columns.channel, func.count())
        .where(columns.company_id == company_id, columns.claimed_at >= since, columns.channel.in_(MESSAGE_CHANNELS))
        .group_by(columns.channel)
    )
    return Counter({str(channel): count for channel, count in taken})
