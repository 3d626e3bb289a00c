"""The messages of a day that are planned and not sent, beside what was said before: what leaves when a person lets it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from tasks.ledger.ledger import Ledger
from tasks.ledger.reminders import ClaimedReminder, Reminder

Change = Literal["first", "next", "again"]
"""Against what the customer heard last in the currency: nothing yet, another step, or the same step again."""


@dataclass(frozen=True, kw_only=True)
class PendingLine:
    """Messages of one kind; `total` is their sum in `currency`, `receivables` how many they list."""

    segment: str
    step: str
    purpose: str
    channel: str
    currency: str
    needs_approval: bool
    changes: Mapping[Change, int]
    receivables: int
    total: Decimal

    @property
    def messages(self) -> int:
        """How many."""
        return sum(self.changes.values())


@dataclass(frozen=True)
class Pending:
    """What is planned of `as_of`: its lines, and the messages that need a person's leave one by one, with their items."""

    as_of: date
    lines: tuple[PendingLine, ...]
    needing_approval: tuple[ClaimedReminder, ...]
    strategies: frozenset[str]

    @property
    def messages(self) -> int:
        """All planned messages."""
        return sum(line.messages for line in self.lines)


def pending_of(ledger: Ledger, as_of: date) -> Pending:
    """What the ledger holds as planned of `as_of`."""
    planned = ledger.planned_on(as_of)
    said = ledger.last_steps_before(as_of)
    waiting = ledger.in_full([one.reminder_key for one in planned if one.needs_approval])
    return Pending(
        as_of,
        tuple(_lines(planned, said)),
        tuple(waiting[key] for key in sorted(waiting)),
        frozenset(reminder.strategy_version for reminder in planned),
    )


def _lines(planned: Iterable[Reminder], said: Mapping[tuple[str, str], str]) -> Iterable[PendingLine]:
    grouped: dict[tuple[str, str, str, str, str, bool], list[Reminder]] = {}
    for one in planned:
        key = (one.segment, one.step, one.purpose, one.channel, one.currency, one.needs_approval)
        grouped.setdefault(key, []).append(one)
    for (segment, step, purpose, channel, currency, needs_approval), group in sorted(grouped.items()):
        changes: dict[Change, int] = {"first": 0, "next": 0, "again": 0}
        for one in group:
            changes[_change(one, said.get((one.customer_id, one.currency)))] += 1
        yield PendingLine(
            segment=segment,
            step=step,
            purpose=purpose,
            channel=channel,
            currency=currency,
            needs_approval=needs_approval,
            changes=changes,
            receivables=sum(one.item_count for one in group),
            total=sum((one.total_amount for one in group), Decimal(0)),
        )


def _change(reminder: Reminder, before: str | None) -> Change:
    if before is None:
        return "first"
    return "again" if before == reminder.step else "next"
