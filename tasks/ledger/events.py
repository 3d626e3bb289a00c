"""Changes of state: the only code that writes `reminders.status`, always with an event beside it, never against the table of states."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import TypeVar

from sqlalchemy import ColumnElement, Connection, bindparam, func, select, update

from tasks.ledger.bulk import insert_rows
from tasks.ledger.states import EVIDENCE_RANK, LIVE, TRANSITIONS, Status, proven_by_events
from tasks.ledger.tables import reminder_events, reminder_items, reminders

CHUNK = 500
"""Keys in one IN list; SQLite takes at most 32,766 parameters a statement."""

_DETAIL_CHARACTERS = 300
_ADDRESS = re.compile(r"[^\s<>\"']+@[^\s<>\"',;]+")
_T = TypeVar("_T")


@dataclass(frozen=True)
class Change:
    """A reminder's step from one state to another. `detail` goes to the audit trail; addresses in it are blanked."""

    reminder_key: str
    source: Status
    target: Status
    reason: str | None = None
    detail: str | None = None
    provider: str | None = None
    provider_message_id: str | None = None
    content_hash: str | None = None


def statuses(
    connection: Connection, company_id: str, keys: Iterable[str], *conditions: ColumnElement[bool]
) -> dict[str, Status]:
    """Where the reminders of `keys` (that meet `conditions`) stand; keys the ledger does not know are absent."""
    found: dict[str, Status] = {}
    columns = reminders.c
    for chunk in chunks(keys):
        rows = connection.execute(
            select(columns.reminder_key, columns.status, columns.company_id).where(
                columns.reminder_key.in_(chunk), *conditions
            )
        )
        # The company is compared here: as a condition it would tempt SQLite to read all reminders of the company.
        found.update((row[0], Status(row[1])) for row in rows if row[2] == company_id)
    return found


def apply(
    connection: Connection,
    changes: Sequence[Change],
    *,
    at: datetime,
    claim_token: str | None = None,
    by_provider: bool = False,
) -> None:
    """Makes `changes`, each only from the state it names, and writes their events.

    A change to `claimed` takes `claim_token`, `claimed_at` and counts an attempt; one that says for the first time what became of the
    message takes `settled_at`. `by_provider`: a provider's events say so, which may prove more than a sender or a person can.

    Raises:
        ValueError: a change is not in the table of states.
        RuntimeError: a reminder was not in the state named, although the caller holds the writers' lock.
    """
    for change in changes:
        allowed = proven_by_events(change.source) if by_provider else TRANSITIONS[change.source]
        if change.target not in allowed:
            raise ValueError(f"{change.reminder_key}: {change.source} may not become {change.target}")
    for (source, target), group in _by_step(changes).items():
        _move(connection, source, target, group, at=at, claim_token=claim_token)
    write_events(connection, ((c.reminder_key, c.source, c.target, _detail(c)) for c in changes), at=at)


def _move(
    connection: Connection,
    source: Status,
    target: Status,
    group: Sequence[Change],
    *,
    at: datetime,
    claim_token: str | None,
) -> None:
    statement = (
        update(reminders)
        .where(reminders.c.reminder_key == bindparam("key"), reminders.c.status == source.value)
        .values(
            status=target.value,
            status_reason=bindparam("reason"),
            provider=func.coalesce(bindparam("by"), reminders.c.provider),
            provider_message_id=func.coalesce(bindparam("message"), reminders.c.provider_message_id),
            content_hash=func.coalesce(bindparam("content"), reminders.c.content_hash),
        )
    )
    if target is Status.CLAIMED:
        statement = statement.values(claim_token=claim_token, claimed_at=at, attempts=reminders.c.attempts + 1)
    elif source in (Status.CLAIMED, Status.UNKNOWN) or (target in EVIDENCE_RANK and source not in EVIDENCE_RANK):
        statement = statement.values(settled_at=at)
    if target is Status.PLANNED:
        statement = statement.values(claimed_at=None)
    moved = connection.execute(
        statement,
        [
            {
                "key": c.reminder_key,
                "reason": c.reason,
                "by": c.provider,
                "message": c.provider_message_id,
                "content": c.content_hash,
            }
            for c in group
        ],
    ).rowcount
    if moved != len(group):
        raise RuntimeError(f"{len(group)} reminders should have become {target} from {source}, but {moved} did")
    if (source in LIVE) != (target in LIVE):
        for chunk in chunks(change.reminder_key for change in group):
            connection.execute(
                update(reminder_items).where(reminder_items.c.reminder_key.in_(chunk)).values(is_live=target in LIVE)
            )


def complete(connection: Connection, said: Sequence[Change]) -> None:
    """Keeps what a sender knows of messages that a provider's event has moved on before him: provider, its id, and the content."""
    known = [change for change in said if change.content_hash or change.provider_message_id]
    if not known:
        return
    columns = reminders.c
    connection.execute(
        update(reminders)
        .where(columns.reminder_key == bindparam("key"))
        .values(
            provider=func.coalesce(columns.provider, bindparam("by")),
            provider_message_id=func.coalesce(columns.provider_message_id, bindparam("message")),
            content_hash=func.coalesce(columns.content_hash, bindparam("content")),
        ),
        [
            {
                "key": change.reminder_key,
                "by": change.provider,
                "message": change.provider_message_id,
                "content": change.content_hash,
            }
            for change in known
        ],
    )


def write_events(
    connection: Connection,
    rows: Iterable[tuple[str, Status | None, Status, str | None]],
    *,
    at: datetime,
) -> None:
    """Appends (key, from, to, detail) to the audit trail."""
    insert_rows(
        connection,
        reminder_events,
        [
            {"reminder_key": key, "at": at, "from_status": source, "to_status": target, "detail": detail}
            for key, source, target, detail in rows
        ],
    )


def last_event(connection: Connection) -> int:
    """The number of the newest event, 0 without any."""
    return int(connection.execute(select(func.coalesce(func.max(reminder_events.c.event_id), 0))).scalar_one())


def chunks(values: Iterable[_T]) -> Iterator[list[_T]]:
    """`values` in lists of at most `CHUNK`."""
    rest = iter(values)
    while chunk := list(islice(rest, CHUNK)):
        yield chunk


def without_addresses(text: str | None) -> str | None:
    """`text`, shortened, with e-mail addresses blanked: servers like to quote the recipient."""
    return None if text is None else _ADDRESS.sub("[address]", text)[:_DETAIL_CHARACTERS]


def _detail(change: Change) -> str | None:
    return without_addresses(change.detail if change.detail is not None else change.reason)


def _by_step(changes: Iterable[Change]) -> Mapping[tuple[Status, Status], list[Change]]:
    groups: dict[tuple[Status, Status], list[Change]] = {}
    for change in changes:
        groups.setdefault((change.source, change.target), []).append(change)
    return groups
