"""The part of the ledger that keeps what people say."""

from __future__ import annotations

from datetime import date

from tasks.ledger import flags, knowledge
from tasks.ledger.contact_results import Contact, Recorded
from tasks.ledger.payment_plans import PaymentPlan, record_plan
from tasks.ledger.record_contact import record_contact
from tasks.ledger.transactions import Transactions


class Learning(Transactions):
    """Promises, disputes, holds, flags, opt-outs, confirmations, results of calls and visits."""

    def record(self, learned: knowledge.Entry) -> str:
        """Records a promise, dispute, hold, opt-out or confirmation; returns its id."""
        return self._write(lambda connection, at: knowledge.record(connection, self._store.company_id, learned))

    def record_plan(self, plan: PaymentPlan) -> str:
        """Records a payment plan, all of its instalments or none; returns its id."""
        return self._write(lambda connection, at: record_plan(connection, self._store.company_id, plan))

    def record_contact(self, contact: Contact) -> Recorded:
        """Records what came of a call or visit, and what follows from it, once. See `tasks.ledger.record_contact`."""
        return self._write(lambda connection, at: record_contact(connection, self._store.company_id, contact, at=at))

    def resolve_dispute(self, dispute_id: str, *, resolved_on: date) -> None:
        """Ends a dispute; `resolved_on` is the first day without it."""
        self._write(
            lambda connection, at: knowledge.resolve_dispute(
                connection, self._store.company_id, dispute_id, resolved_on=resolved_on
            )
        )

    def release_hold(self, hold_id: str, *, released_on: date) -> None:
        """Ends a hold; `released_on` is the first day without it."""
        self._write(
            lambda connection, at: knowledge.release_hold(
                connection, self._store.company_id, hold_id, released_on=released_on
            )
        )

    def release_flag(self, flag_id: str, *, released_on: date) -> None:
        """Ends a customer's flag; `released_on` is the first day without it."""
        self._write(
            lambda connection, at: flags.release_flag(
                connection, self._store.company_id, flag_id, released_on=released_on
            )
        )
