"""The address of the company's payment page for one message: filled with codes and amounts, and nothing that names a person."""

from __future__ import annotations

from decimal import Decimal
from urllib.parse import quote, urlsplit

from tasks.contracts.currencies import DECIMALS
from tasks.remind.reminder import Reminder
from tasks.settings.payment_page import PLACEHOLDER, PaymentPage


def payment_url(page: PaymentPage | None, reminder: Reminder, *, payment_reference: str, language: str) -> str:
    """Where `reminder` can be paid; empty where there is no page, none for its currency, or none that its reference leads to.

    The amount is what the message asks for: the sum of its receivables, without those that are not due where others are, and of a
    discount offer less what is taken off. It has a point and the decimals of its currency. Every value is percent-encoded, so that
    none can change where the address leads; `.` and `..` would, however they are encoded.
    """
    if page is None or (page.currencies and reminder.currency not in page.currencies):
        return ""
    values = {
        "payment_reference": payment_reference,
        "amount": _amount(reminder),
        "currency": reminder.currency,
        "language": language,
    }
    url = PLACEHOLDER.sub(lambda found: quote(values[found[1]], safe="", errors="replace"), page.url)
    return url if _dots(url) == _dots(page.url) else ""


def _dots(url: str) -> int:
    """How many steps of the path are `.` or `..`, which browsers take out (RFC 3986, 5.2.4)."""
    return sum(step in {".", ".."} for step in urlsplit(url).path.split("/"))


def _amount(reminder: Reminder) -> str:
    items = [item for item in reminder.items if item.days_overdue >= 0] or reminder.items
    asked = sum((item.open_amount for item in items), Decimal(0))
    if reminder.purpose == "discount_offer":
        asked -= sum((item.discount.discount_amount for item in items if item.discount), Decimal(0))
    return f"{asked:.{DECIMALS.get(reminder.currency, 2)}f}"
