"""How many reminders stand where: the figures of a run, which add up by construction (design.md, invariant 3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, func, select

from tasks.ledger.states import Status
from tasks.ledger.tables import reminders

_COUNTED_AS: Mapping[Status, str] = {
    Status.PLANNED: "awaiting",
    Status.CLAIMED: "unknown",  # until it is settled, nobody can say whether it left
    Status.ACCEPTED: "accepted",
    Status.DELIVERED: "accepted",
    Status.BOUNCED: "accepted",
    Status.DROPPED: "accepted",
    Status.REJECTED: "rejected",
    Status.CANCELLED: "cancelled",
    Status.CANCELLED_PAID: "cancelled",
    Status.UNKNOWN: "unknown",
}


@dataclass(frozen=True, kw_only=True)
class ReminderCounts:
    """Numbers of reminders. What a provider took counts as accepted, whatever it reported later."""

    accepted: int = 0
    rejected: int = 0
    cancelled: int = 0
    unknown: int = 0
    awaiting: int = 0

    @property
    def planned(self) -> int:
        """All of them: each planned reminder is in exactly one of the others."""
        return self.accepted + self.rejected + self.cancelled + self.unknown + self.awaiting

    def as_json(self) -> dict[str, int]:
        """The object `reminders` of `puntual run --json`."""
        names = ("planned", "accepted", "rejected", "cancelled", "unknown", "awaiting")
        return {name: getattr(self, name) for name in names}


def count(connection: Connection, *conditions: ColumnElement[bool]) -> ReminderCounts:
    """Counts the reminders that meet `conditions`."""
    numbers = dict.fromkeys(_COUNTED_AS.values(), 0)
    rows = connection.execute(select(reminders.c.status, func.count()).where(*conditions).group_by(reminders.c.status))
    for status, number in rows:
        numbers[_COUNTED_AS[Status(status)]] += number
    return ReminderCounts(**numbers)
