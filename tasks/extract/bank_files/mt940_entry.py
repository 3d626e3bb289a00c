"""Field 61 of an MT940 or MT942 with the field 86 that explains it, as one entry."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal

from tasks.extract.bank_files.entry import Entry, Kind, reference
from tasks.extract.bank_files.mt940_narrative import Narrative, read_narrative
from tasks.extract.bank_files.mt940_totals import decimal_of
from tasks.problems import SourceProblem

_FIELD_61 = re.compile(
    r"(?P<value>[0-9]{6})(?P<booked>[0-9]{4}| {4})?(?P<mark>R[CD]|E[CD]|[CD])[A-Z]?"
    r"(?P<amount>[0-9]{1,15}(?:,[0-9]*)?)(?P<type>[A-Z][A-Z0-9 ]{3})(?P<rest>.*)$"
)
REFERENCE_LENGTH = 16
CREDITS = frozenset({"C", "RD", "EC"})
"""Marks with which money comes in: credit, and the reversal (R) of a debit. EC and ED are expected, not booked."""
RETURNED_DEBITS = frozenset({"108", "109", "RTI"})
"""Codes of a direct debit of ours that comes back: German GVC of SEPA B2B and Core returns; SWIFT 'returned item'."""
RETURNED_ORDERS = frozenset({"159", "181", "184"})
"""German GVC of our own money that comes back: returned transfer, refunded direct debit."""
CHARGES = frozenset({"CHG", "COM", "805", "807", "808", "809", "814"})


@dataclass
class Movement:
    """Field 61 as read. `details` and `narrative`: its further lines and those of field 86, as they stand."""

    line: int
    value_on: str
    booked_on: str
    mark: str
    amount: Decimal
    type_code: str
    customer_reference: str
    bank_reference: str
    details: list[str] = field(default_factory=list)
    narrative: list[str] = field(default_factory=list)

    @property
    def is_credit(self) -> bool:
        return self.mark in CREDITS


def read_movement(where: str, line: int, value: str) -> Movement:
    """Field 61.

    Raises:
        SourceProblem: dates, mark, amount or type are not where the standard has them.
    """
    matched = _FIELD_61.match(value)
    if matched is None:
        raise SourceProblem.at(
            where,
            "the entry (:61:) cannot be read: dates, debit or credit mark, amount or type are not as in MT940",
            "Download the statement from the bank again; if it stays so, ask the bank for camt.053.",
        )
    named, _, bank = matched["rest"].partition("//")
    movement = Movement(
        line=line,
        value_on=_date(matched["value"]),
        booked_on=_booked_on(matched["value"], matched["booked"]),
        mark=matched["mark"],
        amount=decimal_of(matched["amount"]),
        type_code=matched["type"].strip(),
        customer_reference=reference(named[:REFERENCE_LENGTH]),
        bank_reference=reference(bank),
    )
    if named[REFERENCE_LENGTH:].strip():
        movement.details.append(named[REFERENCE_LENGTH:])
    return movement


def entry_of(movement: Movement, account: str, statement: str, currency: str) -> Entry:
    """The movement as an entry, with what its field 86 says."""
    told = read_narrative(movement.narrative)
    details = " ".join(" ".join(movement.details).split())
    amount = movement.amount if movement.is_credit else -movement.amount
    kind = _kind(movement, told, amount)
    customer_reference = told.end_to_end_id or movement.customer_reference
    return Entry(
        place=f"line {movement.line}",
        account=account,
        statement=statement,
        kind=kind,
        status="pending" if movement.mark in ("EC", "ED") else "booked",
        booked_on=movement.booked_on,
        value_on=movement.value_on,
        amount=amount,
        currency=currency,
        type_code="-".join(code for code in (movement.type_code, told.code) if code),
        bank_reference=movement.bank_reference,
        end_to_end_id=customer_reference,
        our_reference=customer_reference if kind == "returned_debit" or told.mandate_id else "",
        mandate_id=told.mandate_id,
        counterparty_name=told.name,
        counterparty_account=told.account,
        creditor_reference=told.creditor_reference,
        remittance_text=" ".join(text for text in (told.text, details) if text),
        return_reason=told.return_reason,
    )


def _kind(movement: Movement, told: Narrative, amount: Decimal) -> Kind:
    if amount == 0:
        return "information"
    codes = {movement.type_code[1:], told.code}
    if amount > 0:
        is_ours = movement.mark == "RD" or codes & RETURNED_ORDERS or told.return_reason
        return "returned_order" if is_ours else "interest" if "INT" in codes else "payment"
    if codes & RETURNED_DEBITS or told.return_reason:
        return "returned_debit"
    return "reversal" if movement.mark == "RC" else "fee" if codes & CHARGES else "outgoing"


def _date(digits: str) -> str:
    """`yymmdd` as ISO text, whether or not there is such a day; 80 to 99 are 19xx, as SWIFT reads them."""
    century = "19" if digits[:2] >= "80" else "20"
    return f"{century}{digits[:2]}-{digits[2:4]}-{digits[4:]}"


def _booked_on(value: str, booked: str | None) -> str:
    """The booking date: `mmdd` in the value date's year, or in the next or last one at the turn of the year."""
    value_on = _date(value)
    if booked is None or not booked.strip():
        return value_on
    year, months_apart = int(value_on[:4]), int(booked[:2]) - int(value_on[5:7])
    year += -1 if months_apart > 6 else 1 if months_apart < -6 else 0  # Never half a year apart.
    return f"{year}-{booked[:2]}-{booked[2:]}"
