"""Keeps what providers say of messages, once, and moves the messages on: many events in a few statements.

An event that was kept before changes nothing. Where a message ends does not depend on the order in which events come
(`tasks.ledger.states.EVIDENCE_RANK`); what follows for addresses is in `tasks.ledger.event_marks`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date, datetime
from types import MappingProxyType

from sqlalchemy import Connection, select

from tasks.events.event import EventKind, ProviderEvent
from tasks.ledger.aftermath_tables import provider_events
from tasks.ledger.bulk import insert_rows
from tasks.ledger.contact_marks import comparable
from tasks.ledger.event_marks import mark_addresses
from tasks.ledger.event_subjects import Subject, said_otherwise, subjects_of
from tasks.ledger.events import Change, apply, chunks
from tasks.ledger.states import EVIDENCE_RANK, LIVE, Status

MEANS: Mapping[EventKind, Status] = MappingProxyType(
    {
        EventKind.PROCESSED: Status.ACCEPTED,
        EventKind.DEFERRED: Status.ACCEPTED,
        EventKind.DROPPED: Status.DROPPED,
        EventKind.DELIVERED: Status.DELIVERED,
        # Who complains, or wants no more, has it.
        EventKind.COMPLAINED: Status.DELIVERED,
        EventKind.UNSUBSCRIBED: Status.DELIVERED,
        EventKind.SOFT_BOUNCED: Status.BOUNCED,
        EventKind.HARD_BOUNCED: Status.BOUNCED,
    }
)
"""Where each kind says a message stands, at the least."""

_COPY = "copy"
_REMINDER_ID = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class Taken:
    """What a group of events changed.

    `new`, `repeated`: events. `about_nobody`: new ones of no message in this ledger. `about_copies`: new ones of another address than
    the message's recipient. `moved`: messages. `contradicted`: messages that were said another time by the same channel on the day, so
    that the event was kept and they stay as they are. `marked`: marks on addresses.
    """

    new: int = 0
    repeated: int = 0
    about_nobody: int = 0
    about_copies: int = 0
    moved: int = 0
    contradicted: int = 0
    marked: int = 0


@dataclass(frozen=True, slots=True)
class _Evidence:
    """What is said of one message: where it stands by that, and by which event."""

    status: Status
    provider: str
    detail: str


def take_events(
    connection: Connection, events: Sequence[ProviderEvent], *, company_id: str, today: date, at: datetime
) -> Taken:
    """Keeps `events` that are new and moves their messages on; `today`, a day of the company's calendar, dates the marks that follow."""
    # An account's provider tells its events to every company that has an address there.
    told = {f"{company_id}:{event.provider}:{event.event_id}": event for event in events}
    new = _not_kept(connection, told)
    subjects = subjects_of(connection, company_id, {event.reminder_id for event in new.values() if event.reminder_id})
    new = {event_id: _seen_from_recipient(event, subjects) for event_id, event in new.items()}
    copies = {event_id for event_id, event in new.items() if is_about_copy(event, subjects)}
    _keep(connection, new, copies, company_id=company_id, at=at)
    evidence: dict[str, _Evidence] = {}
    for event_id, event in sorted(new.items()):
        if event.reminder_id in subjects:
            # A copy proves that the provider took the message, and nothing of what became of it.
            status = Status.ACCEPTED if event_id in copies else MEANS[event.kind]
            _weigh(
                evidence,
                str(event.reminder_id),
                _Evidence(status, event.provider, _by(event.kind, event_id, company_id)),
            )
    moved, contradicted = _move(connection, evidence, subjects, company_id=company_id, at=at)
    marked = mark_addresses(
        connection,
        [
            (event, subjects[str(event.reminder_id)])
            for event_id, event in new.items()
            if event.reminder_id in subjects and event_id not in copies
        ],
        strangers=[event for event in new.values() if event.reminder_id is None],
        company_id=company_id,
        today=today,
    )
    return Taken(
        new=len(new),
        repeated=len(events) - len(new),
        about_nobody=sum(event.reminder_id not in subjects for event in new.values()),
        about_copies=len(copies),
        moved=moved,
        contradicted=contradicted,
        marked=marked,
    )


def is_about_copy(event: ProviderEvent, subjects: Mapping[str, Subject]) -> bool:
    """Whether an e-mail's event is about another address than its recipient: the collector's copy has the same reminder id.

    It is about the recipient if it went to his address, wherever that is forwarded, or ended there.
    """
    address = _recipient(event, subjects)
    named = [comparable("email", one) for one in (event.address, event.final_address) if one]
    return address is not None and bool(named) and address not in named


def _seen_from_recipient(event: ProviderEvent, subjects: Mapping[str, Subject]) -> ProviderEvent:
    """What a server says of the mailbox to which the recipient forwards his mail, said of the recipient.

    That nothing will ever arrive there says nothing of his own address: the message came back, and his next one may arrive.
    """
    address = _recipient(event, subjects)
    is_elsewhere = address is not None and event.final_address and comparable("email", event.final_address) != address
    return (
        replace(event, kind=EventKind.SOFT_BOUNCED) if is_elsewhere and event.kind is EventKind.HARD_BOUNCED else event
    )


def _recipient(event: ProviderEvent, subjects: Mapping[str, Subject]) -> str | None:
    """The comparable address of the e-mail that the event is about; None where there is none to compare with."""
    subject = subjects.get(event.reminder_id or "")
    return subject.address or None if subject is not None and subject.channel == "email" else None


def fold_kept(connection: Connection, reminder_ids: Sequence[str], *, company_id: str, at: datetime) -> int:
    """Moves the messages of `reminder_ids` on by events that are kept already: those that came before the ledger knew the message.

    Marks no address: which one an event was about is not kept. Gives how many messages moved.
    """
    evidence: dict[str, _Evidence] = {}
    columns = provider_events.c
    for chunk in chunks(reminder_ids):
        rows = connection.execute(
            select(columns.event_id, columns.reminder_id, columns.provider, columns.kind, columns.detail)
            .where(columns.company_id == company_id, columns.reminder_id.in_(chunk))
            .order_by(columns.event_id)
        )
        for row in rows:
            kind = EventKind(row.kind)
            status = Status.ACCEPTED if row.detail == _COPY else MEANS[kind]
            _weigh(evidence, row.reminder_id, _Evidence(status, row.provider, _by(kind, row.event_id, company_id)))
    if not evidence:
        return 0
    subjects = subjects_of(connection, company_id, evidence)
    evidence = {reminder_id: said for reminder_id, said in evidence.items() if reminder_id in subjects}
    moved, _ = _move(connection, evidence, subjects, company_id=company_id, at=at)
    return moved


def _by(kind: EventKind, event_id: str, company_id: str) -> str:
    return f"{kind} by {event_id.removeprefix(f'{company_id}:')}"


def _weigh(evidence: dict[str, _Evidence], reminder_id: str, said: _Evidence) -> None:
    held = evidence.get(reminder_id)
    if held is None or EVIDENCE_RANK[said.status] > EVIDENCE_RANK[held.status]:
        evidence[reminder_id] = said


def _not_kept(connection: Connection, told: Mapping[str, ProviderEvent]) -> dict[str, ProviderEvent]:
    kept: set[str] = set()
    for chunk in chunks(told):
        kept.update(connection.scalars(select(provider_events.c.event_id).where(provider_events.c.event_id.in_(chunk))))
    return {event_id: event for event_id, event in told.items() if event_id not in kept}


def _keep(
    connection: Connection, new: Mapping[str, ProviderEvent], copies: AbstractSet[str], *, company_id: str, at: datetime
) -> None:
    insert_rows(
        connection,
        provider_events,
        [
            {
                "event_id": event_id,
                "company_id": company_id,
                "provider": event.provider,
                "reminder_id": _if_ours(event.reminder_id),
                "kind": event.kind.value,
                "occurred_at": event.occurred_at,
                "received_at": at,
                "detail": _COPY if event_id in copies else event.detail,
            }
            for event_id, event in new.items()
        ],
    )


def _if_ours(reminder_id: str | None) -> str | None:
    """The id, if it could be one of ours; a text of anybody else's might say something of somebody."""
    return reminder_id if reminder_id is not None and _REMINDER_ID.fullmatch(reminder_id) else None


def _move(
    connection: Connection,
    evidence: Mapping[str, _Evidence],
    subjects: Mapping[str, Subject],
    *,
    company_id: str,
    at: datetime,
) -> tuple[int, int]:
    """Moves each message to what weighs more than what is known; gives how many moved and how many could not."""
    wanted = [
        (subjects[reminder_id], said)
        for reminder_id, said in sorted(evidence.items())
        if EVIDENCE_RANK[said.status] > EVIDENCE_RANK.get(subjects[reminder_id].status, 0)
    ]
    reviving = [one.reminder_key for one, said in wanted if said.status in LIVE and one.status not in LIVE]
    taken = said_otherwise(connection, company_id, reviving)
    changes = [
        Change(one.reminder_key, one.status, said.status, detail=said.detail, provider=said.provider)
        for one, said in wanted
        if one.reminder_key not in taken
    ]
    apply(connection, changes, at=at, by_provider=True)
    return len(changes), len(wanted) - len(changes)
