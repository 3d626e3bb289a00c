"""The words a template may use: `MessageWords` and what it holds is the whole vocabulary of `templates/`.

Everything is text that is ready to show, or a whole number for conditions and plurals; amounts and dates are written for the
reader's language and country here, so a template cannot get a decimal comma wrong. docs/messages.md lists the same names.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TypedDict

from babel import Locale

from tasks.consequences.wording import claim_lines, discount_line
from tasks.remind.messages import Purpose, Reference, Reminder, ReminderItem, Tone
from tasks.remind.outbound import clean_line
from tasks.remind.wording import date_long, date_short, locale_of, money
from tasks.settings.workspace import Company

ITEMS_SHOWN = 50
"""Rows of the table; what is beyond is one line with count and sum, so that mail readers do not clip the message (102 KB)."""
CLAIMS_SHOWN = 12
"""Claims listed with their arithmetic; the total is over all of them."""
DAYS_TO_PAY = 10
"""Days an overdue message gives to pay or answer (requirement 003-05); a Saturday or Sunday moves to the Monday."""
LANGUAGES = ("es", "en", "pt")


class ReferenceWords(TypedDict):
    """A code the debtor's accounts department looks for; `kind` is what `labels.references` translates, `name` is for the others."""

    kind: str
    name: str
    value: str


class ItemWords(TypedDict):
    """One row of the table."""

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


class TotalWords(TypedDict):
    """The sum of one currency; `overdue_amount` is empty unless only part of it is overdue."""

    currency: str
    open_amount: str
    overdue_amount: str


class RestWords(TypedDict):
    """What the table does not show; `count` is 0 when it shows everything."""

    count: int
    open_amount: str


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


class ClaimWords(TypedDict):
    """What is claimed on a receivable beside itself, and the lines that show how it comes about."""

    title: str
    arithmetic: list[str]


class ConsequenceWords(TypedDict):
    """What late payment costs and early payment saves; empty where the strategy charges and offers nothing.

    `claims_total` is the sum over all claims, `claims_not_shown` how many of them are not listed (0: none).
    """

    claims: list[ClaimWords]
    claims_not_shown: int
    claims_total: str
    discounts: list[str]


class MessageWords(TypedDict):
    """Everything a template sees."""

    language: str
    purpose: Purpose
    tone: Tone
    company: CompanyWords
    collector: PersonWords
    recipient: PersonWords
    customer: CustomerWords
    as_of: str
    payments_until: str
    deadline: str
    payment_reference: str
    item_count: int
    not_due_count: int
    items: list[ItemWords]
    items_not_shown: RestWords
    totals: list[TotalWords]
    credit: str
    bank_accounts: list[BankWords]
    consequences: ConsequenceWords


VOCABULARY = frozenset(MessageWords.__annotations__)


@dataclass(frozen=True)
class Creditor:
    """The company as templates name it, prepared once for all messages of a run."""

    company: Company
    as_of: date

    def words(self, reminder: Reminder) -> MessageWords:
        """The vocabulary for one reminder."""
        language = reminder.language if reminder.language in LANGUAGES else self.company.language
        locale = locale_of(language=language, country=reminder.customer_country or self.company.country)
        shown = reminder.items[:ITEMS_SHOWN]
        rest = reminder.items[ITEMS_SHOWN:]
        currency = reminder.currency
        collector = self.company.collector
        return {
            "language": language,
            "purpose": reminder.purpose,
            "tone": reminder.tone,
            "company": {"name": self.company.name, "tax_id": self.company.tax_id, "address": self.company.address},
            "collector": {"name": collector.name, "email": collector.email, "phone": collector.phone},
            "recipient": {
                "name": reminder.recipient_name,
                "email": clean_line(reminder.recipient_email or ""),
                "phone": "",
            },
            "customer": {
                "id": reminder.customer_id,
                "name": reminder.customer_name,
                "tax_id": reminder.customer_tax_id,
            },
            "as_of": date_long(self.as_of, locale),
            "payments_until": date_long(reminder.payments_until, locale),
            "deadline": date_long(_deadline(reminder, self.as_of), locale),
            "payment_reference": _payment_reference(reminder),
            "item_count": len(reminder.items),
            "not_due_count": sum(item.days_overdue < 0 for item in reminder.items),
            "items": [_item(item, currency, locale) for item in shown],
            "items_not_shown": {"count": len(rest), "open_amount": money(_sum(rest), currency, locale) if rest else ""},
            "totals": [_total(reminder, locale)],
            "credit": money(reminder.credit_amount, currency, locale) if reminder.credit_amount > 0 else "",
            "bank_accounts": self._accounts(currency),
            "consequences": _consequences(reminder, locale),
        }

    def _accounts(self, currency: str) -> list[BankWords]:
        details = self.company.bank_details.get(currency)
        if details is None:
            return []
        return [
            {
                "currency": currency,
                "bank": details.bank,
                "account": details.account,
                "bic": details.bic,
                "holder": details.holder or self.company.name,
            }
        ]


def _deadline(reminder: Reminder, as_of: date) -> date:
    """The day by which the message expects payment: the first due date, today, or ten days from today."""
    if reminder.purpose == "pre_due":
        return min(item.due_date for item in reminder.items)
    if reminder.purpose == "due":
        return as_of
    day = as_of + timedelta(days=DAYS_TO_PAY)
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() >= _SATURDAY else 0)


def _consequences(reminder: Reminder, locale: Locale) -> ConsequenceWords:
    claims = [(item, claim) for item in reminder.items for claim in item.claims]
    lines = [claim_lines(claim, document=item.document_number, locale=locale) for item, claim in claims[:CLAIMS_SHOWN]]
    total = sum((claim.amount for _, claim in claims), Decimal(0))
    return {
        "claims": [{"title": title, "arithmetic": list(arithmetic)} for title, *arithmetic in lines],
        "claims_not_shown": len(claims) - len(lines),
        "claims_total": money(total, reminder.currency, locale) if claims else "",
        "discounts": [
            discount_line(item.discount, document=item.document_number, locale=locale)
            for item in reminder.items[:CLAIMS_SHOWN]
            if item.discount is not None
        ],
    }


def _payment_reference(reminder: Reminder) -> str:
    """What the debtor should quote: the document when there is one, else the customer number."""
    documents = {item.document_number for item in reminder.items}
    return documents.pop() if len(documents) == 1 else reminder.customer_id


def _total(reminder: Reminder, locale: Locale) -> TotalWords:
    overdue = [item for item in reminder.items if item.days_overdue > 0]
    is_mixed = 0 < len(overdue) < len(reminder.items)
    return {
        "currency": reminder.currency,
        "open_amount": money(_sum(reminder.items), reminder.currency, locale),
        "overdue_amount": money(_sum(overdue), reminder.currency, locale) if is_mixed else "",
    }


def _item(item: ReminderItem, currency: str, locale: Locale) -> ItemWords:
    return {
        "document_number": item.document_number,
        "document_type": item.document_type,
        "instalment": "" if item.instalment_number is None else str(item.instalment_number),
        "references": [_reference(reference) for reference in item.references],
        "invoice_date": date_short(item.invoice_date, locale),
        "due_date": date_short(item.due_date, locale),
        "days_overdue": item.days_overdue,
        "payment_terms_days": item.payment_terms_days or 0,
        "amount": money(item.amount, currency, locale),
        "open_amount": money(item.open_amount, currency, locale),
    }


def _reference(reference: Reference) -> ReferenceWords:
    name = reference.kind.replace("_", " ")
    return {"kind": reference.kind, "name": name[:1].upper() + name[1:], "value": reference.value}


def _sum(items: Sequence[ReminderItem]) -> Decimal:
    return sum((item.open_amount for item in items), Decimal(0))


_SATURDAY = 5
