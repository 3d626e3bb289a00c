"""The words a template may use: `MessageWords` and what it holds is the whole vocabulary of `templates/`.

Everything is text that is ready to show, or a whole number for conditions and plurals. docs/messages.md lists the same names.
"""

from __future__ import annotations

from typing import TypedDict

from tasks.remind.consequence_words import ConsequenceWords
from tasks.segment.ladders import Purpose, Tone

LANGUAGES = ("es", "en", "pt")


class ReferenceWords(TypedDict):
    """A code the debtor's accounts department looks for; `kind` is what `labels.references` translates, `name` is for the others."""

    kind: str
    name: str
    value: str


class ItemWords(TypedDict):
    """One row of the table; `paid_on` and `paid_amount` are empty unless it is thanked for."""

    document_number: str
    document_type: str
    instalment: str
    references: list[ReferenceWords]
    invoice_date: str
    due_date: str
    days_overdue: int
    payment_terms_days: int
    amount: str
    open_amount: str
    paid_on: str
    paid_amount: str


class TotalWords(TypedDict):
    """The sum of one currency; `overdue_amount` is empty unless only part of it is overdue, `paid_amount` unless it is thanked for."""

    currency: str
    open_amount: str
    overdue_amount: str
    paid_amount: str


class RestWords(TypedDict):
    """What the table does not show; `count` is 0 when it shows everything."""

    count: int
    open_amount: str
    paid_amount: str


class BankWords(TypedDict):
    """Where to pay in one currency."""

    currency: str
    bank: str
    account: str
    bic: str
    holder: str


class PersonWords(TypedDict):
    """Someone to write to or to call; empty text where nothing is known."""

    name: str
    email: str
    phone: str


class CompanyWords(TypedDict):
    """The creditor."""

    name: str
    tax_id: str
    address: str


class CustomerWords(TypedDict):
    """The debtor."""

    id: str
    name: str
    tax_id: str


class MessageWords(TypedDict):
    """Everything a template sees."""

    language: str
    country: str
    purpose: Purpose
    step: str
    variant: str
    tone: Tone
    company: CompanyWords
    collector: PersonWords
    recipient: PersonWords
    customer: CustomerWords
    as_of: str
    payments_until: str
    deadline: str
    next_on: str
    later_purposes: list[str]
    promised_on: str
    promised_amount: str
    payment_reference: str
    item_count: int
    not_due_count: int
    items: list[ItemWords]
    items_not_shown: RestWords
    totals: list[TotalWords]
    credit: str
    bank_accounts: list[BankWords]
    payment_link: str
    consequences: ConsequenceWords
    answer_link: str


VOCABULARY = frozenset(MessageWords.__annotations__)
