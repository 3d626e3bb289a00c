"""What follows from an answer, in the words of the ledger: the same that a person records with `puntual record`."""

from __future__ import annotations

from datetime import date, timedelta

from tasks.answers.forms import Wish
from tasks.answers.kinds import AnswerKind
from tasks.answers.statement import StatementRow
from tasks.ledger.answers import Answer, AnsweredMessage
from tasks.ledger.contact_results import EFFECTS, ContactResult
from tasks.ledger.knowledge import Confirmation, Dispute, DisputeKind, DutyEntry, Hold, Knowledge, Promise

_BOUNDED = frozenset({AnswerKind.PROMISE, AnswerKind.PAID, AnswerKind.COPY})
"""Kinds that keep us quiet for a while by the debtor's word alone."""


def answers_from(wish: Wish, message: AnsweredMessage, *, today: date, at_most: int) -> tuple[Answer, ...]:
    """One answer per receivable and thing said, each with what follows from it; `today` is the day they become known."""
    maker = _Maker(wish, message, today)
    return tuple(
        Answer(
            customer_id=message.customer_id,
            reminder_id=message.reminder_id,
            kind=wish.kind.value,
            receivable_id=row.receivable_id if row else None,
            content={key: value for key, value in content.items() if value},
            learned=learned,
            recorded_on=today,
            at_most=at_most if wish.kind in _BOUNDED else None,
        )
        for row, content, learned in maker.all()
    )


class _Maker:
    def __init__(self, wish: Wish, message: AnsweredMessage, today: date) -> None:
        self._wish = wish
        self._customer = message.customer_id
        self._contact = message.contact_id
        self._author = f"debtor {message.reminder_id}"
        self._today = today

    def all(self) -> list[tuple[StatementRow | None, dict[str, str], Knowledge]]:
        wish = self._wish
        match wish.kind:
            case AnswerKind.CONFIRM:
                return [
                    (row, {"confirmed": kind}, self._confirmation(row, kind))
                    for row in wish.rows
                    for kind in wish.confirmed
                ]
            case AnswerKind.PROMISE:
                return [(row, self._said(row), self._promise(row)) for row in wish.rows]
            case AnswerKind.PAID:
                return [(row, self._said(row), self._pause(row)) for row in wish.rows]
            case AnswerKind.DISPUTE:
                return [(row, self._said(row), self._dispute(row)) for row in wish.rows]
            case AnswerKind.COPY:
                return [(row, {}, self._duty("document_not_sent", row.receivable_id)) for row in wish.rows]
            case AnswerKind.CONTACT:
                said = {"name": wish.name, "email": wish.email, "phone": wish.phone, "text": wish.text}
                return [(None, said, self._duty("wrong_contact", None))]

    def _said(self, row: StatementRow) -> dict[str, str]:
        wish = self._wish
        return {
            "day": wish.day.isoformat() if wish.day else "",
            "amount": str(wish.amount) if wish.amount is not None else "",
            "currency": row.currency if wish.amount is not None else "",
            "why": wish.dispute_kind.value if wish.dispute_kind else "",
            "text": wish.text,
        }

    def _confirmation(self, row: StatementRow, kind: str) -> Confirmation:
        return Confirmation(
            customer_id=self._customer,
            receivable_id=row.receivable_id,
            kind=kind,
            confirmed_on=self._today,
            author=self._author,
            recorded_on=self._today,
        )

    def _promise(self, row: StatementRow) -> Promise:
        return Promise(
            customer_id=self._customer,
            receivable_id=row.receivable_id,
            promised_for=self._wish.day or self._today,
            amount=self._wish.amount,
            currency=row.currency if self._wish.amount is not None else None,
            author=self._author,
            recorded_on=self._today,
        )

    def _pause(self, row: StatementRow) -> Hold:
        """As long as after a call in which it was said; it ends by itself, whether or not the money came."""
        result = ContactResult.PAYMENT_SENT
        reference = f", reference {self._wish.text}" if self._wish.text else ""
        return Hold(
            customer_id=self._customer,
            receivable_id=row.receivable_id,
            reason=f"{result}: paid on {self._wish.day}{reference}",
            from_on=self._today,
            until_on=self._today + timedelta(days=EFFECTS[result].pause_days or 0),
            author=self._author,
            recorded_on=self._today,
        )

    def _dispute(self, row: StatementRow) -> Dispute:
        kind = self._wish.dispute_kind or DisputeKind.OTHER
        is_part = self._wish.amount is not None and self._wish.amount < row.open_amount
        return Dispute(
            customer_id=self._customer,
            receivable_id=row.receivable_id,
            kind=kind,
            reason=self._wish.text or f"answered {kind}, without words",
            opened_on=self._today,
            amount=self._wish.amount if is_part else None,
            currency=row.currency if is_part else None,
            author=self._author,
            recorded_on=self._today,
        )

    def _duty(self, duty: str, receivable_id: str | None) -> DutyEntry:
        """What the debtor wrote stays with the answer: names and addresses have no business among tasks."""
        return DutyEntry(
            customer_id=self._customer,
            receivable_id=receivable_id,
            contact_id=self._contact if receivable_id is None else None,
            duty=duty,
            is_met=False,
            noted_on=self._today,
            author=self._author,
            recorded_on=self._today,
        )
