"""What customers wrote to us in their own words: kept once, as an answer of the customer, for a person to read.

Nothing follows from the words; a word that ends the channel is marked by its event (`tasks.ledger.event_marks`), and the answer only
names that mark. Whose it is: the message that it replies to says so, else the number, where one customer alone was written to at it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, func, insert, or_, select

from tasks.events.event import WrittenAnswer
from tasks.ledger.aftermath_tables import answers, provider_events
from tasks.ledger.answers import ID_CHARACTERS, WRITTEN, as_json, is_blocked
from tasks.ledger.contact_marks import comparable
from tasks.ledger.erasures import Subject
from tasks.ledger.event_marks import asked_to_stop
from tasks.ledger.events import chunks
from tasks.ledger.states import LIVE
from tasks.ledger.tables import reminders

MOST_A_DAY = 50
"""Answers of one customer that are kept of a day; whoever writes more is read in the provider's own inbox."""

_AT_ONCE = 50
"""Numbers that one query looks for."""


@dataclass(frozen=True)
class WrittenTaken:
    """Of a group of answers: new ones that are kept, those kept before, those of nobody we know, and those not to be kept.

    `not_kept`: of a person who asked to be erased, or beyond `MOST_A_DAY`.
    """

    new: int = 0
    repeated: int = 0
    of_nobody: int = 0
    not_kept: int = 0


@dataclass(frozen=True, slots=True)
class _Message:
    reminder_id: str
    customer_id: str
    contact_id: str | None


def take_written(
    connection: Connection, company_id: str, written: Sequence[WrittenAnswer], *, today: date, at: datetime
) -> WrittenTaken:
    """Keeps each of `written` once; `today` is the day of the company's calendar on which they become known."""
    told = {_answer_id(company_id, answer): answer for answer in written}
    known: set[str] = set()
    for chunk in chunks(told):
        known.update(connection.scalars(select(answers.c.answer_id).where(answers.c.answer_id.in_(chunk))))
    fresh = {answer_id: answer for answer_id, answer in told.items() if answer_id not in known}
    placed = _placed(connection, company_id, fresh)
    kept = 0
    for answer_id, message in placed.items():
        subject = Subject(customer_id=message.customer_id, contact_id=message.contact_id)
        if is_blocked(connection, company_id, subject) or _is_full(connection, company_id, message.customer_id, today):
            continue
        answer = fresh[answer_id]
        connection.execute(
            insert(answers).values(
                answer_id=answer_id,
                company_id=company_id,
                customer_id=message.customer_id,
                receivable_id=None,
                reminder_id=message.reminder_id,
                kind=WRITTEN,
                content=as_json({"channel": answer.channel, "sent": answer.sent, "text": answer.text}),
                effect_id=_mark_id(company_id, answer, today),
                answered_at=at,
                recorded_on=today,
            )
        )
        kept += 1
    return WrittenTaken(
        new=kept,
        repeated=len(written) - len(fresh),
        of_nobody=len(fresh) - len(placed),
        not_kept=len(placed) - kept,
    )


def _answer_id(company_id: str, answer: WrittenAnswer) -> str:
    """By the provider's id of it, so that what is told twice is once, also when its words were erased meanwhile."""
    said = as_json([company_id, WRITTEN, answer.provider, answer.message_id])
    return f"answer-{hashlib.sha256(said.encode()).hexdigest()[:ID_CHARACTERS]}"


def _mark_id(company_id: str, answer: WrittenAnswer, today: date) -> str | None:
    """The mark that the event beside a stop word has set."""
    if not answer.asks_to_stop:
        return None
    mark = asked_to_stop(answer.address, source=answer.provider, evidence=answer.message_id, today=today)
    return mark.mark_id(company_id)


def _is_full(connection: Connection, company_id: str, customer_id: str, today: date) -> bool:
    column = answers.c
    mine = (column.company_id == company_id, column.customer_id == customer_id)
    count = select(func.count()).where(*mine, column.kind == WRITTEN, column.recorded_on == today)
    return int(connection.execute(count).scalar_one()) >= MOST_A_DAY


def _placed(connection: Connection, company_id: str, fresh: Mapping[str, WrittenAnswer]) -> dict[str, _Message]:
    """The message of ours that each is taken to answer; those of nobody we know are left out."""
    placed = _by_events(connection, company_id, fresh)
    left = [(answer_id, answer) for answer_id, answer in fresh.items() if answer_id not in placed]
    for start in range(0, len(left), _AT_ONCE):
        chunk = left[start : start + _AT_ONCE]
        sent = _sent_to(connection, company_id, [answer for _, answer in chunk])
        for answer_id, answer in chunk:
            found = _replied_to(answer, sent) or _only_customer(answer, sent)
            if found is not None:
                placed[answer_id] = found
    return placed


def _by_events(connection: Connection, company_id: str, fresh: Mapping[str, WrittenAnswer]) -> dict[str, _Message]:
    """By the statuses of the message that is replied to, which name it; found by key, however large the ledger is."""
    asked: dict[str, list[str]] = {}
    for answer_id, answer in fresh.items():
        for event in answer.told_by:
            asked.setdefault(f"{company_id}:{answer.provider}:{event}", []).append(answer_id)
    named: dict[str, str] = {}
    for chunk in chunks(asked):
        column = provider_events.c
        rows = connection.execute(select(column.event_id, column.reminder_id).where(column.event_id.in_(chunk)))
        named.update((one, row.reminder_id) for row in rows if row.reminder_id for one in asked[row.event_id])
    messages: dict[str, _Message] = {}
    for chunk in chunks(sorted(set(named.values()))):
        ours = reminders.c
        rows = connection.execute(
            select(ours.reminder_id, ours.customer_id, ours.contact_id, ours.company_id).where(
                ours.reminder_id.in_(chunk)
            )
        )
        messages.update(
            (row.reminder_id, _Message(row.reminder_id, row.customer_id, row.contact_id))
            for row in rows
            if row.company_id == company_id
        )
    return {answer_id: messages[reminder] for answer_id, reminder in named.items() if reminder in messages}


@dataclass(frozen=True, slots=True)
class _Sent:
    message: _Message
    provider_message_id: str | None
    channel: str
    address: str


def _sent_to(connection: Connection, company_id: str, written: Iterable[WrittenAnswer]) -> list[_Sent]:
    """What was handed over to the numbers of `written`, or is what they reply to; oldest first.

    Addresses are as people wrote them. The pattern lets anything stand between the digits; `comparable` decides.
    """
    column = reminders.c
    patterns = {"%" + "%".join(comparable(answer.channel, answer.address)) for answer in written}
    ids = sorted({answer.replies_to for answer in written if answer.replies_to})
    rows = connection.execute(
        select(
            column.reminder_id,
            column.customer_id,
            column.contact_id,
            column.provider_message_id,
            column.channel,
            column.recipient_address,
        )
        .where(
            column.company_id == company_id,
            column.channel.in_(sorted({answer.channel for answer in written})),
            column.status.in_([status.value for status in LIVE]),
            or_(column.provider_message_id.in_(ids), *(column.recipient_address.like(one) for one in sorted(patterns))),
        )
        .order_by(column.as_of, column.reminder_key)
    )
    return [
        _Sent(
            _Message(row.reminder_id, row.customer_id, row.contact_id),
            row.provider_message_id,
            row.channel,
            comparable(row.channel, row.recipient_address or ""),
        )
        for row in rows
    ]


def _replied_to(answer: WrittenAnswer, sent: Sequence[_Sent]) -> _Message | None:
    found = (one.message for one in sent if answer.replies_to and one.provider_message_id == answer.replies_to)
    return next(found, None)


def _only_customer(answer: WrittenAnswer, sent: Sequence[_Sent]) -> _Message | None:
    """The newest message to the number; None where no customer or several were written to at it."""
    address = comparable(answer.channel, answer.address)
    messages = [one.message for one in sent if one.channel == answer.channel and one.address == address]
    return messages[-1] if len({message.customer_id for message in messages}) == 1 else None
