"""Small worlds of customers for tests of decisions: values that both the SQL and the oracle can be given."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Literal

COMPANY = "acme"


@dataclass
class Receivable:
    receivable_id: str
    due_date: date
    invoice_date: date
    currency: str = "EUR"
    open_amount: Decimal = Decimal("100.00")
    is_disputed: bool | None = False
    dunning_block: str | None = None
    is_assigned: bool | None = None
    is_price_agreed: bool | None = None
    has_open_complaint: bool | None = None
    delivered_on: date | None = None
    goods_received_on: date | None = None
    document_sent_on: date | None = None
    debit_until: date | None = None
    debit_returned_on: date | None = None
    part_payments: tuple[tuple[date, Decimal], ...] = ()
    payment_method: str | None = None
    service_entry_sheet: str | None = None
    payment_document_number: str | None = None
    payment_document_status: str | None = None


@dataclass
class Contact:
    contact_id: str
    role: str = "reminder"
    email: str | None = "pay@example.com"
    language: str | None = None
    last_verified_on: date | None = None
    phone: str | None = None
    mobile: str | None = None
    postal_address: str | None = None
    marked_on: date | None = None
    """The day from which its e-mail address must not be used: it came back, or complained."""


@dataclass
class Said:
    """A step that was said by one channel: `times_sent` times, every `days_between` days, the last time on `last_sent_on`.

    `delivery`: whether those messages arrived, came back, or nobody knows.
    """

    receivable_id: str
    step: str
    last_sent_on: date
    times_sent: int = 1
    channel: str = "email"
    days_between: int = 1
    delivery: Literal["arrived", "unknown", "returned"] = "arrived"

    @property
    def days(self) -> list[date]:
        """The days on which it was said, the last one first."""
        return [self.last_sent_on - timedelta(days=self.days_between * time) for time in range(self.times_sent)]


@dataclass
class Entry:
    """A hold, dispute, promise, opt-out, confirmation, flag or place in an experiment; fields that do not apply stay None.

    `plan`: of a promise that is an instalment of a payment plan, which.
    """

    receivable_id: str | None = None
    from_on: date | None = None
    until_on: date | None = None
    currency: str | None = None
    channel: str | None = None
    kind: str | None = None
    amount: Decimal | None = None
    plan: str | None = None


@dataclass
class Paid:
    """A receivable that is not open any more: nothing is decided about it, promises are judged by it, and it may be thanked for.

    `amount` came on `settled_on`, of which `guessed` was laid there by a guess and `cleared` is only stated by the export; `never_came`
    is what else was invoiced: the export says that nothing is open, no money explains it, and no day of settling is known.
    """

    receivable_id: str
    due_date: date
    invoice_date: date
    settled_on: date
    currency: str = "EUR"
    amount: Decimal = Decimal("100.00")
    guessed: Decimal = Decimal(0)
    cleared: Decimal = Decimal(0)
    never_came: Decimal = Decimal(0)
    named_by: Literal["receivable", "document", "reference"] = "receivable"
    document_type: Literal["invoice", "debit_note", "credit_note"] = "invoice"
    is_disputed: bool | None = None
    dunning_block: str | None = None
    is_assigned: bool | None = None
    debit: Literal["returned", "on_its_way", "overdue"] | None = None
    """How the direct debit that was ordered for it stands; None: none was."""

    def is_settled(self, *, after: date, until: date = date.max) -> bool:
        """Whether it is known to be settled on a day after `after`, by `until`."""
        return not self.never_came and after < self.settled_on <= until


@dataclass
class Customer:
    customer_id: str
    country: str | None = "ES"
    customer_class: str | None = None
    financial_situation: str | None = "normal"
    risk_grade: str = "B"
    is_new: bool = False
    sector: str | None = None
    payment_method: str | None = None
    receivables: list[Receivable] = field(default_factory=list)
    contacts: list[Contact] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)
    contact_days: list[date] = field(default_factory=list)
    contacts_by: list[tuple[date, str]] = field(default_factory=list)
    holds: list[Entry] = field(default_factory=list)
    disputes: list[Entry] = field(default_factory=list)
    promises: list[Entry] = field(default_factory=list)
    opt_outs: list[Entry] = field(default_factory=list)
    confirmations: list[Entry] = field(default_factory=list)
    flags: list[Entry] = field(default_factory=list)
    arms: list[Entry] = field(default_factory=list)
    credits: dict[str, Decimal] = field(default_factory=dict)
    paid: list[Paid] = field(default_factory=list)
    thanks: list[tuple[str, date]] = field(default_factory=list)
    """What was thanked for, and when."""
    money_on_nothing: list[tuple[date, str, Decimal]] = field(default_factory=list)

    def contacted(self, channel: str | None = None) -> set[date]:
        """Days of contact, by one channel or over all; `contact_days` were by e-mail."""
        made = [*((day, "email") for day in self.contact_days), *self.contacts_by]
        return {day for day, by in made if channel in (None, by)}


@dataclass
class World:
    as_of: date
    customers: list[Customer]
    newest_payment_on: date | None = None
    newest_clearing_on: date | None = None
    company_country: str = "ES"

    def debtors(self) -> Iterator[tuple[str, str, Customer]]:
        """Each customer with the first two columns of all relations."""
        return ((COMPANY, customer.customer_id, customer) for customer in self.customers)


def seeded(seed: int) -> Random:
    """Random numbers that are the same in every run."""
    return Random(seed)  # noqa: S311 - test data, nothing secret
