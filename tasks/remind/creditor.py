"""Says a reminder in the words of templates: amounts and dates for the reader's language and country, so that no template gets them wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from babel import Locale

from tasks.answers.links import AnswerLinks
from tasks.ledger.reminders import reminder_id_of
from tasks.remind.consequence_words import consequence_words
from tasks.remind.deadlines import deadline_of, next_of
from tasks.remind.fitting import REFERENCES_SHOWN, rows_that_fit
from tasks.remind.outbound import clean_line
from tasks.remind.payment_link import payment_url
from tasks.remind.reminder import Reference, Reminder, ReminderItem
from tasks.remind.vocabulary import LANGUAGES, BankWords, ItemWords, MessageWords, ReferenceWords, TotalWords
from tasks.remind.wording import date_long, date_short, locale_of, money
from tasks.settings.workspace import Company


@dataclass(frozen=True)
class Creditor:
    """The company as templates name it, prepared once for all messages of a run."""

    company: Company
    as_of: date
    answer_links: AnswerLinks | None = None

    def words(self, reminder: Reminder, *, rows: int | None = None) -> MessageWords:
        """The vocabulary for one reminder; `rows` of its receivables, unless given as many as fit a mail."""
        language = reminder.language if reminder.language in LANGUAGES else self.company.language
        country = reminder.customer_country or self.company.country
        locale = locale_of(language=language, country=country)
        consequences = consequence_words(reminder, locale)
        rows = rows_that_fit(reminder.items, consequences) if rows is None else rows
        shown, rest = reminder.items[:rows], reminder.items[rows:]
        currency = reminder.currency
        collector = self.company.collector
        promised = reminder.promised
        reference = _payment_reference(reminder)
        page = self.company.payment_page
        link = payment_url(page, reminder, payment_reference=reference, language=language)
        return {
            "language": language,
            "country": country,
            "purpose": reminder.purpose,
            "step": reminder.step,
            "variant": reminder.variant,
            "tone": reminder.tone,
            "company": {"name": self.company.name, "tax_id": self.company.tax_id, "address": self.company.address},
            "collector": {"name": collector.name, "email": collector.email, "phone": collector.phone},
            "recipient": {
                "name": reminder.recipient_name,
                "email": clean_line(reminder.recipient_address or ""),
                "phone": "",
            },
            "customer": {
                "id": clean_line(reminder.customer_id),
                "name": reminder.customer_name,
                "tax_id": reminder.customer_tax_id,
            },
            "as_of": date_long(self.as_of, locale),
            "payments_until": date_long(reminder.payments_until, locale),
            "deadline": _day(deadline_of(reminder, self.as_of), locale),
            "next_on": _day(next_of(reminder, self.as_of), locale),
            "later_purposes": sorted(reminder.later_purposes),
            "promised_on": _day(promised.promised_for if promised else None, locale),
            "promised_amount": money(promised.amount, currency, locale) if promised and promised.amount else "",
            "payment_reference": reference,
            "item_count": len(reminder.items),
            "not_due_count": sum(item.days_overdue < 0 for item in reminder.items),
            "items": [_item(item, currency, locale) for item in shown],
            "items_not_shown": {
                "count": len(rest),
                "open_amount": money(_sum(rest), currency, locale) if rest else "",
                "paid_amount": _paid(rest, currency, locale),
            },
            "totals": [_total(reminder, locale)],
            "credit": money(reminder.credit_amount, currency, locale) if reminder.credit_amount > 0 else "",
            "bank_accounts": self._accounts(currency, has_page=bool(link)),
            "payment_link": link,
            "consequences": consequences,
            "answer_link": self._answer_link(reminder),
        }

    def _answer_link(self, reminder: Reminder) -> str:
        if self.answer_links is None or reminder.purpose == "thank_you":
            return ""
        return self.answer_links.url(reminder_id_of(reminder.reminder_key), as_of=self.as_of)

    def _accounts(self, currency: str, *, has_page: bool) -> list[BankWords]:
        details, page = self.company.bank_details.get(currency), self.company.payment_page
        if details is None or (has_page and page is not None and page.replaces_bank_details):
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


def _day(day: date | None, locale: Locale) -> str:
    return "" if day is None else date_long(day, locale)


def _payment_reference(reminder: Reminder) -> str:
    """What the debtor should quote: the document when there is one, else the customer number."""
    documents = {item.document_number for item in reminder.items}
    return documents.pop() if len(documents) == 1 else clean_line(reminder.customer_id)


def _total(reminder: Reminder, locale: Locale) -> TotalWords:
    overdue = [item for item in reminder.items if item.days_overdue > 0]
    is_mixed = 0 < len(overdue) < len(reminder.items)
    return {
        "currency": reminder.currency,
        "open_amount": money(_sum(reminder.items), reminder.currency, locale),
        "overdue_amount": money(_sum(overdue), reminder.currency, locale) if is_mixed else "",
        "paid_amount": _paid(reminder.items, reminder.currency, locale),
    }


def _item(item: ReminderItem, currency: str, locale: Locale) -> ItemWords:
    return {
        "document_number": item.document_number,
        "document_type": item.document_type,
        "instalment": "" if item.instalment_number is None else str(item.instalment_number),
        "references": [_reference(reference) for reference in item.references[:REFERENCES_SHOWN]],
        "invoice_date": date_short(item.invoice_date, locale),
        "due_date": date_short(item.due_date, locale),
        "days_overdue": item.days_overdue,
        "payment_terms_days": item.payment_terms_days or 0,
        "amount": money(item.amount, currency, locale),
        "open_amount": money(item.open_amount, currency, locale),
        "paid_on": "" if item.paid_on is None else date_short(item.paid_on, locale),
        "paid_amount": _paid([item], currency, locale),
    }


def _reference(reference: Reference) -> ReferenceWords:
    name = reference.kind.replace("_", " ")
    return {"kind": reference.kind, "name": name[:1].upper() + name[1:], "value": reference.value}


def _sum(items: Sequence[ReminderItem]) -> Decimal:
    return sum((item.open_amount for item in items), Decimal(0))


def _paid(items: Sequence[ReminderItem], currency: str, locale: Locale) -> str:
    """What was paid of `items`; empty where nothing is thanked for."""
    amounts = [item.paid_amount for item in items if item.paid_amount is not None]
    return money(sum(amounts, Decimal(0)), currency, locale) if amounts else ""
