"""What a customer owes in all, as messages: for statements of account, and to look at messages with real data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Literal, cast

from tasks.remind.outbound import clean_line
from tasks.remind.references import references_of
from tasks.remind.reminder import Reminder, ReminderItem
from tasks.segment.ladders import DAYS_TO_PAY, Purpose, Tone
from tasks.settings.workspace import Company
from tasks.warehouse.connection import Connection

Source = Literal["run", "published"]
"""The run's work database, or the published warehouse, which has no tax numbers and no payment terms."""

_COLUMNS = """
SELECT
    r.customer_id, r.currency, c.name, {tax_id} AS tax_id, c.country, coalesce(c.language, $language) AS language,
    coalesce(b.credit_amount, 0) AS credit_amount,
    r.receivable_id, r.document_number, r.document_type, r.instalment_number, r.invoice_date, r.due_date, r.days_overdue,
    {terms} AS payment_terms_days, r.amount, r.open_amount, r.payment_method,
    map_keys(r.document_references), map_values(r.document_references)
"""
_JOINED = """
ON r.company_id = {alias}.company_id AND r.customer_id = {alias}.customer_id
"""
_WHERE = """
WHERE r.company_id = $company_id AND r.customer_id IN (SELECT unnest($customer_ids))
ORDER BY r.customer_id, r.currency, r.due_date, r.document_number, r.receivable_id
"""
_QUERIES: dict[Source, str] = {
    "run": _COLUMNS.format(tax_id="c.tax_id", terms="r.payment_terms_days")
    + "FROM staging.open_receivables AS r LEFT JOIN staging.customers AS c"
    + _JOINED.format(alias="c")
    + "LEFT JOIN staging.credits AS b"
    + _JOINED.format(alias="b")
    + "AND r.currency = b.currency"
    + _WHERE,
    "published": _COLUMNS.format(tax_id="NULL", terms="NULL")
    + "FROM mart.receivables AS r LEFT JOIN mart.customers AS c"
    + _JOINED.format(alias="c")
    + "LEFT JOIN mart.customer_balances AS b"
    + _JOINED.format(alias="b")
    + "AND r.currency = b.currency"
    + _WHERE,
}
_Row = tuple[
    str, str, str | None, str | None, str | None, str,
    Decimal,
    str, str, str, int | None, date, date, int,
    int | None, Decimal, Decimal, str | None,
    list[str] | None, list[str] | None,
]  # fmt: skip


@dataclass(frozen=True)
class Wanted:
    """What the messages are to be: their purpose and tone, by which day payments were considered, and the language of who has none."""

    company_id: str
    payments_until: date
    language: str
    purpose: Purpose = "statement"
    tone: Tone = "neutral"


def read_accounts(
    connection: Connection, customer_ids: Sequence[str], wanted: Wanted, source: Source = "run"
) -> dict[str, tuple[Reminder, ...]]:
    """All that is open of each customer, one message per currency, oldest first; a customer without anything open is left out."""
    parameters = {
        "company_id": wanted.company_id,
        "customer_ids": sorted(set(customer_ids)),
        "language": wanted.language,
    }
    rows = cast("list[_Row]", connection.execute(_QUERIES[source], parameters).fetchall())
    accounts: dict[str, tuple[Reminder, ...]] = {}
    for (customer, _), group in groupby(rows, key=lambda row: row[:2]):
        accounts[customer] = (*accounts.get(customer, ()), _reminder(list(group), wanted))
    return accounts


def with_accounts(connection: Connection, reminders: Sequence[Reminder], company: Company) -> list[Reminder]:
    """`reminders`, those that attach a statement with all that their customer owes."""
    asking = [reminder.customer_id for reminder in reminders if "statement" in reminder.attachments]
    if not asking:
        return list(reminders)
    wanted = Wanted(company.id, reminders[0].payments_until, company.language)
    accounts = read_accounts(connection, asking, wanted)
    return [
        replace(reminder, account=accounts.get(reminder.customer_id, ()))
        if "statement" in reminder.attachments
        else reminder
        for reminder in reminders
    ]


def addressed_like(account: Reminder, reminder: Reminder) -> Reminder:
    """`account` for who gets `reminder`, in his language."""
    return replace(
        account,
        recipient_name=reminder.recipient_name,
        recipient_address=reminder.recipient_address,
        language=reminder.language,
        customer_tax_id=account.customer_tax_id or reminder.customer_tax_id,
    )


def _reminder(rows: Sequence[_Row], wanted: Wanted) -> Reminder:
    customer_id, currency, name, tax_id, country, language, credit, *_ = rows[0]
    items = tuple(map(_item, rows))
    return Reminder(
        reminder_key=f"account|{customer_id}|{wanted.purpose}|{wanted.payments_until.isoformat()}|{currency}",
        customer_id=customer_id,
        customer_name=clean_line(name or customer_id),
        customer_tax_id=clean_line(tax_id or ""),
        customer_country=country or "",
        recipient_name="",
        recipient_address=None,
        currency=currency,
        purpose=wanted.purpose,
        tone=wanted.tone,
        language=language,
        total_amount=sum((item.open_amount for item in items), Decimal(0)),
        credit_amount=Decimal(credit),
        payments_until=wanted.payments_until,
        items=items,
        deadline_days=DAYS_TO_PAY,
    )


def _item(row: _Row) -> ReminderItem:
    (receivable, document, kind, instalment, invoiced, due, days, terms, amount, open_amount, method, names, values) = (
        row[7:]
    )
    return ReminderItem(
        receivable_id=receivable,
        document_number=clean_line(document),
        document_type=kind,
        instalment_number=instalment,
        invoice_date=invoiced,
        due_date=due,
        days_overdue=days,
        payment_terms_days=terms,
        amount=amount,
        open_amount=open_amount,
        references=tuple(references_of(names or [], values or [], method)),
    )
