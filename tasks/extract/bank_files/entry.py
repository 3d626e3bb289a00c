"""One entry of a statement, whatever the standard, and the key by which it is known again in other statements."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Literal

Kind = Literal["payment", "returned_debit", "reversal", "returned_order", "outgoing", "fee", "interest", "information"]
"""What an entry is to a creditor.

* payment: money came in.
* returned_debit: a direct debit or bill that we had collected was taken back.
* reversal: the bank took back another credit.
* returned_order: our own money came back (a returned transfer of ours, a reversed charge).
* outgoing, fee: money went out. interest: the bank paid interest.
* information: an entry of zero.
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


HEADERS: tuple[str, ...] = ("entry_id", *(field.name for field in fields(Entry)))


def entry_rows(entries: Iterable[Entry]) -> Iterator[dict[str, str]]:
    """The entries as text by `HEADERS`, each with an `entry_id` that other statements of the account give it too.

    The id is a hash of account, booking date, amount, currency and the references, or the text where the bank gives no
    reference of its own, and of how many such entries the day already had: so two equal transfers of one day stay two, and a statement that
    repeats a day repeats its ids. The booking date is part of it because banks use short references again.
    """
    seen: Counter[bytes] = Counter()
    for entry in entries:
        digest = hashlib.sha256("\x1f".join(_identity(entry)).encode()).digest()[:16]
        seen[digest] += 1
        suffix = "" if seen[digest] == 1 else f"-{seen[digest]}"
        row = {field.name: str(getattr(entry, field.name)) for field in fields(Entry)}
        row["amount"] = format(entry.amount, "f")
        row["entry_id"] = f"{entry.booked_on.replace('-', '')}-{digest.hex()[:20]}{suffix}"
        yield row


def reference(text: str) -> str:
    """`text` without surrounding blanks, and blank where it only says that there is no reference."""
    bare = text.strip()
    return "" if bare.upper() in NO_REFERENCE else bare


def _identity(entry: Entry) -> tuple[str, ...]:
    told = (entry.counterparty_account, entry.counterparty_name, entry.remittance_text)
    named = (entry.bank_reference or " ".join(told), entry.end_to_end_id)
    words = " ".join(" ".join(named).split()).casefold()
    return entry.account, entry.booked_on, format(entry.amount, ".2f"), entry.currency, words
