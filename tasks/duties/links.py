"""The links of the chain that is confirmed before a due date, and what people may record about them. Closed lists, no logic."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, get_args

Link = Literal[
    "invoice_received", "goods_received", "direct_debit_ready", "payment_document_missing", "payment_scheduled"
]
"""Purposes that ask for a confirmation, in the order in which they are asked (docs/duties.md)."""
ConfirmationKind = Literal[
    "invoice_received", "goods_received", "direct_debit", "payment_document", "payment_scheduled", "whatsapp_opt_in"
]
"""What a customer can confirm: `ledger.confirmations.kind`."""

LINKS: tuple[Link, ...] = get_args(Link)
CONFIRMATION_KINDS: tuple[ConfirmationKind, ...] = get_args(ConfirmationKind)
CONFIRMS: Mapping[Link, ConfirmationKind] = MappingProxyType({
    "invoice_received": "invoice_received",
    "goods_received": "goods_received",
    "direct_debit_ready": "direct_debit",
    "payment_document_missing": "payment_document",
    "payment_scheduled": "payment_scheduled",
})  # fmt: skip
"""The kind of confirmation that answers each link with yes."""
