"""What the tables of the ledger say of a customer's history: for each the rows to read, and the entries that a row becomes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import RowMapping, Table, select

from tasks.ledger.aftermath_tables import answers, contact_marks, provider_events
from tasks.ledger.contact_tables import contact_results
from tasks.ledger.flags import customer_flags
from tasks.ledger.history_asked import Source
from tasks.ledger.history_entry import EntryKind, HistoryEntry
from tasks.ledger.knowledge_tables import confirmations, disputes, duty_entries, holds, opt_outs, promises
from tasks.ledger.states import Status
from tasks.ledger.tables import approvals, reminder_events, reminders

_NO_EVENT = [status.value for status in (Status.PLANNED, Status.CANCELLED, Status.CANCELLED_PAID)]
"""What was planned, or planned and dropped, is no event for a customer: he never heard of it."""


def _entry(
    row: RowMapping, kind: EntryKind, *, when: str, reference: str, about: str,
    state: str | None = None, detail: str | None = None, until: date | None = None,
) -> HistoryEntry:  # fmt: skip
    """Also what a row says in columns that are named alike everywhere. `when` and `reference` are columns, the others values."""
    happened: date | datetime = row[when]
    at = happened if isinstance(happened, datetime) else None
    return HistoryEntry(
        on=happened if at is None else at.date(),
        at=at,
        customer_id=row["customer_id"],
        kind=kind,
        reference=row[reference],
        about=about,
        receivable_id=row.get("receivable_id"),
        state=state,
        channel=row.get("channel"),
        step=row.get("step"),
        amount=row.get("amount"),
        currency=row.get("currency"),
        until=until,
        author=row.get("author"),
        detail=detail,
    )


def _until(begun: HistoryEntry, ended_on: date | None, state: str) -> Iterator[HistoryEntry]:
    """What began, and that it ended. Who ended it is not kept."""
    yield begun
    if ended_on is not None:
        yield replace(begun, on=ended_on, state=state, author=None)


def _message(row: RowMapping) -> Iterator[HistoryEntry]:
    yield _entry(
        row, EntryKind.MESSAGE, when="at", reference="reminder_id", about=row["purpose"], state=row["to_status"],
        detail=row["status_reason"] if row["to_status"] == row["status"] else None,
    )  # fmt: skip


def _provider_event(row: RowMapping) -> Iterator[HistoryEntry]:
    yield _entry(
        row, EntryKind.PROVIDER, when="occurred_at", reference="reminder_id", about=row["kind"],
        detail=f"{row['provider']} {row['detail'] or ''}".strip(),
    )  # fmt: skip


def _contact(row: RowMapping) -> Iterator[HistoryEntry]:
    yield _entry(
        row, EntryKind.CONTACT, when="contacted_on", reference="result_id", about=row["result"],
        state="reached" if row["is_contact"] else "not_reached", until=row["promised_for"], detail=row["note"],
    )  # fmt: skip


def _answer(row: RowMapping) -> Iterator[HistoryEntry]:
    yield _entry(
        row, EntryKind.ANSWER, when="answered_at", reference="answer_id", about=row["kind"],
        state="obeyed" if row["effect_id"] else "for_a_person", detail=row["effect_id"],
    )  # fmt: skip


def _promise(row: RowMapping) -> Iterator[HistoryEntry]:
    yield _entry(
        row, EntryKind.PROMISE, when="recorded_on", reference="promise_id",
        about="instalment" if row["plan_id"] else "promise", until=row["promised_for"],
    )  # fmt: skip


def _dispute(row: RowMapping) -> Iterator[HistoryEntry]:
    opened = _entry(
        row, EntryKind.DISPUTE, when="opened_on", reference="dispute_id", about=row["kind"],
        state="opened", detail=row["reason"],
    )  # fmt: skip
    yield from _until(opened, row["resolved_on"], "resolved")


def _hold(row: RowMapping) -> Iterator[HistoryEntry]:
    return _span(row, EntryKind.HOLD, reference="hold_id", about="hold")


def _flag(row: RowMapping) -> Iterator[HistoryEntry]:
    return _span(row, EntryKind.FLAG, reference="flag_id", about=row["kind"])


def _span(row: RowMapping, kind: EntryKind, *, reference: str, about: str) -> Iterator[HistoryEntry]:
    """What lasts until somebody ends it."""
    begun = _entry(
        row, kind, when="from_on", reference=reference, about=about,
        state="begun", until=row["until_on"], detail=row["reason"],
    )  # fmt: skip
    yield from _until(begun, row["released_on"], "released")


def _opt_out(row: RowMapping) -> Iterator[HistoryEntry]:
    yield _entry(row, EntryKind.OPT_OUT, when="from_on", reference="opt_out_id", about="opt_out")


def _confirmation(row: RowMapping) -> Iterator[HistoryEntry]:
    about = row["kind"]
    yield _entry(row, EntryKind.CONFIRMATION, when="confirmed_on", reference="confirmation_id", about=about)


def _duty(row: RowMapping) -> Iterator[HistoryEntry]:
    yield _entry(
        row, EntryKind.DUTY, when="noted_on", reference="entry_id", about=row["duty"],
        state="met" if row["is_met"] else "owed", detail=row["note"],
    )  # fmt: skip


def _mark(row: RowMapping) -> Iterator[HistoryEntry]:
    mark = _entry(row, EntryKind.MARK, when="from_on", reference="mark_id", about=row["kind"], state="set")
    yield from _until(replace(mark, author=row["source"]), row["cleared_on"], "cleared")


def _approval(row: RowMapping) -> Iterator[HistoryEntry]:
    given = _entry(
        row, EntryKind.APPROVAL, when="approved_at", reference="approval_id", about=row["step"],
        state="used" if row["used_by"] else "given",
    )  # fmt: skip
    yield replace(given, amount=row["total_amount"])


def _rows_of(table: Table, happened: Sequence[str], entries: Callable[[RowMapping], Iterator[HistoryEntry]]) -> Source:
    return Source(select(table), table, tuple(table.c[name] for name in happened), entries)


_MESSAGE = (reminders.c.customer_id, reminders.c.reminder_id, reminders.c.channel, reminders.c.step)
_CHANGES = (
    select(
        *_MESSAGE, reminders.c.purpose, reminders.c.total_amount.label("amount"), reminders.c.currency,
        reminders.c.status, reminders.c.status_reason, reminder_events.c.at, reminder_events.c.to_status,
    )
    .join_from(reminder_events, reminders, reminder_events.c.reminder_key == reminders.c.reminder_key)
    .where(reminder_events.c.from_status.is_not(None), reminder_events.c.to_status.not_in(_NO_EVENT))
    .order_by(reminder_events.c.event_id)
)  # fmt: skip
_PROVIDERS_WORDS = select(
    *_MESSAGE, provider_events.c.occurred_at, provider_events.c.kind, provider_events.c.provider, provider_events.c.detail,
).join_from(provider_events, reminders, provider_events.c.reminder_id == reminders.c.reminder_id)  # fmt: skip
_CUSTOMERS_MARKS = select(contact_marks).where(contact_marks.c.customer_id.is_not(None))  # others are of a list

SOURCES = (
    Source(_CHANGES, reminders, (reminder_events.c.at,), _message),
    Source(_PROVIDERS_WORDS, reminders, (provider_events.c.occurred_at,), _provider_event),
    Source(_CUSTOMERS_MARKS, contact_marks, (contact_marks.c.from_on, contact_marks.c.cleared_on), _mark),
    _rows_of(contact_results, ["contacted_on"], _contact),
    _rows_of(answers, ["answered_at"], _answer),
    _rows_of(promises, ["recorded_on"], _promise),
    _rows_of(disputes, ["opened_on", "resolved_on"], _dispute),
    _rows_of(holds, ["from_on", "released_on"], _hold),
    _rows_of(customer_flags, ["from_on", "released_on"], _flag),
    _rows_of(opt_outs, ["from_on"], _opt_out),
    _rows_of(confirmations, ["confirmed_on"], _confirmation),
    _rows_of(duty_entries, ["noted_on"], _duty),
    _rows_of(approvals, ["approved_at"], _approval),
)
