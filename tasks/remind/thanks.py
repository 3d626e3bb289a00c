"""Reads the messages that thank for payments: what they list is paid, so they are not read with what is open."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import cast

from tasks.remind.outbound import clean_line
from tasks.remind.reminder import Reference, Reminder, ReminderItem
from tasks.segment.thank_you import STEP
from tasks.warehouse.connection import Connection

_THANKS = """
SELECT
    m.reminder_key, m.customer_id, c.name, c.tax_id, c.country, m.recipient_name, m.recipient_address, m.currency, m.language,
    m.total_amount, coalesce(f.newest_booking_on, run.as_of),
    i.receivable_id, i.document_number, i.document_type, i.instalment_number, i.invoice_date, i.due_date, i.payment_terms_days,
    i.amount, i.paid_amount, i.paid_on, i.purchase_order
FROM (SELECT unnest($reminder_keys) AS reminder_key) AS wanted
INNER JOIN thanks.messages AS m ON wanted.reminder_key = m.reminder_key
INNER JOIN thanks.items AS i ON m.reminder_key = i.reminder_key
LEFT JOIN staging.customers AS c ON m.company_id = c.company_id AND m.customer_id = c.customer_id
CROSS JOIN run.parameters AS run
LEFT JOIN decide.freshness AS f ON TRUE
ORDER BY m.reminder_key, i.paid_on, i.document_number, i.receivable_id
"""
_Row = tuple[
    str, str, str | None, str | None, str | None, str | None, str | None, str, str,
    Decimal, date,
    str, str, str, int | None, date, date, int | None,
    Decimal, Decimal, date, str | None,
]  # fmt: skip


def read_thanks(connection: Connection, keys: Sequence[str]) -> list[Reminder]:
    """The messages of `keys` that thank, ordered by key, what was paid first coming first; reminders are left out."""
    rows = cast("list[_Row]", connection.execute(_THANKS, {"reminder_keys": list(keys)}).fetchall())
    return [_message(list(group)) for _, group in groupby(rows, key=lambda row: row[0])]


def _message(rows: Sequence[_Row]) -> Reminder:
    key, customer_id, name, tax_id, country, recipient, address, currency, language, total, until, *_ = rows[0]
    return Reminder(
        reminder_key=key,
        customer_id=customer_id,
        customer_name=clean_line(name or customer_id),
        customer_tax_id=clean_line(tax_id or ""),
        customer_country=country or "",
        recipient_name=clean_line(recipient or ""),
        recipient_address=address,
        currency=currency,
        purpose="thank_you",
        tone="courteous",
        language=language,
        total_amount=total,
        credit_amount=Decimal(0),
        payments_until=until,
        items=tuple(map(_item, rows)),
        deadline_days=0,
        step=STEP,
    )


def _item(row: _Row) -> ReminderItem:
    (
        receivable_id,
        document,
        kind,
        instalment,
        invoice_date,
        due_date,
        terms,
        amount,
        paid,
        paid_on,
        purchase_order,
    ) = row[11:]
    return ReminderItem(
        receivable_id=receivable_id,
        document_number=clean_line(document),
        document_type=kind,
        instalment_number=instalment,
        invoice_date=invoice_date,
        due_date=due_date,
        days_overdue=0,
        payment_terms_days=terms,
        amount=amount,
        open_amount=Decimal(0),
        references=(Reference("purchase_order", clean_line(purchase_order)),) if purchase_order else (),
        paid_amount=paid,
        paid_on=paid_on,
    )
