"""Erasing a person from the ledger: blocked first, erased when his data need not be kept any longer. What happened stays, without him.

The ledger keeps that a message was sent, when and about what, because nothing may be sent twice; it loses names, addresses and what
people wrote. SQLite overwrites what it deletes and is packed afterwards, so that the file does not hold it either.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, Table, func, insert, or_, select, text, update

from tasks.ledger.aftermath_tables import answers, contact_marks, erasures
from tasks.ledger.contact_marks import SEALED, comparable, sealed
from tasks.ledger.contact_tables import contact_results
from tasks.ledger.erasure_scope import is_of
from tasks.ledger.flags import customer_flags
from tasks.ledger.knowledge import Hold, record
from tasks.ledger.knowledge_tables import disputes, duty_entries, holds
from tasks.ledger.states import Status
from tasks.ledger.tables import reminders
from tasks.problems import LedgerProblem

ERASED = "erased"
_MAY_STILL_LEAVE = (Status.PLANNED.value, Status.CLAIMED.value)


@dataclass(frozen=True, kw_only=True)
class Subject:
    """Who is to be erased: a customer, or one contact of his (`contact_id`)."""

    customer_id: str
    contact_id: str | None = None

    def hash_of(self, company_id: str) -> str:
        """What stays of a subject: it proves that he was erased, and tells when an export brings him back."""
        return hashlib.sha256(f"{company_id}|{self.customer_id}|{self.contact_id or ''}".encode()).hexdigest()


@dataclass(frozen=True, kw_only=True)
class Erasure:
    """A request in the ledger. `subject` None: it is done, and only its hash is left."""

    erasure_id: str
    subject: Subject | None
    subject_hash: str
    state: str
    author: str
    blocked_at: datetime
    erase_after_on: date
    erased_at: datetime | None


@dataclass(frozen=True)
class Held:
    """What the ledger holds of a subject: rows by table, the addresses, and the reminders whose files are his."""

    rows: dict[str, int]
    addresses: tuple[str, ...]
    reminder_ids: tuple[str, ...]


def block(
    connection: Connection,
    company_id: str,
    subject: Subject,
    *,
    author: str,
    erase_after_on: date,
    today: date,
    at: datetime,
) -> str:
    """Records that `subject` is to be erased after a day; returns the request's id. Recorded twice, the first one stands.

    With it a customer gets a hold without end, from `today`: no request is ever without what keeps messages from leaving. A contact
    needs none, because claims look for his request (`tasks.ledger.mark_objections`).
    """
    known = connection.execute(
        select(erasures.c.erasure_id).where(
            erasures.c.company_id == company_id, erasures.c.subject_hash == subject.hash_of(company_id)
        )
    ).scalar_one_or_none()
    if known is not None:
        return str(known)
    erasure_id = f"erasure-{secrets.token_hex(6)}"
    connection.execute(
        insert(erasures).values(
            erasure_id=erasure_id,
            company_id=company_id,
            subject_hash=subject.hash_of(company_id),
            customer_id=subject.customer_id,
            contact_id=subject.contact_id,
            state="blocked",
            author=author,
            blocked_at=at,
            erase_after_on=erase_after_on,
        )
    )
    if subject.contact_id is None:
        hold = Hold(customer_id=subject.customer_id, reason=erasure_id, from_on=today, author=author, recorded_on=today)
        record(connection, company_id, hold)
    return erasure_id


def requests(connection: Connection, company_id: str) -> tuple[Erasure, ...]:
    """Every request, the oldest first."""
    rows = connection.execute(
        select(erasures)
        .where(erasures.c.company_id == company_id)
        .order_by(erasures.c.blocked_at, erasures.c.erasure_id)
    )
    return tuple(
        Erasure(
            erasure_id=row.erasure_id,
            subject=Subject(customer_id=row.customer_id, contact_id=row.contact_id) if row.customer_id else None,
            subject_hash=row.subject_hash,
            state=row.state,
            author=row.author,
            blocked_at=row.blocked_at,
            erase_after_on=row.erase_after_on,
            erased_at=row.erased_at,
        )
        for row in rows
    )


def held(connection: Connection, company_id: str, subject: Subject) -> Held:
    """What the ledger holds of `subject` now."""
    rows = {}
    for table, personal in _PERSONAL.items():
        found = select(func.count()).select_from(table).where(_is_of(table, company_id, subject), personal)
        rows[table.name] = int(connection.execute(found).scalar_one())
    messages = connection.execute(
        select(reminders.c.recipient_address, reminders.c.reminder_id).where(_is_of(reminders, company_id, subject))
    ).all()
    marked = connection.execute(
        select(contact_marks.c.address).where(_is_of(contact_marks, company_id, subject), _PERSONAL[contact_marks])
    ).scalars()
    addresses = {address for address, _ in messages if address} | set(marked)
    return Held(rows, tuple(sorted(addresses)), tuple(sorted(reminder_id for _, reminder_id in messages)))


def erasable(connection: Connection, company_id: str, erasure_id: str, *, on: date) -> Subject:
    """The subject of a request whose day has come and to whom nothing may still leave.

    Raises:
        LedgerProblem: there is no such request, its day has not come, or a message to the subject may still leave.
    """
    request = next((one for one in requests(connection, company_id) if one.erasure_id == erasure_id), None)
    if request is None or request.subject is None:
        raise LedgerProblem.at(erasure_id, "is no request that waits", "See `puntual erase DIR --due`.")
    if request.erase_after_on > on:
        raise LedgerProblem.at(erasure_id, f"is blocked until {request.erase_after_on}", "Wait for that day.")
    under_way = select(func.count()).where(
        _is_of(reminders, company_id, request.subject), reminders.c.status.in_(_MAY_STILL_LEAVE)
    )
    if connection.execute(under_way).scalar_one():
        fix = "Run the day, so that plans are cancelled, and `puntual reconcile`; then erase."
        raise LedgerProblem.at(erasure_id, "a message to the subject is planned or under way", fix)
    return request.subject


def erase(connection: Connection, company_id: str, erasure_id: str, *, on: date, at: datetime) -> None:
    """Erases the subject of a request; raises as `erasable` does."""
    subject = erasable(connection, company_id, erasure_id, on=on)
    if connection.dialect.name == "sqlite":
        connection.execute(text("PRAGMA secure_delete = ON"))
    _seal_marks(connection, company_id, subject)
    for table, values in _BLANKS.items():
        connection.execute(update(table).where(_is_of(table, company_id, subject)).values(**values))
    connection.execute(
        update(erasures)
        .where(erasures.c.erasure_id == erasure_id)
        .values(state=ERASED, erased_at=at, customer_id=None, contact_id=None)
    )


def _seal_marks(connection: Connection, company_id: str, subject: Subject) -> None:
    """A mark keeps standing against its address, whoever has it, and tells nobody which one it is."""
    mark = contact_marks.c
    his = {
        comparable(channel, address)
        for address in held(connection, company_id, subject).addresses
        for channel in _MARKED
    }
    rows = connection.execute(
        select(mark.mark_id, mark.address).where(
            mark.company_id == company_id,
            mark.address.not_like(f"{SEALED}%"),
            or_(_is_of(contact_marks, company_id, subject), mark.address.in_(sorted(his))),
        )
    ).all()
    for mark_id, address in rows:
        connection.execute(update(contact_marks).where(mark.mark_id == mark_id).values(address=sealed(address)))


def _is_of(table: Table, company_id: str, subject: Subject) -> ColumnElement[bool]:
    return is_of(table, company_id, subject.customer_id, subject.contact_id)


_MARKED = ("email", "whatsapp")
"""Channels whose addresses are marked."""
_BLANKS: dict[Table, dict[str, object]] = {
    reminders: {"recipient_name": None, "recipient_address": None},
    answers: {"content": "{}"},
    contact_results: {"note": None},
    disputes: {"reason": ERASED},
    holds: {"reason": ERASED},
    customer_flags: {"reason": ERASED},
    duty_entries: {"note": None},
}
_PERSONAL: dict[Table, ColumnElement[bool]] = {
    reminders: or_(reminders.c.recipient_name.is_not(None), reminders.c.recipient_address.is_not(None)),
    answers: answers.c.content != "{}",
    contact_results: contact_results.c.note.is_not(None),
    contact_marks: contact_marks.c.address.not_like(f"{SEALED}%"),
    disputes: disputes.c.reason != ERASED,
    holds: holds.c.reason != ERASED,
    customer_flags: customer_flags.c.reason != ERASED,
    duty_entries: duty_entries.c.note.is_not(None),
}
