"""What debtors answered, read back: by a link for its page, since the last run for the collector."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, and_, func, select

from tasks.ledger.aftermath_tables import answers
from tasks.ledger.answers import WRITTEN
from tasks.ledger.tables import runs


@dataclass(frozen=True)
class AnswerKept:
    """An answer as the ledger holds it. `content` may hold personal data."""

    answer_id: str
    customer_id: str
    receivable_id: str | None
    reminder_id: str
    kind: str
    content: Mapping[str, str] = field(repr=False)
    effect_id: str | None
    answered_at: datetime
    recorded_on: date


def answers_by_link(connection: Connection, company_id: str, reminder_id: str) -> tuple[AnswerKept, ...]:
    """What was answered by the link of one message, newest first; what was written elsewhere has no place on its page."""
    by_link = (answers.c.reminder_id == reminder_id, answers.c.kind != WRITTEN)
    return _kept(connection, answers.c.company_id == company_id, *by_link)


def answers_known_on(connection: Connection, company_id: str, as_of: date) -> tuple[AnswerKept, ...]:
    """Every answer that was recorded by `as_of`, newest first."""
    return _kept(connection, answers.c.company_id == company_id, answers.c.recorded_on <= as_of)


def answers_since_last_run(connection: Connection, company_id: str, as_of: date) -> tuple[AnswerKept, ...]:
    """What was recorded by `as_of`, and answered since the first run of the last earlier day began, newest first.

    Another run of the same day lists the same again.
    """
    is_before = and_(runs.c.company_id == company_id, runs.c.as_of < as_of, runs.c.status == "completed")
    last_day = connection.execute(select(func.max(runs.c.as_of)).where(is_before)).scalar_one()
    if last_day is None:
        return answers_known_on(connection, company_id, as_of)
    began = select(runs.c.started_at).where(is_before, runs.c.as_of == last_day).order_by(runs.c.started_at).limit(1)
    since = answers.c.answered_at >= connection.execute(began).scalar_one()
    return _kept(connection, answers.c.company_id == company_id, answers.c.recorded_on <= as_of, since)


def _kept(connection: Connection, *conditions: ColumnElement[bool]) -> tuple[AnswerKept, ...]:
    rows = connection.execute(
        select(answers).where(*conditions).order_by(answers.c.answered_at.desc(), answers.c.answer_id)
    )
    return tuple(
        AnswerKept(
            answer_id=row.answer_id,
            customer_id=row.customer_id,
            receivable_id=row.receivable_id,
            reminder_id=row.reminder_id,
            kind=row.kind,
            content=json.loads(row.content),
            effect_id=row.effect_id,
            answered_at=row.answered_at,
            recorded_on=row.recorded_on,
        )
        for row in rows
    )
