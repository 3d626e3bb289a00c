"""What can come of a call or visit, and what follows from each result.

Any contact counts for the contact cap, whoever made it and whether or not a list asked for it (docs/worklists.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from tasks.problems import LedgerProblem

LISTED_BY = "worklist"
"""The `provider` of a line that was handed over to people; its `provider_message_id` is the collector."""


class ContactResult(StrEnum):
    """What came of a contact: the closed list of domain.md §1 (OCA O7), and what people bring back besides."""

    PROMISE = "promise"
    PAYMENT_SENT = "payment_sent"
    IN_PAYMENT_PIPE = "in_payment_pipe"
    WAITING_APPROVAL = "waiting_approval"
    INVOICE_NOT_RECEIVED = "invoice_not_received"
    CONFIRMED = "confirmed"
    DISPUTE = "dispute"
    REFUSED = "refused"
    SPOKEN = "spoken"
    VOICEMAIL = "voicemail"
    UNREACHABLE = "unreachable"
    WRONG_NUMBER = "wrong_number"


@dataclass(frozen=True)
class Effect:
    """What follows from a result.

    `is_contact`: the debtor was reached or left a message, which counts for the cap and for the ladder's memory; otherwise the line
    comes back. `pause_days`: nothing is claimed for so many days after.
    """

    is_contact: bool = True
    pause_days: int | None = None


EFFECTS: Mapping[ContactResult, Effect] = MappingProxyType({
    ContactResult.PROMISE: Effect(),
    ContactResult.PAYMENT_SENT: Effect(pause_days=5),
    ContactResult.IN_PAYMENT_PIPE: Effect(pause_days=10),
    ContactResult.WAITING_APPROVAL: Effect(pause_days=7),
    ContactResult.INVOICE_NOT_RECEIVED: Effect(pause_days=7),
    ContactResult.CONFIRMED: Effect(),
    ContactResult.DISPUTE: Effect(),
    ContactResult.REFUSED: Effect(),
    ContactResult.SPOKEN: Effect(),
    ContactResult.VOICEMAIL: Effect(),
    ContactResult.UNREACHABLE: Effect(is_contact=False),
    ContactResult.WRONG_NUMBER: Effect(is_contact=False),
})  # fmt: skip
"""Days of pause are conventions of this table: a bank transfer of a few days, a weekly pay run and a half, a week to sign or to send a
copy. They end by themselves, and `puntual record hold --release` ends them sooner."""


@dataclass(frozen=True, kw_only=True)
class Contact:
    """A contact that a person made, or tried to make.

    `reminder_id`: the line of the list it answers (its opaque id), which gives the receivables; without one, `receivable_id`, or all of
    the customer. `amount` with `currency`, positive. `promised_for` goes with a promise, and a promise needs it.
    """

    customer_id: str
    channel: str
    result: ContactResult
    contacted_on: date
    author: str
    recorded_on: date
    reminder_id: str | None = None
    contact_id: str | None = None
    receivable_id: str | None = None
    promised_for: date | None = None
    amount: Decimal | None = None
    currency: str | None = None
    note: str = ""

    def __post_init__(self) -> None:
        where = f"contact with customer {self.customer_id}"
        if (self.result is ContactResult.PROMISE) != (self.promised_for is not None):
            raise LedgerProblem.at(
                where,
                f"has the result '{self.result}' and the promised day {self.promised_for}",
                "Give a promised day with the result 'promise', and with no other.",
            )
        if self.promised_for is not None and self.promised_for < self.contacted_on:
            raise LedgerProblem.at(
                where, f"promises {self.promised_for}, before {self.contacted_on}", "Give a later promised day."
            )
        if self.contacted_on > self.recorded_on:
            raise LedgerProblem.at(
                where, f"was on {self.contacted_on}, after {self.recorded_on}", "Give the day on which it was."
            )
        if self.amount is not None and (self.amount <= 0 or self.result is not ContactResult.PROMISE):
            raise LedgerProblem.at(
                where, f"has the amount {self.amount}", "Give a positive amount with the result 'promise', else none."
            )


@dataclass(frozen=True)
class Recorded:
    """A contact's id in the ledger, whether it is new, and the ids of what followed from it."""

    result_id: str
    is_new: bool
    followed: tuple[str, ...] = ()
