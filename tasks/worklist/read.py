"""Reads the lines that are on somebody's list from the work database: values to make words of, one query each for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from tasks.ledger.contact_results import ContactResult
from tasks.ledger.reminders import reminder_id_of
from tasks.spreadsheet_text import said
from tasks.warehouse.connection import Connection
from tasks.worklist.sheet_lines import History, LineItem, SheetLine

_LINES = """
SELECT
    l.reminder_key, l.channel, l.list_channel, l.customer_id, c.name, c.country, c.tax_id, l.zone, k.name, l.contact_role,
    k.phone, k.mobile, k.email, replace(a.street_address, chr(10), ', '), l.currency, l.purpose, l.step, l.total_amount, l.overdue_amount, l.days_overdue,
    l.late_probability, l.expected_gain, l.waits_since,
    c.credit_currency = l.currency AND o.open_amount > c.credit_limit
FROM (SELECT unnest($1) AS reminder_key) AS wanted
INNER JOIN worklist.lines AS l ON wanted.reminder_key = l.reminder_key
LEFT JOIN staging.customers AS c ON l.company_id = c.company_id AND l.customer_id = c.customer_id
LEFT JOIN staging.contacts AS k
    ON l.company_id = k.company_id AND l.customer_id = k.customer_id AND l.contact_id = k.contact_id
LEFT JOIN staging.postal_addresses AS a
    ON l.company_id = a.company_id AND l.customer_id = a.customer_id AND l.contact_id = a.contact_id
LEFT JOIN (
    SELECT company_id, customer_id, currency, sum(open_amount) AS open_amount FROM staging.open_receivables GROUP BY ALL
) AS o ON l.company_id = o.company_id AND l.customer_id = o.customer_id AND l.currency = o.currency
ORDER BY l.place
"""
_HISTORIES = """
SELECT
    h.customer_id, h.settled_count, h.late_share, h.median_days_late, h.risk_grade, h.score_reasons, h.last_paid_on,
    h.last_paid_amount, h.last_paid_currency, h.promises_kept, h.promises_broken, h.promises_open, h.open_disputes,
    h.last_message_on, h.last_message_step, h.last_message_channel, h.last_result_on, h.last_result
FROM worklist.history AS h
SEMI JOIN (
    SELECT l.customer_id FROM worklist.lines AS l SEMI JOIN (SELECT unnest($1) AS reminder_key) AS wanted USING (reminder_key)
) AS listed ON h.customer_id = listed.customer_id
"""
_ITEMS = """
SELECT
    i.reminder_key, i.receivable_id, r.document_number, r.instalment_number, r.invoice_date, r.due_date, r.days_overdue,
    r.amount, i.open_amount, r.payment_terms_days, map_keys(r.document_references), map_values(r.document_references)
FROM (SELECT unnest($1) AS reminder_key) AS wanted
INNER JOIN decide.reminder_items AS i ON wanted.reminder_key = i.reminder_key
INNER JOIN staging.open_receivables AS r ON i.company_id = r.company_id AND i.receivable_id = r.receivable_id
ORDER BY i.reminder_key, r.due_date, r.document_number, i.receivable_id
"""
# What waiting costs and paying early saves is built only where the strategy has consequences.
_CLAIMED = """
SELECT i.reminder_key, sum(f.amount)
FROM (SELECT unnest($1) AS reminder_key) AS wanted
INNER JOIN decide.reminder_items AS i ON wanted.reminder_key = i.reminder_key
INNER JOIN consequences.claims AS f ON i.company_id = f.company_id AND i.receivable_id = f.receivable_id
WHERE f.status = 'claimed' GROUP BY ALL
"""
_DISCOUNTS = """
SELECT i.reminder_key, sum(d.discount_amount), min(d.last_day)
FROM (SELECT unnest($1) AS reminder_key) AS wanted
INNER JOIN decide.reminder_items AS i ON wanted.reminder_key = i.reminder_key
INNER JOIN consequences.discounts AS d ON i.company_id = d.company_id AND i.receivable_id = d.receivable_id
GROUP BY ALL
"""
_EXISTS = """
SELECT count(*) FROM information_schema.tables WHERE table_schema = 'consequences' AND table_name = $1
"""
_NOTHING = (Decimal(0), None)


def read_sheet_lines(connection: Connection, keys: Sequence[str]) -> dict[str, SheetLine]:
    """The lines of `keys`, by key; a key that the run does not hold is left out."""
    wanted = [list(keys)]
    items = _items(connection, wanted)
    histories = _histories(connection, wanted)
    claimed, discounts = _claimed(connection, wanted), _discounts(connection, wanted)
    lines = {}
    for row in connection.execute(_LINES, wanted).fetchall():
        key, channel, list_channel, customer_id, name, country, tax_id, zone, contact, role, *rest = row
        phone, mobile, email, address, currency, purpose, step, total, overdue, days, late, gain, waits, is_over = rest
        discount, discount_until = discounts.get(key, _NOTHING)
        lines[key] = SheetLine(
            reminder_key=key,
            reminder_id=reminder_id_of(key),
            channel=channel,
            list_channel=list_channel,
            customer_id=said(customer_id),
            customer_name=said(name or customer_id),
            customer_country=country or "",
            customer_tax_id=said(tax_id),
            zone=said(zone),
            contact_name=said(contact),
            contact_role=role,
            phone=said(phone),
            mobile=said(mobile),
            email=said(email),
            address=said(address),
            currency=currency,
            purpose=purpose,
            step=step,
            total_amount=total,
            overdue_amount=overdue,
            days_overdue=days,
            late_probability=late,
            expected_gain=gain,
            waits_since=waits,
            is_over_limit=bool(is_over),
            claimed_amount=claimed.get(key, Decimal(0)),
            discount_amount=discount,
            discount_until=discount_until,
            history=histories[customer_id],
            items=items[key],
        )
    return lines


def _histories(connection: Connection, wanted: list[list[str]]) -> dict[str, History]:
    found = {}
    for row in connection.execute(_HISTORIES, wanted).fetchall():
        customer_id, count, share, median, grade, reasons, paid_on, paid_amount, paid_currency, *told = row
        kept, broken, promised, disputes, message_on, message_step, message_channel, result_on, result = told
        found[str(customer_id)] = History(
            settled_count=count,
            late_share=share,
            median_days_late=median,
            risk_grade=grade,
            score_reasons=tuple(reasons or ()),
            last_paid_on=paid_on,
            last_paid_amount=paid_amount,
            last_paid_currency=paid_currency,
            promises_kept=kept,
            promises_broken=broken,
            promises_open=promised,
            open_disputes=disputes,
            last_message_on=message_on,
            last_message_step=message_step,
            last_message_channel=message_channel,
            last_result_on=result_on,
            last_result=ContactResult(result) if result else None,
        )
    return found


def _claimed(connection: Connection, wanted: list[list[str]]) -> dict[str, Decimal]:
    return dict(connection.execute(_CLAIMED, wanted).fetchall()) if _is_built(connection, "claims") else {}


def _discounts(connection: Connection, wanted: list[list[str]]) -> dict[str, tuple[Decimal, date | None]]:
    rows = connection.execute(_DISCOUNTS, wanted).fetchall() if _is_built(connection, "discounts") else []
    return {key: (amount, day) for key, amount, day in rows}


def _is_built(connection: Connection, name: str) -> bool:
    found = connection.execute(_EXISTS, [name]).fetchone()
    return bool(found and found[0])


def _items(connection: Connection, wanted: list[list[str]]) -> dict[str, tuple[LineItem, ...]]:
    found: dict[str, list[LineItem]] = {}
    for row in connection.execute(_ITEMS, wanted).fetchall():
        key, receivable_id, document, instalment, invoice_date, due_date, days, amount, open_amount, *rest = row
        terms, names, values = rest
        found.setdefault(key, []).append(
            LineItem(
                receivable_id=receivable_id,
                document_number=said(document),
                instalment_number=instalment,
                invoice_date=invoice_date,
                due_date=due_date,
                days_overdue=days,
                amount=amount,
                open_amount=open_amount,
                payment_terms_days=terms,
                references=tuple(
                    (name, said(value)) for name, value in zip(names or (), values or (), strict=True) if value
                ),
            )
        )
    return {key: tuple(items) for key, items in found.items()}
