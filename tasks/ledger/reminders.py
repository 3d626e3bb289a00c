"""The values that enter and leave the ledger about reminders: what was decided, what was claimed, what is still open."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from decimal import Decimal

import pyarrow as pa

from tasks.ledger.states import Reason, Status

_ID_CHARACTERS = 32


def reminder_id_of(reminder_key: str) -> str:
    """The only identifier a provider sees: 128 bits of the key's SHA-256 as hex, the same on every machine."""
    return hashlib.sha256(reminder_key.encode("utf-8")).hexdigest()[:_ID_CHARACTERS]


@dataclass(frozen=True, kw_only=True)
class PlannedReminder:
    """One row of `outgoing.messages`: a message to one contact about some receivables in one currency."""

    reminder_key: str
    company_id: str
    customer_id: str
    contact_id: str | None
    contact_role: str
    recipient_name: str | None
    recipient_address: str | None
    channel: str
    currency: str
    step: str
    step_rank: int
    purpose: str
    tone: str
    language: str
    segment: str
    strategy_version: str
    item_count: int
    total_amount: Decimal
    needs_approval: bool
    batch_number: int
    variant: str | None = None
    """The wording of an experiment in which it is said; None: the usual."""


@dataclass(frozen=True, kw_only=True)
class PlannedItem:
    """One row of `outgoing.items`: a receivable in a message, with what is open of it.

    `paid_amount`: what the message thanks for, where it does; None: it reminds. The one of them that is said is `said_amount`.
    """

    reminder_key: str
    company_id: str
    customer_id: str
    receivable_id: str
    step: str
    open_amount: Decimal
    paid_amount: Decimal | None = None

    @property
    def said_amount(self) -> Decimal:
        """What the message states of the receivable: what was paid of it, or what is open."""
        return self.open_amount if self.paid_amount is None else self.paid_amount


@dataclass(frozen=True, kw_only=True)
class Reminder(PlannedReminder):
    """A reminder as the ledger holds it."""

    reminder_id: str
    run_id: str
    as_of: date
    status: Status
    status_reason: str | None
    claim_token: str | None
    claimed_at: datetime | None
    settled_at: datetime | None
    provider: str | None
    provider_message_id: str | None
    attempts: int
    content_hash: str | None = None


@dataclass(frozen=True)
class ClaimedReminder:
    """What may be sent now, once, by who holds the claim: the reminder and its items, by receivable."""

    reminder: Reminder
    items: tuple[PlannedItem, ...]


@dataclass(frozen=True)
class PlanResult:
    """What a plan changed: numbers of reminders, and those left as they are because they were claimed or settled before."""

    added: int = 0
    refreshed: int = 0
    untouched: int = 0
    superseded: int = 0


@dataclass(frozen=True)
class NotClaimed:
    """A key that was not claimed: where its reminder stands now (None: the ledger does not know the key) and why."""

    reminder_key: str
    status: Status | None
    reason: Reason


@dataclass(frozen=True)
class ClaimResult:
    """Each key asked for is in exactly one of the three."""

    claimed: tuple[ClaimedReminder, ...] = ()
    cancelled: tuple[NotClaimed, ...] = ()
    skipped: tuple[NotClaimed, ...] = field(default=())


def reminders_from_arrow(table: pa.Table) -> Iterator[PlannedReminder]:
    """The rows of `outgoing.messages`; further columns are ignored."""
    return (PlannedReminder(**row) for row in table.select(_names(PlannedReminder)).to_pylist())


def items_from_arrow(table: pa.Table) -> Iterator[PlannedItem]:
    """The rows of `outgoing.items`; further columns are ignored."""
    return (PlannedItem(**row) for row in table.select(_names(PlannedItem)).to_pylist())


def _names(kind: type[PlannedReminder | PlannedItem]) -> list[str]:
    return [column.name for column in fields(kind)]
