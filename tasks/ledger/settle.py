"""Settling: what became of what was claimed. Evidence moves a reminder on; the lack of it makes it `unknown`, never `planned`."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from sqlalchemy import ColumnElement, Connection, or_, select

from tasks.ledger.claim import reminder_from
from tasks.ledger.events import Change, apply, complete, statuses, without_addresses
from tasks.ledger.reminders import Reminder
from tasks.ledger.states import TRANSITIONS, Reason, Status
from tasks.ledger.tables import reminders
from tasks.problems import LedgerProblem

Settled = Literal[Status.ACCEPTED, Status.REJECTED, Status.UNKNOWN, Status.PLANNED]
"""What a sender can say: taken, refused for good, no idea, or nothing left (back to planned)."""

Resolved = Literal[Status.ACCEPTED, Status.DELIVERED, Status.BOUNCED, Status.DROPPED, Status.REJECTED, Status.PLANNED]
"""What evidence can say; `planned` means: proof that nothing left, send it again."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What happened to one claimed reminder. `detail`: a code or short text, no personal data.

    `content_hash`: of the message that was, or may have been, taken.
    """

    reminder_key: str
    status: Settled
    provider: str | None = None
    provider_message_id: str | None = None
    detail: str | None = None
    content_hash: str | None = None


@dataclass(frozen=True)
class NotSettled:
    """An outcome that came too late or from the wrong process: where the reminder stands instead."""

    reminder_key: str
    status: Status | None


class Evidence(Protocol):
    """What a dead sender left behind (`tasks.ledger.journal.Proof`)."""

    def outcome_of(self, reminder_key: str) -> Outcome | None:
        """What became of a claim of that sender; None: it may have left."""
        ...


def settle(
    connection: Connection,
    outcomes: Sequence[Outcome],
    *,
    company_id: str,
    claim_token: str,
    at: datetime,
) -> tuple[NotSettled, ...]:
    """Records `outcomes` of reminders that `claim_token` holds, also if they were given up as `unknown` meanwhile.

    Saying the same again changes nothing. Returns the outcomes that could not be recorded, because the reminder has moved on; the
    caller reports them: an `accepted` among them is a message that another process may have sent too.
    """
    held = _held(connection, company_id, [outcome.reminder_key for outcome in outcomes], claim_token)
    changes, overtaken, refused = [], [], []
    for outcome in outcomes:
        source = held.get(outcome.reminder_key)
        if source is not None and outcome.status in TRANSITIONS[source]:
            changes.append(_change(source, outcome))
        elif source is not None and _says_nothing_new(source, outcome.status):
            overtaken.append(_change(source, outcome))
        else:
            refused.append(outcome.reminder_key)
    apply(connection, changes, at=at)
    complete(connection, overtaken)
    standing = statuses(connection, company_id, refused)
    return tuple(NotSettled(key, standing.get(key)) for key in refused)


def resolve(
    connection: Connection,
    reminder_id: str,
    outcome: Resolved,
    *,
    company_id: str,
    evidence: str,
    provider: str | None,
    provider_message_id: str | None,
    at: datetime,
) -> bool:
    """Moves a reminder on by evidence: a provider's event, a lookup, a person. False: it says nothing new.

    Raises:
        LedgerProblem: the ledger has no such reminder, or the evidence contradicts what it knows for certain.
    """
    row = connection.execute(
        select(reminders.c.reminder_key, reminders.c.status).where(
            reminders.c.reminder_id == reminder_id, reminders.c.company_id == company_id
        )
    ).one_or_none()
    if row is None:
        raise LedgerProblem.at(f"reminder {reminder_id}", "is not in the ledger", "Check the id and the workspace.")
    source = Status(row.status)
    if _says_nothing_new(source, outcome):
        return False
    if outcome not in TRANSITIONS[source] or source not in _MAY_BE_RESOLVED:
        raise LedgerProblem.at(
            f"reminder {reminder_id}",
            f"is {source}; it cannot become {outcome}",
            "See `mart.reminders` for what is known of it; only unknown reminders and later news of sent ones are resolved.",
        )
    change = Change(row.reminder_key, source, outcome, None, evidence, provider, provider_message_id)
    apply(connection, [change], at=at)
    return True


def abandon(
    connection: Connection,
    *,
    company_id: str,
    dead_tokens: Collection[str],
    evidence: Mapping[str, Evidence],
    claimed_before: datetime | None,
    at: datetime,
) -> tuple[str, ...]:
    """Ends claims of dead processes, or made before `claimed_before`: by `evidence` (by token), else as `unknown`.

    Returns the keys of those that became `unknown`.
    """
    is_lost: ColumnElement[bool] = reminders.c.claim_token.in_(sorted(dead_tokens))
    if claimed_before is not None:
        is_lost = or_(is_lost, reminders.c.claimed_at < claimed_before)
    rows = connection.execute(
        select(reminders.c.reminder_key, reminders.c.claim_token)
        .where(reminders.c.company_id == company_id, reminders.c.status == Status.CLAIMED.value, is_lost)
        .order_by(reminders.c.reminder_key)
    )
    changes: list[Change] = []
    for key, token in rows:
        left_behind = evidence.get(token)
        outcome = left_behind.outcome_of(key) if left_behind is not None else None
        changes.append(_abandoned(key) if outcome is None else _change(Status.CLAIMED, outcome))
    apply(connection, changes, at=at)
    return tuple(change.reminder_key for change in changes if change.target is Status.UNKNOWN)


def unknown(connection: Connection, company_id: str) -> tuple[Reminder, ...]:
    """Reminders that may or may not have left, oldest first: for lookups and, in the end, for a person."""
    rows = connection.execute(
        select(reminders)
        .where(reminders.c.company_id == company_id, reminders.c.status == Status.UNKNOWN.value)
        .order_by(reminders.c.as_of, reminders.c.reminder_key)
    )
    return tuple(reminder_from(row._mapping) for row in rows)


_MAY_BE_RESOLVED = frozenset({Status.CLAIMED, Status.UNKNOWN, Status.ACCEPTED, Status.DELIVERED})

# What is known already, or more than what is now said: providers repeat themselves and tell things in any order.
_INCLUDES = {
    Status.ACCEPTED: frozenset({Status.UNKNOWN}),
    Status.DELIVERED: frozenset({Status.ACCEPTED, Status.UNKNOWN}),
    Status.BOUNCED: frozenset({Status.ACCEPTED, Status.DELIVERED, Status.UNKNOWN}),
    Status.DROPPED: frozenset({Status.ACCEPTED, Status.UNKNOWN}),
}


def _says_nothing_new(known: Status, said: Status) -> bool:
    return known == said or said in _INCLUDES.get(known, frozenset())


def _held(connection: Connection, company_id: str, keys: Sequence[str], claim_token: str) -> dict[str, Status]:
    return statuses(connection, company_id, keys, reminders.c.claim_token == claim_token)


def _change(source: Status, outcome: Outcome) -> Change:
    return Change(
        outcome.reminder_key,
        source,
        outcome.status,
        _reason(outcome),
        outcome.detail,
        outcome.provider,
        outcome.provider_message_id,
        outcome.content_hash,
    )


def _abandoned(reminder_key: str) -> Change:
    return Change(reminder_key, Status.CLAIMED, Status.UNKNOWN, Reason.ABANDONED, "the sending process ended")


def _reason(outcome: Outcome) -> str | None:
    if outcome.status is Status.PLANNED:
        return Reason.NOTHING_LEFT
    return without_addresses(outcome.detail) if outcome.status in (Status.REJECTED, Status.UNKNOWN) else None
