"""Where the entries of a customer's history are read: one reader per table of the ledger."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, Table, select

from tasks.ledger.aftermath_tables import answers, contact_marks, provider_events
from tasks.ledger.contact_tables import contact_results
from tasks.ledger.flags import customer_flags
from tasks.ledger.history_entry import EntryKind, HistoryEntry
from tasks.ledger.knowledge_tables import confirmations, disputes, duty_entries, holds, opt_outs, promises
from tasks.ledger.states import Status
from tasks.ledger.tables import approvals, reminder_events, reminders


@dataclass(frozen=True)
class Asked:
    """Whose history is asked for."""

    connection: Connection
    company_id: str
    customer_id: str | None

    def rows(self, table: Table) -> Iterator[RowMapping]:
        """The rows of a table that has the company and the customer in it."""
        return self.of(select(table), table.c.company_id, table.c.customer_id)

    def of(
        self, query: Select[*tuple[object, ...]], company: ColumnElement[str], customer: ColumnElement[str]
    ) -> Iterator[RowMapping]:
        """The rows of `query`, cut to the company and the customer."""
        query = query.where(company == self.company_id)
        if self.customer_id is not None:
            query = query.where(customer == self.customer_id)
        yield from self.connection.execute(query).mappings()


_NO_EVENT = [status.value for status in (Status.PLANNED, Status.CANCELLED, Status.CANCELLED_PAID)]
"""What was planned, or planned and dropped, is no event for a customer: he never heard of it."""


def _messages(asked: Asked) -> Iterator[HistoryEntry]:
    event, message = reminder_events.c, reminders.c
    query = (
        select(reminders, event.at, event.to_status, event.detail)
        .join_from(reminder_events, reminders, event.reminder_key == message.reminder_key)
        .where(event.from_status.is_not(None), event.to_status.not_in(_NO_EVENT))
        .order_by(event.event_id)
    )
    for row in asked.of(query, message.company_id, message.customer_id):
        yield HistoryEntry(
            on=row["at"].date(),
            at=row["at"],
            customer_id=row["customer_id"],
            kind=EntryKind.MESSAGE,
            reference=row["reminder_id"],
            about=row["purpose"],
            state=row["to_status"],
            channel=row["channel"],
            step=row["step"],
            amount=row["total_amount"],
            currency=row["currency"],
            detail=row["status_reason"] if row["to_status"] == row["status"] else None,
        )


def _provider_events(asked: Asked) -> Iterator[HistoryEntry]:
    event, message = provider_events.c, reminders.c
    query = select(
        event.occurred_at, event.kind, event.provider, event.detail,
        message.customer_id, message.reminder_id, message.channel, message.step,
    ).join_from(provider_events, reminders, event.reminder_id == message.reminder_id)  # fmt: skip
    for row in asked.of(query, message.company_id, message.customer_id):
        yield HistoryEntry(
            on=row["occurred_at"].date(),
            at=row["occurred_at"],
            customer_id=row["customer_id"],
            kind=EntryKind.PROVIDER,
            reference=row["reminder_id"],
            about=row["kind"],
            channel=row["channel"],
            step=row["step"],
            detail=f"{row['provider']} {row['detail'] or ''}".strip(),
        )


def _contacts(asked: Asked) -> Iterator[HistoryEntry]:
    for row in asked.rows(contact_results):
        yield HistoryEntry(
            on=row["contacted_on"],
            customer_id=row["customer_id"],
            kind=EntryKind.CONTACT,
            reference=row["result_id"],
            about=row["result"],
            state="reached" if row["is_contact"] else "not_reached",
            channel=row["channel"],
            amount=row["amount"],
            currency=row["currency"],
            until=row["promised_for"],
            author=row["author"],
            detail=row["note"],
        )


def _answers(asked: Asked) -> Iterator[HistoryEntry]:
    for row in asked.rows(answers):
        yield HistoryEntry(
            on=row["answered_at"].date(),
            at=row["answered_at"],
            customer_id=row["customer_id"],
            kind=EntryKind.ANSWER,
            reference=row["answer_id"],
            receivable_id=row["receivable_id"],
            about=row["kind"],
            state="obeyed" if row["effect_id"] else "for_a_person",
            detail=row["effect_id"],
        )


def _promises(asked: Asked) -> Iterator[HistoryEntry]:
    for row in asked.rows(promises):
        yield HistoryEntry(
            on=row["recorded_on"],
            customer_id=row["customer_id"],
            kind=EntryKind.PROMISE,
            reference=row["promise_id"],
            receivable_id=row["receivable_id"],
            about="instalment" if row["plan_id"] else "promise",
            amount=row["amount"],
            currency=row["currency"],
            until=row["promised_for"],
            author=row["author"],
        )


def _disputes(asked: Asked) -> Iterator[HistoryEntry]:
    for row in asked.rows(disputes):
        opened = HistoryEntry(
            on=row["opened_on"],
            customer_id=row["customer_id"],
            kind=EntryKind.DISPUTE,
            reference=row["dispute_id"],
            receivable_id=row["receivable_id"],
            about=row["kind"],
            state="opened",
            amount=row["amount"],
            currency=row["currency"],
            author=row["author"],
            detail=row["reason"],
        )
        yield opened
        if row["resolved_on"] is not None:
            yield replace(opened, on=row["resolved_on"], state="resolved", author=None)


def _spans(asked: Asked) -> Iterator[HistoryEntry]:
    """Holds and flags: what lasts until somebody ends it."""
    for table, kind, key in ((holds, EntryKind.HOLD, "hold_id"), (customer_flags, EntryKind.FLAG, "flag_id")):
        for row in asked.rows(table):
            begun = HistoryEntry(
                on=row["from_on"],
                customer_id=row["customer_id"],
                kind=kind,
                reference=row[key],
                receivable_id=row.get("receivable_id"),
                about=str(row.get("kind", "hold")),
                state="begun",
                until=row["until_on"],
                author=row["author"],
                detail=row["reason"],
            )
            yield begun
            if row["released_on"] is not None:
                yield replace(begun, on=row["released_on"], state="released", author=None)


def _wishes(asked: Asked) -> Iterator[HistoryEntry]:
    """Opt-outs, confirmations and duties: what was said once."""
    for row in asked.rows(opt_outs):
        yield HistoryEntry(
            on=row["from_on"], customer_id=row["customer_id"], kind=EntryKind.OPT_OUT, reference=row["opt_out_id"],
            about="opt_out", channel=row["channel"], author=row["author"],
        )  # fmt: skip
    for row in asked.rows(confirmations):
        yield HistoryEntry(
            on=row["confirmed_on"], customer_id=row["customer_id"], kind=EntryKind.CONFIRMATION,
            reference=row["confirmation_id"], receivable_id=row["receivable_id"], about=row["kind"], author=row["author"],
        )  # fmt: skip
    for row in asked.rows(duty_entries):
        yield HistoryEntry(
            on=row["noted_on"], customer_id=row["customer_id"], kind=EntryKind.DUTY, reference=row["entry_id"],
            receivable_id=row["receivable_id"], about=row["duty"], state="met" if row["is_met"] else "owed",
            author=row["author"], detail=row["note"],
        )  # fmt: skip


def _marks(asked: Asked) -> Iterator[HistoryEntry]:
    for row in asked.rows(contact_marks):
        if row["customer_id"] is None:  # of a list, and of no customer
            continue
        mark = HistoryEntry(
            on=row["from_on"], customer_id=row["customer_id"], kind=EntryKind.MARK, reference=row["mark_id"],
            about=row["kind"], state="set", channel=row["channel"], author=row["source"],
        )  # fmt: skip
        yield mark
        if row["cleared_on"] is not None:
            yield replace(mark, on=row["cleared_on"], state="cleared", author=None)


def _approvals(asked: Asked) -> Iterator[HistoryEntry]:
    for row in asked.rows(approvals):
        yield HistoryEntry(
            on=row["approved_at"].date(), at=row["approved_at"], customer_id=row["customer_id"], kind=EntryKind.APPROVAL,
            reference=row["approval_id"], about=row["step"], state="used" if row["used_by"] else "given",
            channel=row["channel"], step=row["step"], amount=row["total_amount"], currency=row["currency"],
            author=row["author"],
        )  # fmt: skip


SOURCES = (
    _messages, _provider_events, _contacts, _answers, _promises, _disputes, _spans, _wishes, _marks, _approvals,
)  # fmt: skip
