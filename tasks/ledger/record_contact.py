"""Records a contact once with what follows from its result: a promise, a dispute, a pause, a duty of ours, a confirmation."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from types import MappingProxyType

from sqlalchemy import Connection, insert, select

from tasks.ledger import knowledge
from tasks.ledger.contact_results import EFFECTS, LISTED_BY, Contact, ContactResult, Effect, Recorded
from tasks.ledger.contact_tables import contact_results
from tasks.ledger.events import Change, apply
from tasks.ledger.states import TRANSITIONS, Status
from tasks.ledger.tables import reminder_items, reminders
from tasks.problems import LedgerProblem

_ID_CHARACTERS = 16

_CONFIRMS: Mapping[str, str] = MappingProxyType({
    "goods_received": "goods_received",
    "direct_debit_ready": "direct_debit",
    "payment_document_missing": "payment_document",
    "payment_scheduled": "payment_scheduled",
})  # fmt: skip
"""Purpose of the line to the kind of confirmation that `confirmed` means; otherwise the invoice was received."""


@dataclass(frozen=True)
class _Line:
    reminder_key: str
    status: Status
    contact_id: str | None
    currency: str
    purpose: str
    total_amount: Decimal
    receivable_ids: tuple[str, ...]


def record_contact(connection: Connection, company_id: str, contact: Contact, *, at: datetime) -> Recorded:
    """Records `contact` and what follows from it, all or nothing in the caller's transaction; what is known already changes nothing.

    Raises:
        LedgerProblem: the ledger has no such line, or it is another customer's.
    """
    result_id = _result_id(company_id, contact)
    known = select(contact_results.c.result_id).where(contact_results.c.result_id == result_id)
    if connection.execute(known).first() is not None:
        return Recorded(result_id, is_new=False)
    line = _line(connection, company_id, contact)
    effect = EFFECTS[contact.result]
    connection.execute(
        insert(contact_results).values(
            result_id=result_id,
            company_id=company_id,
            customer_id=contact.customer_id,
            contact_id=contact.contact_id or (line.contact_id if line else None),
            reminder_key=line.reminder_key if line else None,
            channel=contact.channel,
            result=contact.result.value,
            is_contact=effect.is_contact,
            contacted_on=contact.contacted_on,
            promised_for=contact.promised_for,
            amount=contact.amount,
            currency=contact.currency,
            note=contact.note or None,
            author=contact.author,
            recorded_on=contact.recorded_on,
        )
    )
    followed = tuple(knowledge.record(connection, company_id, learned) for learned in _learned(contact, line, effect))
    if line is not None:
        _settle_line(connection, line, contact.result, effect, at=at)
    return Recorded(result_id, is_new=True, followed=followed)


def _result_id(company_id: str, contact: Contact) -> str:
    """The same contact gets the same id, whoever records it and however often."""
    said = {name: str(value) for name, value in vars(contact).items() if name not in {"author", "recorded_on"}}
    text = json.dumps([company_id, said], sort_keys=True, ensure_ascii=False)
    return f"contact-{hashlib.sha256(text.encode()).hexdigest()[:_ID_CHARACTERS]}"


def _line(connection: Connection, company_id: str, contact: Contact) -> _Line | None:
    if contact.reminder_id is None:
        return None
    row = connection.execute(
        select(reminders).where(reminders.c.reminder_id == contact.reminder_id, reminders.c.company_id == company_id)
    ).one_or_none()
    if row is None or row.customer_id != contact.customer_id:
        what = "is not in the ledger" if row is None else f"is of customer {row.customer_id}, not {contact.customer_id}"
        raise LedgerProblem.at(
            f"line {contact.reminder_id}", what, "Leave the reference of the list as it was written, or leave it out."
        )
    if row.provider not in (None, LISTED_BY):
        raise LedgerProblem.at(
            f"line {contact.reminder_id}",
            f"was sent as a message by {row.provider}, and is no line of a list",
            "Leave the reference out: the result is recorded all the same.",
        )
    items = select(reminder_items.c.receivable_id).where(reminder_items.c.reminder_key == row.reminder_key)
    return _Line(
        reminder_key=row.reminder_key,
        status=Status(row.status),
        contact_id=row.contact_id,
        currency=row.currency,
        purpose=row.purpose,
        total_amount=row.total_amount,
        receivable_ids=tuple(sorted(connection.execute(items).scalars())),
    )


def _learned(contact: Contact, line: _Line | None, effect: Effect) -> list[knowledge.Knowledge]:
    """What the result teaches, about the receivables of the line, else about what the contact names."""
    about: tuple[str | None, ...] = line.receivable_ids if line else (contact.receivable_id,)
    if contact.receivable_id is not None:
        about = (contact.receivable_id,)
    if contact.promised_for is not None:
        return [_promise(contact, line, contact.promised_for)]
    learned: list[knowledge.Knowledge] = []
    for receivable_id in about:
        if contact.result is ContactResult.DISPUTE:
            learned.append(
                knowledge.Dispute(
                    customer_id=contact.customer_id,
                    receivable_id=receivable_id,
                    reason=contact.note or "said in a contact, without a reason",
                    opened_on=contact.contacted_on,
                    recorded_on=contact.recorded_on,
                    author=contact.author,
                )
            )
        elif contact.result is ContactResult.CONFIRMED:
            learned.append(
                knowledge.Confirmation(
                    customer_id=contact.customer_id,
                    receivable_id=receivable_id,
                    kind=_CONFIRMS.get(line.purpose if line else "", "invoice_received"),
                    confirmed_on=contact.contacted_on,
                    recorded_on=contact.recorded_on,
                    author=contact.author,
                )
            )
        elif effect.pause_days is not None:
            if contact.result is ContactResult.INVOICE_NOT_RECEIVED:
                learned.append(_duty(contact, receivable_id, "document_not_sent"))
            learned.append(
                knowledge.Hold(
                    customer_id=contact.customer_id,
                    receivable_id=receivable_id,
                    reason=f"{contact.result}: {contact.note}".rstrip(": "),
                    from_on=contact.contacted_on,
                    until_on=contact.contacted_on + timedelta(days=effect.pause_days),
                    recorded_on=contact.recorded_on,
                    author=contact.author,
                )
            )
    return learned


def _duty(contact: Contact, receivable_id: str | None, duty: str) -> knowledge.DutyEntry:
    """What the debtor misses is ours to do: nobody is reminded of it until somebody did."""
    return knowledge.DutyEntry(
        customer_id=contact.customer_id,
        receivable_id=receivable_id,
        duty=duty,
        is_met=False,
        noted_on=contact.contacted_on,
        note=contact.note or None,
        recorded_on=contact.recorded_on,
        author=contact.author,
    )


def _promise(contact: Contact, line: _Line | None, promised_for: date) -> knowledge.Promise:
    """One promise: of the receivable that is named; of a line, of what it claimed in its currency; else of all that is open."""
    amount, currency = contact.amount, contact.currency
    if amount is None:
        is_of_line = line is not None and contact.receivable_id is None
        amount, currency = (line.total_amount, line.currency) if line and is_of_line else (None, None)
    elif currency is None and line is not None:
        currency = line.currency
    return knowledge.Promise(
        customer_id=contact.customer_id,
        receivable_id=contact.receivable_id,
        promised_for=promised_for,
        amount=amount,
        currency=currency,
        recorded_on=contact.recorded_on,
        author=contact.author,
    )


def _settle_line(connection: Connection, line: _Line, result: ContactResult, effect: Effect, *, at: datetime) -> None:
    """A line that was handed over was done, or has to come back: who was not reached was not told anything."""
    target = Status.DELIVERED if effect.is_contact else Status.DROPPED
    if line.status is Status.ACCEPTED and target in TRANSITIONS[line.status]:
        apply(connection, [Change(line.reminder_key, line.status, target, detail=f"result {result}")], at=at)
