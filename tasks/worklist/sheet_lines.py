"""What a line of a worklist says to the person who works on it: values, not yet words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tasks.ledger.contact_results import ContactResult
from tasks.segment.ladders import ContactRole, WorkChannel


@dataclass(frozen=True, kw_only=True)
class LineItem:
    """One receivable of a line; amounts positive, in the line's currency. `references`: (kind, value) of its documents."""

    receivable_id: str
    document_number: str
    instalment_number: int | None
    invoice_date: date
    due_date: date
    days_overdue: int
    amount: Decimal
    open_amount: Decimal
    payment_terms_days: int | None
    references: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class History:
    """What is known of the customer (`sql/worklist/history.sql`). Shares 0-1."""

    settled_count: int
    late_share: float | None
    median_days_late: float | None
    risk_grade: str | None
    score_reasons: tuple[str, ...]
    last_paid_on: date | None
    last_paid_amount: Decimal | None
    last_paid_currency: str | None
    promises_kept: int
    promises_broken: int
    promises_open: int
    open_disputes: int
    last_message_on: date | None
    last_message_step: str | None
    last_message_channel: str | None
    last_result_on: date | None
    last_result: ContactResult | None


@dataclass(frozen=True, kw_only=True)
class SheetLine:
    """One line as a person reads it. Personal data: names, telephones, e-mail, address. Amounts positive, in `currency`.

    `claimed_amount`: interest, compensation and fees so far; `discount_amount` until `discount_until`; 0 and None where the strategy has
    none. `is_over_limit`: the customer owes more than the credit limit, so that new orders wait.
    """

    reminder_key: str
    reminder_id: str
    channel: WorkChannel
    list_channel: WorkChannel
    customer_id: str
    customer_name: str
    customer_country: str
    customer_tax_id: str
    zone: str
    contact_name: str
    contact_role: ContactRole
    phone: str
    mobile: str
    email: str
    address: str
    currency: str
    purpose: str
    step: str
    total_amount: Decimal
    overdue_amount: Decimal
    days_overdue: int
    late_probability: float
    expected_gain: Decimal
    waits_since: date | None
    is_over_limit: bool
    claimed_amount: Decimal
    discount_amount: Decimal
    discount_until: date | None
    history: History
    items: tuple[LineItem, ...]
