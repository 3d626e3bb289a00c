"""What a customer answers with no: a task of ours where something of ours is missing, a dispute where it is not for us to do."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from tasks.duties.kinds import Duty
from tasks.ledger.knowledge import Dispute, DutyEntry


class Denied(StrEnum):
    """What the customer says is not so."""

    INVOICE_RECEIVED = "invoice_received"
    GOODS_RECEIVED = "goods_received"
    PURCHASE_ORDER = "purchase_order"
    PRICE = "price"
    DIRECT_DEBIT = "direct_debit"
    PAYMENT_DOCUMENT = "payment_document"
    PAYMENT_SCHEDULED = "payment_scheduled"


OURS: Mapping[Denied, Duty] = MappingProxyType({
    Denied.INVOICE_RECEIVED: "document_not_sent",
    Denied.GOODS_RECEIVED: "goods_not_received",
    Denied.PURCHASE_ORDER: "purchase_order_wrong",
    Denied.PRICE: "price_not_agreed",
    Denied.DIRECT_DEBIT: "mandate_not_ready",
})  # fmt: skip
"""What we then have to do. Who will not send his payment document, or will not schedule the payment, objects to something."""


def what_follows(
    denied: Denied, *, customer_id: str, receivable_id: str | None, note: str, author: str, on: date
) -> DutyEntry | Dispute:
    """What the ledger learns when a customer answers with no; `on` is the day of the answer."""
    if denied in OURS:
        return DutyEntry(
            customer_id=customer_id,
            receivable_id=receivable_id,
            duty=OURS[denied],
            is_met=False,
            noted_on=on,
            note=note or None,
            author=author,
            recorded_on=on,
        )
    return Dispute(
        customer_id=customer_id,
        receivable_id=receivable_id,
        reason=note or f"answered no to {denied}",
        opened_on=on,
        author=author,
        recorded_on=on,
    )
