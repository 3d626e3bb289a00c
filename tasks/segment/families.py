"""What each purpose of a step goes with: the side of the due date that it makes sense on, and what may share its message."""

from __future__ import annotations

from typing import Literal, cast

from tasks.duties.links import LINKS, Link
from tasks.segment.ladders import Purpose

Phase = Literal["before", "due", "after", "any"]
Family = (
    Link | Literal["payment", "offer", "thank_you", "suspension_deadline", "suspension", "legal_deadline", "hand_over"]
)

BEFORE_DUE: tuple[Purpose, ...] = (
    "invoice_received",
    "goods_received",
    "direct_debit_ready",
    "payment_scheduled",
    "pre_due",
    "discount_offer",
)
"""Purposes that make sense until the day before the due date only."""
AFTER_DUE: tuple[Purpose, ...] = ("overdue", "suspension_deadline", "suspension", "legal_deadline", "hand_over")
"""Purposes that speak of a delay, and so never come before one."""


def phase_of(purpose: Purpose) -> Phase:
    """On which side of the due date a purpose makes sense; `any` binds it to neither."""
    if purpose in BEFORE_DUE:
        return "before"
    if purpose in AFTER_DUE:
        return "after"
    return "due" if purpose == "due" else "any"


def family_of(purpose: str) -> Family:
    """What may stand in one message: a threat, an offer and each question speak only of the receivables they are meant for."""
    if purpose in ("suspension_deadline", "suspension", "legal_deadline", "hand_over", "thank_you", *LINKS):
        return cast("Family", purpose)
    return "offer" if purpose == "discount_offer" else "payment"
