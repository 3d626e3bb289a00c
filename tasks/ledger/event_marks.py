"""What follows from events for the addresses they are about: which are marked, and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from sqlalchemy import Connection, select

from tasks.events.event import EventKind, ProviderEvent
from tasks.ledger.contact_marks import ContactMark, MarkKind, add_marks, comparable, last_cleared
from tasks.ledger.event_subjects import Subject
from tasks.ledger.events import chunks
from tasks.ledger.states import LIVE, Status
from tasks.ledger.tables import reminders

SOFT_BOUNCES_IN_A_ROW = 3
"""After so many messages in a row that came back for now, an address is taken for dead: what providers do, too."""

_MARKS: Mapping[EventKind, MarkKind] = MappingProxyType(
    {
        EventKind.HARD_BOUNCED: MarkKind.BOUNCED,
        EventKind.COMPLAINED: MarkKind.COMPLAINED,
        EventKind.UNSUBSCRIBED: MarkKind.UNSUBSCRIBED,
    }
)
DROPPED_FOR: Mapping[str, MarkKind] = MappingProxyType(
    {
        "bounced_address": MarkKind.BOUNCED,
        "invalid_address": MarkKind.BOUNCED,
        "spam_reporting_address": MarkKind.COMPLAINED,
        "unsubscribed_address": MarkKind.UNSUBSCRIBED,
    }
)
"""By the detail of a `dropped` event, what the provider knows of the address; other drops say nothing of it."""


STOP_WORD = "stop_word"
"""The detail of an `unsubscribed` event that is an answer in the debtor's own words."""

_CAME_BACK = (EventKind.SOFT_BOUNCED, EventKind.HARD_BOUNCED)
_HANDED_OVER = LIVE | {Status.DROPPED}

_Debtor = tuple[str, str, str]
"""Channel, customer, and address as `comparable` writes it."""


@dataclass(frozen=True, slots=True)
class _Sent:
    as_of: date
    reminder_id: str
    contact_id: str | None
    came_back: bool


def mark_addresses(
    connection: Connection,
    told: Sequence[tuple[ProviderEvent, Subject]],
    *,
    strangers: Iterable[ProviderEvent],
    company_id: str,
    today: date,
) -> int:
    """Marks the recipients of messages whose new events say that they must not be written to; gives how many marks are new.

    `strangers`: events about no message of ours; of them only who wrote to us that we shall stop is marked.
    """
    marks = [mark for event, subject in told for mark in _said(event, subject, today)]
    sources = {
        (subject.channel, subject.customer_id, subject.address): event.provider
        for event, subject in told
        if event.kind in _CAME_BACK and subject.address
    }
    marks += [
        asked_to_stop(event.address, source=event.provider, evidence=event.event_id, today=today)
        for event in strangers
        if event.detail == STOP_WORD and event.address
    ]
    if sources:
        marks += _came_back_again(connection, sources, company_id=company_id, today=today)
    return add_marks(connection, company_id, marks)


def asked_to_stop(address: str, *, source: str, evidence: str, today: date) -> ContactMark:
    """The mark on whoever has the number that wrote it: which of our messages it answers is nobody's concern."""
    return ContactMark(
        customer_id=None,
        contact_id=None,
        channel="whatsapp",
        address=comparable("whatsapp", address),
        kind=MarkKind.UNSUBSCRIBED,
        source=source,
        from_on=today,
        recorded_on=today,
        evidence=evidence,
    )


def _said(event: ProviderEvent, subject: Subject, today: date) -> Iterable[ContactMark]:
    kind = _MARKS.get(event.kind)
    if event.kind is EventKind.DROPPED:
        kind = DROPPED_FOR.get(event.detail or "")
    if kind is not None and subject.address:
        yield ContactMark(
            customer_id=subject.customer_id,
            contact_id=subject.contact_id,
            channel=subject.channel,
            address=subject.address,
            kind=kind,
            source=event.provider,
            from_on=today,
            recorded_on=today,
            evidence=subject.reminder_id,
        )


def _came_back_again(
    connection: Connection, sources: Mapping[_Debtor, str], *, company_id: str, today: date
) -> Iterable[ContactMark]:
    """A mark for each message that came back after the two before it had, of those since the address was last said to work.

    Each such message gives one, so that the same marks stand whatever was told first.
    """
    sent = _sent(connection, company_id, sorted({customer for _, customer, _ in sources}))
    cleared = {
        channel: last_cleared(connection, company_id, channel, {address for of, _, address in sources if of == channel})
        for channel in sorted({channel for channel, _, _ in sources})
    }
    for debtor, source in sources.items():
        channel, customer_id, address = debtor
        since = cleared[channel].get(address, date.min)
        messages = [message for message in sent[debtor] if message.as_of >= since]
        for end in range(SOFT_BOUNCES_IN_A_ROW, len(messages) + 1):
            row = messages[end - SOFT_BOUNCES_IN_A_ROW : end]
            if all(message.came_back for message in row):
                yield ContactMark(
                    customer_id=customer_id,
                    contact_id=row[-1].contact_id,
                    channel=channel,
                    address=address,
                    kind=MarkKind.BOUNCED,
                    source=source,
                    from_on=today,
                    recorded_on=today,
                    evidence=row[-1].reminder_id,
                )


def _sent(connection: Connection, company_id: str, customers: Sequence[str]) -> Mapping[_Debtor, list[_Sent]]:
    """What was handed over, or may have been, oldest first. A dropped message is one: an event may say yet that it was delivered."""
    found: defaultdict[_Debtor, list[_Sent]] = defaultdict(list)
    columns = reminders.c
    for chunk in chunks(customers):
        rows = connection.execute(
            select(
                columns.customer_id,
                columns.channel,
                columns.recipient_address,
                columns.as_of,
                columns.reminder_id,
                columns.contact_id,
                columns.status,
            )
            .where(columns.company_id == company_id, columns.customer_id.in_(chunk))
            .order_by(columns.as_of, columns.reminder_key)
        )
        for row in rows:
            if row.recipient_address and row.status in _HANDED_OVER:
                debtor = (row.channel, row.customer_id, comparable(row.channel, row.recipient_address))
                found[debtor].append(
                    _Sent(row.as_of, row.reminder_id, row.contact_id, came_back=row.status == Status.BOUNCED)
                )
    return found
