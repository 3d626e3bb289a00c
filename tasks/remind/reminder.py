"""A decided message as values: the reminder, its receivables, and the batch that it is sent in. Where they are read from is in `messages`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import get_args

from tasks.consequences.claim import Claim
from tasks.consequences.read import Discount
from tasks.remind.promises import PromisedPayment
from tasks.segment.ladders import MessageChannel, Purpose, Tone

TONES: tuple[Tone, ...] = get_args(Tone)

CLAIM_PURPOSES: frozenset[str] = frozenset(
    {"overdue", "promise_broken", "suspension_deadline", "suspension", "legal_deadline", "hand_over"}
)
"""Purposes that name what late payment costs; the others stay courteous."""
DISCOUNT_PURPOSES: frozenset[str] = frozenset({"invoice_received", "pre_due", "discount_offer"})
"""Purposes that name what early payment saves."""


@dataclass(frozen=True)
class Batch:
    """One unit of fan-out: the messages of a segment and a channel that carry the same batch number."""

    segment: str
    channel: MessageChannel
    batch_number: int

    def __str__(self) -> str:
        return f"{self.segment}/{self.channel}/{self.batch_number}"


@dataclass(frozen=True)
class Reference:
    """A code that the debtor's accounts department looks for; `kind` is what it is, such as `purchase_order` or `letra`."""

    kind: str
    value: str


@dataclass(frozen=True)
class ReminderItem:
    """One receivable of a message. Amounts are positive, in the message's currency; `days_overdue` is negative before the due date.

    `claims` and `discount` are what the message's purpose may speak of; the first are not part of `open_amount`.
    `paid_amount` and `paid_on`: what the message thanks for, where it does; nothing is open of it then.
    `is_number_shared`: a document of another customer has the same number; known where the step attaches documents.
    """

    receivable_id: str
    document_number: str
    document_type: str
    instalment_number: int | None
    invoice_date: date
    due_date: date
    days_overdue: int
    payment_terms_days: int | None
    amount: Decimal
    open_amount: Decimal
    references: tuple[Reference, ...]
    claims: tuple[Claim, ...] = ()
    discount: Discount | None = None
    is_number_shared: bool = False
    paid_amount: Decimal | None = None
    paid_on: date | None = None

    @property
    def said_amount(self) -> Decimal:
        """What the message states of it: what was paid, or what is open."""
        return self.open_amount if self.paid_amount is None else self.paid_amount


@dataclass(frozen=True)
class Reminder:
    """One message as it was decided, with its receivables by due date. `total_amount` is what the decision added up.

    `deadline_days` is what the message gives to pay or answer; `next_days`, counted from the run's day, until what it announces can
    follow (None: it announces nothing); `later_purposes` is what else its ladder may still come to. `step` names the step whose words
    and `attachments` (kinds of files) it has, and whose `copy_to` gets the copy in place of the collector. `account` is all that the
    customer owes, by currency, where a statement of account is to be attached. `promised` is the payment that
    was promised, where the purpose speaks of one.
    `variant` is the wording that an experiment lets the customer read; empty: the usual one.
    `recipient_address` is as it was decided, and as the ledger holds it; it is made fit for a header where one is written.
    """

    reminder_key: str
    customer_id: str
    customer_name: str
    customer_tax_id: str
    customer_country: str
    recipient_name: str
    recipient_address: str | None
    currency: str
    purpose: Purpose
    tone: Tone
    language: str
    total_amount: Decimal
    credit_amount: Decimal
    payments_until: date
    items: tuple[ReminderItem, ...]
    deadline_days: int
    next_days: int | None = None
    later_purposes: frozenset[str] = frozenset()
    promised: PromisedPayment | None = None
    step: str = ""
    variant: str = ""
    attachments: tuple[str, ...] = ()
    copy_to: str | None = None
    account: tuple[Reminder, ...] = ()
