"""What paying late costs and paying early saves, in the words that templates use."""

from __future__ import annotations

from decimal import Decimal
from typing import TypedDict

from babel import Locale

from tasks.consequences.wording import claim_lines, discount_line
from tasks.remind.reminder import Reminder
from tasks.remind.wording import money

LINES_SHOWN = 12
"""Claims listed with their arithmetic, and discounts listed; the totals are over all of them."""


class ClaimWords(TypedDict):
    """What is claimed on a receivable beside itself, and the lines that show how it comes about."""

    title: str
    arithmetic: list[str]


class ConsequenceWords(TypedDict):
    """What late payment costs and early payment saves; empty where the strategy charges and offers nothing.

    `claims_total` is the sum over all claims, `claims_not_shown` how many of them are not listed (0: none); the same for
    discounts. `discounted_amount` is what the whole message comes to when every discount is taken.
    """

    claims: list[ClaimWords]
    claims_not_shown: int
    claims_total: str
    discounts: list[str]
    discounts_not_shown: int
    discounts_total: str
    discounted_amount: str


def consequence_words(reminder: Reminder, locale: Locale) -> ConsequenceWords:
    """The vocabulary's `consequences` for one reminder."""
    currency = reminder.currency
    claims = [(item, claim) for item in reminder.items for claim in item.claims]
    lines = [claim_lines(claim, document=item.document_number, locale=locale) for item, claim in claims[:LINES_SHOWN]]
    claimed = sum((claim.amount for _, claim in claims), Decimal(0))
    offers = [(item.document_number, item.discount) for item in reminder.items if item.discount is not None]
    off = sum((discount.discount_amount for _, discount in offers), Decimal(0))
    owed = sum((item.open_amount for item in reminder.items), Decimal(0))
    return {
        "claims": [{"title": title, "arithmetic": list(arithmetic)} for title, *arithmetic in lines],
        "claims_not_shown": len(claims) - len(lines),
        "claims_total": money(claimed, currency, locale) if claims else "",
        "discounts": [
            discount_line(discount, document=document, locale=locale) for document, discount in offers[:LINES_SHOWN]
        ],
        "discounts_not_shown": max(0, len(offers) - LINES_SHOWN),
        "discounts_total": money(off, currency, locale) if offers else "",
        "discounted_amount": money(owed - off, currency, locale) if offers else "",
    }
