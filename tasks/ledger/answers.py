"""What debtors answered by the link of a message, and what follows: written together, once, in the words of `tasks.ledger.knowledge`.

An answer only adds. It ends no dispute, hold or flag, and what it may cause by itself is bounded per receivable; beyond that it is
kept for the collector to read, without any effect.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import Connection, func, insert, select

from tasks.ledger import knowledge
from tasks.ledger.aftermath_tables import answers, erasures
from tasks.ledger.erasures import Subject
from tasks.ledger.tables import reminder_items, reminders
from tasks.problems import LedgerProblem, Problem

ID_CHARACTERS = 24
WRITTEN = "written"
"""The kind of an answer in the customer's own words, by WhatsApp and not by a link (`tasks.ledger.written_answers`)."""


class TooManyAnswers(LedgerProblem):
    """A link was used more often than anybody needs; nothing of this sending was recorded."""

    @classmethod
    def at(cls, where: str, what: str, fix: str) -> TooManyAnswers:
        """A problem with a single error."""
        return cls(Problem("error", where, what, fix))


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One answer about one receivable (None: about the customer). `content`: what the debtor wrote, by field; may hold personal data.

    `learned`: what follows (None: nothing by itself). `at_most`: how many answers of this kind about this receivable, by whatever
    link, may have an effect; None: as many as there are.
    """

    customer_id: str
    reminder_id: str
    kind: str
    receivable_id: str | None
    content: Mapping[str, str] = field(repr=False)
    learned: knowledge.Knowledge | None
    recorded_on: date
    at_most: int | None = None


@dataclass(frozen=True)
class AnswerRecorded:
    """An answer's id, whether it is new, and the id of what followed (None: nothing did, a person decides)."""

    answer_id: str
    is_new: bool
    effect_id: str | None


@dataclass(frozen=True)
class AnsweredMessage:
    """The message whose link is used: whose it is, in which language and about what."""

    reminder_id: str
    customer_id: str
    contact_id: str | None
    language: str
    purpose: str
    as_of: date
    receivable_ids: frozenset[str]


def answered_message(connection: Connection, company_id: str, reminder_id: str) -> AnsweredMessage | None:
    """The message of a link; None where the ledger does not know it, or its customer or contact is blocked or erased."""
    columns = reminders.c
    row = connection.execute(
        select(
            columns.reminder_key,
            columns.customer_id,
            columns.contact_id,
            columns.language,
            columns.purpose,
            columns.as_of,
        ).where(columns.reminder_id == reminder_id, columns.company_id == company_id)
    ).one_or_none()
    if row is None or is_blocked(
        connection, company_id, Subject(customer_id=row.customer_id, contact_id=row.contact_id)
    ):
        return None
    items = select(reminder_items.c.receivable_id).where(reminder_items.c.reminder_key == row.reminder_key)
    return AnsweredMessage(
        reminder_id=reminder_id,
        customer_id=row.customer_id,
        contact_id=row.contact_id,
        language=row.language,
        purpose=row.purpose,
        as_of=row.as_of,
        receivable_ids=frozenset(connection.execute(items).scalars()),
    )


def record_answers(
    connection: Connection, company_id: str, given: Sequence[Answer], *, per_link: int, at: datetime
) -> tuple[AnswerRecorded, ...]:
    """Records answers and what follows from them, all or nothing in the caller's transaction; the same answer twice is once.

    Raises:
        TooManyAnswers: answers would have come by one link more than `per_link` times.
    """
    recorded: list[AnswerRecorded] = []
    for answer in given:
        answer_id = answer_id_of(company_id, answer)
        known = connection.execute(select(answers.c.effect_id).where(answers.c.answer_id == answer_id)).one_or_none()
        if known is not None:
            recorded.append(AnswerRecorded(answer_id, is_new=False, effect_id=known.effect_id))
            continue
        is_effective = answer.learned is not None and _may_have_effect(connection, company_id, answer)
        effect_id = (
            knowledge.record(connection, company_id, answer.learned) if answer.learned and is_effective else None
        )
        connection.execute(
            insert(answers).values(
                answer_id=answer_id,
                company_id=company_id,
                customer_id=answer.customer_id,
                receivable_id=answer.receivable_id,
                reminder_id=answer.reminder_id,
                kind=answer.kind,
                content=as_json(answer.content),
                effect_id=effect_id,
                answered_at=at,
                recorded_on=answer.recorded_on,
            )
        )
        recorded.append(AnswerRecorded(answer_id, is_new=True, effect_id=effect_id))
    for reminder_id in {answer.reminder_id for answer in given}:
        _require_few(connection, company_id, reminder_id, per_link)
    return tuple(recorded)


def answer_id_of(company_id: str, answer: Answer) -> str:
    """The same answer by the same link has the same id, however often it is sent."""
    said = [company_id, answer.reminder_id, answer.kind, answer.receivable_id, as_json(answer.content)]
    return f"answer-{hashlib.sha256(as_json(said).encode()).hexdigest()[:ID_CHARACTERS]}"


def is_blocked(connection: Connection, company_id: str, contact: Subject) -> bool:
    """Whether the contact, or his customer as a whole, asked to be erased: what is held of them is not for showing."""
    customer = Subject(customer_id=contact.customer_id)
    hashes = [subject.hash_of(company_id) for subject in (contact, customer)]
    asked = select(erasures.c.erasure_id).where(
        erasures.c.company_id == company_id, erasures.c.subject_hash.in_(hashes)
    )
    return connection.execute(asked.limit(1)).first() is not None


def _may_have_effect(connection: Connection, company_id: str, answer: Answer) -> bool:
    if answer.at_most is None:
        return True
    columns = answers.c
    about = (
        columns.receivable_id.is_(None)
        if answer.receivable_id is None
        else columns.receivable_id == answer.receivable_id
    )
    caused = select(func.count()).where(
        columns.company_id == company_id,
        columns.customer_id == answer.customer_id,
        columns.kind == answer.kind,
        columns.effect_id.is_not(None),
        about,
    )
    return connection.execute(caused).scalar_one() < answer.at_most


def _require_few(connection: Connection, company_id: str, reminder_id: str, per_link: int) -> None:
    number = connection.execute(
        select(func.count(answers.c.answered_at.distinct())).where(
            answers.c.company_id == company_id, answers.c.reminder_id == reminder_id, answers.c.kind != WRITTEN
        )
    ).scalar_one()
    if number > per_link:
        raise TooManyAnswers.at(
            f"link of {reminder_id}",
            f"was used for answers more than {per_link} times",
            "Nothing more is recorded by it; raise answers.answers_per_link if they are meant.",
        )


def as_json(value: object) -> str:
    """What was answered as it is kept and hashed: the same content is the same text."""
    content = dict(value) if isinstance(value, Mapping) else value
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
