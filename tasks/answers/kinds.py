"""What a debtor can answer: closed lists, no logic. Each kind has its own page at `/a/<token>/<kind>`."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from tasks.duties.links import CONFIRMS, ConfirmationKind, Link
from tasks.ledger.knowledge import DisputeKind


class AnswerKind(StrEnum):
    """In the order in which the page offers them."""

    CONFIRM = "confirm"
    PAID = "paid"
    PROMISE = "promise"
    DISPUTE = "dispute"
    COPY = "copy"
    CONTACT = "contact"


CONFIRMABLE: tuple[ConfirmationKind, ...] = (
    "invoice_received",
    "goods_received",
    "direct_debit",
    "payment_document",
    "payment_scheduled",
)
"""What a debtor can confirm by himself. Leave to write by WhatsApp is asked for elsewhere."""

DISPUTABLE: tuple[DisputeKind, ...] = tuple(kind for kind in DisputeKind if kind is not DisputeKind.PAID_ALREADY)
"""Reasons to object that the page offers; who has paid says so on the page for it, with the day."""

ASKED_BY: Mapping[str, ConfirmationKind] = MappingProxyType({str(link): kind for link, kind in CONFIRMS.items()})
"""The purpose of a message to what it asks to confirm, which its page has ticked already."""

__all__ = ["ASKED_BY", "CONFIRMABLE", "DISPUTABLE", "AnswerKind", "ConfirmationKind", "Link"]
