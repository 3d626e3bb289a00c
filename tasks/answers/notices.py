"""The collector's list of what debtors answered since the last run: `answers.csv` in the run's folder, with names and words.

What the next run obeys is in the ledger already; this is for people, those first of which a person has to do something.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

from tasks.answers.kinds import AnswerKind
from tasks.answers.words import Phrase, page_words
from tasks.ledger.answer_lists import AnswerKept
from tasks.ledger.answers import WRITTEN
from tasks.ledger.contact_results import EFFECTS, ContactResult
from tasks.ledger.knowledge import DisputeKind
from tasks.segment.reasons import Language
from tasks.spreadsheet_csv import Cell, write_csv
from tasks.warehouse.connection import Connection

FILE = "answers.csv"
_FOR_PEOPLE_FIRST = (
    WRITTEN,
    AnswerKind.DISPUTE,
    AnswerKind.COPY,
    AnswerKind.CONTACT,
    AnswerKind.PAID,
    AnswerKind.PROMISE,
)
_COLUMNS = ("at", "customer_id", "customer_name", "document_number", "said", "day", "amount", "currency", "reason", "words", "name",
            "email", "phone", "follows", "answer_id", "reminder_id")  # fmt: skip
_NAMES = "SELECT customer_id, name FROM staging.customers WHERE customer_id IN (SELECT unnest($ids))"
_DOCUMENTS = (
    "SELECT receivable_id, document_number FROM staging.receivables WHERE receivable_id IN (SELECT unnest($ids))"
)


def write_answers(
    connection: Connection, folder: Path, answers: Sequence[AnswerKept], *, language: Language, time_zone: str
) -> Path | None:
    """Writes the list, or nothing where there are no answers; times are the company's."""
    if not answers:
        return None
    names = _texts(connection, _NAMES, {answer.customer_id for answer in answers})
    documents = _texts(connection, _DOCUMENTS, {answer.receivable_id for answer in answers if answer.receivable_id})
    headings = [page_words().notice[f"column_{name}"].text(language) for name in _COLUMNS]
    zone = ZoneInfo(time_zone)

    def row(answer: AnswerKept) -> Sequence[Cell]:
        at = f"{answer.answered_at.astimezone(zone):%Y-%m-%d %H:%M}"
        about = documents.get(answer.receivable_id or "", answer.receivable_id or "")
        return (at, answer.customer_id, names.get(answer.customer_id, ""), about, *_said(answer, language))

    return write_csv(folder / FILE, headings, map(row, sorted(answers, key=_urgency)), language=language)


def _said(answer: AnswerKept, language: Language) -> Iterator[Cell]:
    words, content = page_words(), answer.content
    yield _what(answer).text(language)
    yield content.get("day", "")
    yield Decimal(amount) if (amount := content.get("amount", "")) else None
    yield content.get("currency", "")
    reason = ""
    with suppress(ValueError):
        reason = words.disputes[DisputeKind(content.get("why", ""))].text(language)
    yield reason
    yield from (content.get(name, "") for name in ("text", "name", "email", "phone"))
    follows = "written_stop" if answer.kind == WRITTEN and answer.effect_id else answer.kind
    is_told = answer.effect_id or answer.kind == WRITTEN
    yield words.notice[f"follows_{follows}" if is_told else "follows_nothing"].text(
        language, days=EFFECTS[ContactResult.PAYMENT_SENT].pause_days
    )
    yield answer.answer_id
    yield answer.reminder_id


def _what(answer: AnswerKept) -> Phrase:
    words = page_words()
    if answer.kind == WRITTEN:
        return words.notice["said_written" if answer.content.get("sent", "text") == "text" else "said_file"]
    confirmed = answer.content.get("confirmed", "")
    is_known = [phrase for name, phrase in words.confirmations.items() if name == confirmed]
    return is_known[0] if is_known else words.done[AnswerKind(answer.kind)]


def _urgency(answer: AnswerKept) -> tuple[bool, int, float, str]:
    """Those first without any effect of their own, then those that leave work to us; the newest of a kind first."""
    place = _FOR_PEOPLE_FIRST.index(answer.kind) if answer.kind in _FOR_PEOPLE_FIRST else len(_FOR_PEOPLE_FIRST)
    return answer.effect_id is not None, place, -answer.answered_at.timestamp(), answer.answer_id


def _texts(connection: Connection, query: str, ids: set[str]) -> dict[str, str]:
    return {str(key): str(text or "") for key, text in connection.execute(query, {"ids": sorted(ids)}).fetchall()}
