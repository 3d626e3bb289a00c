"""OFX bank statements (Open Financial Exchange): 1.x as SGML without closing tags of values, 2.x as XML.

One row per STMTTRN. FITID is the bank's key of a transaction. QIF, which programs offer beside it, is refused: it does not say
whether 03/04 is in March or in April, and names no account and no currency.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from tasks.extract.bank_files.entry import HEADERS as ENTRY_HEADERS
from tasks.extract.bank_files.entry import Entry, Kind, StatementEnd, reference
from tasks.extract.bank_files.identity import entry_rows
from tasks.extract.bank_files.ofx_events import Event, read_events
from tasks.problems import SourceProblem
from tasks.settings.formats import BankFileFormat

HEADERS = ENTRY_HEADERS
_AMOUNT = re.compile(r"[-+]?[0-9]{1,15}([.,][0-9]{1,5})?")
_DAY = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})([0-9]{4}([0-9]{2}(\.[0-9]{1,6})?)?)?\s*(\[[^\]]*\])?")
_STATEMENTS = frozenset({"STMTRS", "CCSTMTRS"})
TYPES = frozenset(
    {
        "", "CREDIT", "DEBIT", "INT", "DIV", "FEE", "SRVCHG", "DEP", "ATM", "POS", "XFER", "CHECK", "PAYMENT", "CASH",
        "DIRECTDEP", "DIRECTDEBIT", "REPEATPMT", "HOLD", "OTHER",
    }
)  # fmt: skip
"""OFX 2.2, 11.4.4.3: types of transactions. The sign of the amount says the way, and CREDIT and DEBIT may not contradict it."""
AGAIN = "Export it from the bank again, as OFX with account and currency."


@dataclass
class _Statement:
    """One STMTRS or CCSTMTRS. `texts` are those of the transaction that is open, `is_open` whether one is."""

    number: int
    is_card: bool
    currency: str = ""
    account: str = ""
    texts: dict[str, str] = field(default_factory=dict)
    is_open: bool = False
    entries: int = 0


def read(path: Path, file: str, settings: BankFileFormat) -> Iterator[dict[str, str]]:
    """One row per STMTTRN, in file order.

    Raises:
        SourceProblem: no OFX, cut off, a statement without account or currency, or a transaction without amount or date.
    """
    return entry_rows(_entries(path, file, settings))


def _entries(path: Path, file: str, settings: BankFileFormat) -> Iterator[Entry | StatementEnd]:
    statement: _Statement | None = None
    statements = 0
    for event in read_events(path, file, settings.encoding):
        if event.kind == "open" and event.tag in _STATEMENTS:
            statements += 1
            statement = _Statement(statements, is_card=event.tag == "CCSTMTRS")
        elif statement is None:
            if event.tag == "STMTTRN":
                raise SourceProblem.at(file, "a transaction is in no statement of a bank account or card", AGAIN)
        elif event.kind == "close" and event.tag in _STATEMENTS:
            yield StatementEnd()
            statement = None
        elif event.tag == "STMTTRN" and event.kind == "open":
            if statement.is_open:
                raise SourceProblem.at(
                    f"{file}, statement {statement.number}, transaction {statement.entries + 1}",
                    "is still open where the next one begins",
                    AGAIN,
                )
            statement.texts, statement.is_open = {}, True
        elif event.tag == "STMTTRN":
            if event.kind == "value" or not statement.is_open:
                raise SourceProblem.at(
                    f"{file}, statement {statement.number}, transaction {statement.entries + 1}",
                    "is no transaction: it has a text of its own, or ends before it begins",
                    AGAIN,
                )
            statement.is_open = False
            yield _entry(file, statement)
        elif event.tag == "CURRENCY" and event.kind == "open":
            statement.texts[event.tag] = ""  # Its CURSYM is the currency of the amount; ORIGCURRENCY's is not.
        elif event.kind == "value":
            _take(statement, event)
    if not statements:
        raise SourceProblem.at(file, "holds no statement (STMTRS)", AGAIN)


def _take(statement: _Statement, event: Event) -> None:
    if event.tag == "CURSYM" and statement.texts.get("CURRENCY") == "":
        statement.texts["CURRENCY"] = event.text
    elif statement.is_open:
        statement.texts.setdefault(event.tag, event.text)
    elif event.tag == "CURDEF":
        statement.currency = event.text
    elif event.tag == "ACCTID" and not statement.account:
        statement.account = "".join(event.text.split())


def _entry(file: str, statement: _Statement) -> Entry:
    statement.entries += 1
    where = f"statement {statement.number}, transaction {statement.entries}"
    texts = statement.texts
    missing = [
        name
        for name, value in (
            ("CURDEF", statement.currency), ("ACCTID", statement.account),
            ("TRNAMT", texts.get("TRNAMT")), ("DTPOSTED", texts.get("DTPOSTED")),
        )
        if not value
    ]  # fmt: skip
    if missing:
        raise SourceProblem.at(f"{file}, {where}", f"has no {' and no '.join(missing)}", AGAIN)
    if "CORRECTFITID" in texts:
        raise SourceProblem.at(
            f"{file}, {where}",
            "corrects a transaction of another statement (CORRECTFITID), which is not applied by itself",
            "Export the whole period again, so that the corrected transactions are in it.",
        )
    if not _AMOUNT.fullmatch(texts["TRNAMT"]):
        raise SourceProblem.at(f"{file}, {where}", "the amount (TRNAMT) is no number without thousands", AGAIN)
    amount = Decimal(texts["TRNAMT"].replace(",", "."))
    words = [texts.get(name, "") for name in ("NAME", "MEMO")]
    return Entry(
        place=where,
        account=statement.account,
        statement=str(statement.number),
        kind=_kind(texts.get("TRNTYPE", "").upper(), amount, is_card=statement.is_card),
        status="pending" if texts.get("TRNTYPE", "").upper() == "HOLD" else "booked",
        booked_on=_date(texts["DTPOSTED"]),
        value_on=_date(texts.get("DTAVAIL", "")),
        amount=amount,
        currency=texts.get("CURRENCY") or statement.currency,
        type_code=texts.get("TRNTYPE", ""),
        bank_reference=texts.get("FITID", ""),
        end_to_end_id=reference(texts.get("REFNUM", "") or texts.get("CHECKNUM", "")),
        counterparty_name=texts.get("NAME", ""),
        remittance_text=" ".join(" ".join(dict.fromkeys(word for word in words if word)).split()),
    )


def _kind(code: str, amount: Decimal, *, is_card: bool) -> Kind:
    """Money that comes to a credit card is our own payment or a refund to us, never a customer's."""
    if code not in TYPES or (code == "CREDIT" and amount < 0) or (code == "DEBIT" and amount > 0):
        return "unknown"
    if amount == 0:
        return "information"
    if amount < 0:
        return "fee" if code in ("FEE", "SRVCHG") else "outgoing"
    return "returned_order" if is_card else "interest" if code in ("INT", "DIV") else "payment"


def _date(text: str) -> str:
    """`YYYYMMDD`, with a time and a zone or without, as ISO text: the bank's day. Anything else stays as it is, to be refused."""
    found = _DAY.fullmatch(text)
    return f"{found[1]}-{found[2]}-{found[3]}" if found else text
