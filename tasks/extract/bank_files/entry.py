"""One entry of a statement, whatever the standard, and what a reader says at the statement's end."""

from __future__ import annotations

from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Literal

Kind = Literal[
    "payment", "returned_debit", "reversal", "returned_order", "outgoing", "fee", "interest", "information", "unknown"
]
"""What an entry is to a creditor.

* payment: money came in.
* returned_debit: a direct debit or bill that we had collected was taken back.
* reversal: the bank took back another credit.
* returned_order: our own money came back (a returned transfer of ours, a reversed charge).
* outgoing, fee: money went out. interest: the bank paid interest.
* information: an entry of zero.
* unknown: its status or mark is none of the standard, or contradicts its amount. No contract knows the word, so it is refused.
"""

Status = Literal["booked", "pending"]
NO_REFERENCE = frozenset({"", "NONREF", "NOTPROVIDED", "NOT PROVIDED", "NONE"})
"""What banks write where there is no reference (SWIFT MT940 field 61/7; EPC rulebooks, AT-41)."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """`amount` is signed like money (positive came in), in `currency`; None where the file's text is no number.

    Dates are ISO texts as the file has them, even where there is no such day: the mapping judges them. `place` says where
    in the file, without values. `our_reference`: the reference that we gave an order which this entry settles or takes
    back. `creditor_reference`, `document_number`: what the payer named in structured form; of several documents none is the
    number, and all stand in `remittance_text`.
    """

    place: str
    account: str
    kind: Kind
    booked_on: str
    amount: Decimal
    currency: str
    value_on: str = ""
    status: Status = "booked"
    statement: str = ""
    type_code: str = ""
    bank_reference: str = ""
    end_to_end_id: str = ""
    our_reference: str = ""
    mandate_id: str = ""
    counterparty_name: str = ""
    counterparty_account: str = ""
    creditor_reference: str = ""
    document_number: str = ""
    remittance_text: str = ""
    return_reason: str = ""


@dataclass(frozen=True, kw_only=True)
class StatementEnd:
    """Stands after the entries of one statement and says what tells it from other statements of the account.

    `opening`: the balance before its entries, where they lead to the balance after them. `name`: what names it where
    there are no such balances and no other statement repeats its entries; blank where others may, as reports of a day do.
    """

    opening: Decimal | None = None
    name: str = ""


HEADERS: tuple[str, ...] = ("entry_id", *(field.name for field in fields(Entry)))


def reference(text: str) -> str:
    """`text` without surrounding blanks, and blank where it only says that there is no reference."""
    bare = text.strip()
    return "" if bare.upper() in NO_REFERENCE or not bare.strip("0") else bare
