"""One direct debit that we ordered, or what a bank says of one: the rows of pain.008 and pain.002."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields


@dataclass(frozen=True, kw_only=True)
class Order:
    """All texts as the message has them; blank where it says nothing.

    `message_id`, `batch_id` and `end_to_end_id` are those of the order, also in an answer to it. An answer without
    `end_to_end_id` is about the whole batch, and one without `batch_id` too about the whole message. `status` is blank in
    orders and ISO 20022's code (RJCT, ACCP …) in answers. `stated_on` is the day of the message.
    """

    place: str
    stated_on: str
    message_id: str
    batch_id: str = ""
    end_to_end_id: str = ""
    original_kind: str = ""
    status: str = ""
    reason_code: str = ""
    collect_on: str = ""
    amount: str = ""
    currency: str = ""
    mandate_id: str = ""
    mandate_signed_on: str = ""
    sequence_type: str = ""
    scheme: str = ""
    debtor_name: str = ""
    debtor_account: str = ""
    creditor_reference: str = ""
    document_number: str = ""
    remittance_text: str = ""


HEADERS: tuple[str, ...] = ("order_id", *(field.name for field in fields(Order)))


def order_rows(orders: Iterable[Order]) -> Iterator[dict[str, str]]:
    """The orders of one message as text by `HEADERS`, each with an `order_id`.

    The id is a hash of its references, day and status, and of how many such there were in the message before it: a message
    that was sent twice has the same ids again.
    """
    seen: Counter[bytes] = Counter()
    for order in orders:
        identity = (
            order.message_id, order.batch_id, order.end_to_end_id, order.stated_on, order.status, order.reason_code,
            order.amount,
        )  # fmt: skip
        digest = hashlib.sha256("\x1f".join(identity).encode()).digest()[:16]
        seen[digest] += 1
        suffix = "" if seen[digest] == 1 else f"-{seen[digest]}"
        row = {field.name: str(getattr(order, field.name)) for field in fields(Order)}
        row["order_id"] = f"{digest.hex()[:24]}{suffix}"
        yield row
