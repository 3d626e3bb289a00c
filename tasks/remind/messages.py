"""Reads decided messages from the run's warehouse: one query a batch, frozen values out. Words are made elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import cast

from tasks.consequences.claim import Claim
from tasks.consequences.read import Discount, read_claims, read_discounts
from tasks.remind.outbound import clean_line
from tasks.remind.promises import read_promised
from tasks.remind.references import references_of
from tasks.remind.reminder import CLAIM_PURPOSES, DISCOUNT_PURPOSES, Batch, Reminder, ReminderItem
from tasks.remind.shared_numbers import with_shared_numbers
from tasks.remind.steps import MessageStep, read_steps
from tasks.remind.thanks import read_thanks
from tasks.segment.ladders import MESSAGE_CHANNELS, Purpose, Tone
from tasks.warehouse.connection import Connection

_BATCHES = """
SELECT segment, channel, batch_number FROM outgoing.messages WHERE channel IN (SELECT unnest($channels))
GROUP BY ALL ORDER BY min(purpose = 'thank_you'), segment, channel, batch_number
"""
_KEYS = """
SELECT reminder_key FROM outgoing.messages
WHERE segment = $segment AND channel = $channel AND batch_number = $batch_number
ORDER BY reminder_key
"""
# One row per message and receivable. Money not yet laid on a receivable is shown beside the debt, never taken off silently.
_REMINDERS = """
SELECT
    reminders.reminder_key, reminders.customer_id, customers.name, customers.tax_id, customers.country,
    reminders.recipient_name, reminders.recipient_address, reminders.currency, reminders.purpose, reminders.tone, reminders.language,
    reminders.total_amount, coalesce(credits.credit_amount, 0),
    coalesce(payments.newest_booking_on, run.as_of),
    reminders.deadline_days, reminders.next_days, reminders.later_purposes,
    items.receivable_id, receivables.document_number, receivables.document_type, receivables.instalment_number,
    receivables.invoice_date, receivables.due_date, receivables.days_overdue, receivables.payment_terms_days,
    receivables.amount, items.open_amount, receivables.payment_method,
    map_keys(receivables.document_references), map_values(receivables.document_references)
FROM (SELECT unnest($reminder_keys) AS reminder_key) AS wanted
INNER JOIN decide.reminders AS reminders ON wanted.reminder_key = reminders.reminder_key
INNER JOIN decide.reminder_items AS items ON reminders.reminder_key = items.reminder_key
INNER JOIN staging.open_receivables AS receivables
    ON items.company_id = receivables.company_id AND items.receivable_id = receivables.receivable_id
LEFT JOIN staging.customers AS customers
    ON reminders.company_id = customers.company_id AND reminders.customer_id = customers.customer_id
LEFT JOIN staging.credits AS credits
    ON reminders.company_id = credits.company_id AND reminders.customer_id = credits.customer_id
    AND reminders.currency = credits.currency
CROSS JOIN run.parameters AS run
LEFT JOIN decide.freshness AS payments ON TRUE
ORDER BY reminders.reminder_key, receivables.due_date, receivables.document_number, items.receivable_id
"""


def batches(connection: Connection) -> list[Batch]:
    """Every batch of the run's messages, in a stable order; what people do is handed over by worklists."""
    found = connection.execute(_BATCHES, {"channels": list(MESSAGE_CHANNELS)}).fetchall()
    return [Batch(segment, channel, number) for segment, channel, number in found]


def keys_of_batch(connection: Connection, batch: Batch) -> list[str]:
    """The reminder keys of one batch, in order."""
    parameters = {"segment": batch.segment, "channel": batch.channel, "batch_number": batch.batch_number}
    return [key for (key,) in connection.execute(_KEYS, parameters).fetchall()]


def read_reminders(connection: Connection, keys: Sequence[str]) -> list[Reminder]:
    """The reminders of `keys`, ordered by key. A key that the run does not hold is left out."""
    rows = cast("list[_Row]", connection.execute(_REMINDERS, {"reminder_keys": list(keys)}).fetchall())
    steps = read_steps(connection, keys)
    reminders = [_of_step(reminder, steps[reminder.reminder_key]) for reminder in _group(rows)]
    reminders = with_shared_numbers(connection, reminders)
    thanks = read_thanks(connection, keys)
    if thanks:
        reminders = sorted([*reminders, *thanks], key=lambda reminder: reminder.reminder_key)
    promised = read_promised(connection, {reminder.reminder_key: reminder.purpose for reminder in reminders})
    if promised:
        reminders = [replace(reminder, promised=promised.get(reminder.reminder_key)) for reminder in reminders]
    claims = read_claims(connection, _receivables(reminders, CLAIM_PURPOSES))
    discounts = read_discounts(connection, _receivables(reminders, DISCOUNT_PURPOSES))
    return (
        [_with_consequences(reminder, claims, discounts) for reminder in reminders]
        if claims or discounts
        else reminders
    )


def _of_step(reminder: Reminder, of: MessageStep) -> Reminder:
    return replace(reminder, step=of.step, attachments=of.attachments, copy_to=of.copy_to, variant=of.variant)


def _receivables(reminders: Sequence[Reminder], purposes: frozenset[str]) -> list[str]:
    return [item.receivable_id for reminder in reminders if reminder.purpose in purposes for item in reminder.items]


def _with_consequences(
    reminder: Reminder, claims: Mapping[str, tuple[Claim, ...]], discounts: Mapping[str, Discount]
) -> Reminder:
    items = tuple(
        replace(
            item,
            claims=tuple(claim for claim in claims.get(item.receivable_id, ()) if claim.status == "claimed")
            if reminder.purpose in CLAIM_PURPOSES
            else (),
            discount=discounts.get(item.receivable_id) if reminder.purpose in DISCOUNT_PURPOSES else None,
        )
        for item in reminder.items
    )
    return replace(reminder, items=items)


_Row = tuple[
    str, str, str | None, str | None, str | None,
    str | None, str | None, str, str, str, str,
    Decimal, Decimal, date,
    int, int | None, list[str],
    str, str, str, int | None,
    date, date, int, int | None,
    Decimal, Decimal, str | None,
    list[str] | None, list[str] | None,
]  # fmt: skip


def _group(rows: Sequence[_Row]) -> Iterator[Reminder]:
    for key, group in groupby(rows, key=lambda row: row[0]):
        lines = list(group)
        (
            _,
            customer_id,
            name,
            tax_id,
            country,
            recipient,
            email,
            currency,
            purpose,
            tone,
            language,
            total,
            credit,
            until,
            deadline_days,
            next_days,
            later,
            *_,
        ) = lines[0]
        yield Reminder(
            reminder_key=key,
            customer_id=customer_id,
            customer_name=clean_line(name or customer_id),
            customer_tax_id=clean_line(tax_id or ""),
            customer_country=country or "",
            recipient_name=clean_line(recipient or ""),
            recipient_address=email,
            currency=currency,
            purpose=cast("Purpose", purpose),
            tone=cast("Tone", tone),
            language=language,
            total_amount=total,
            credit_amount=Decimal(credit),
            payments_until=until,
            items=tuple(map(_item, lines)),
            deadline_days=deadline_days,
            next_days=next_days,
            later_purposes=frozenset(later),
        )


def _item(row: _Row) -> ReminderItem:
    (
        receivable_id,
        document,
        kind,
        instalment,
        invoice_date,
        due_date,
        days,
        terms,
        amount,
        open_amount,
        method,
        names,
        values,
    ) = row[17:]
    return ReminderItem(
        receivable_id=receivable_id,
        document_number=clean_line(document),
        document_type=kind,
        instalment_number=instalment,
        invoice_date=invoice_date,
        due_date=due_date,
        days_overdue=days,
        payment_terms_days=terms,
        amount=amount,
        open_amount=open_amount,
        references=tuple(references_of(names or [], values or [], method)),
    )
