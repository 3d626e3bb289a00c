"""Norma 43 (AEB/CECA, cuaderno 43, June 2012): the text statements of Spanish banks.

Records of 80 characters, trailing blanks often stripped: 11 account, 22 entry, 23 its texts, 24 its original currency, 33 end
of account, 88 end of file. Amounts are cents in 14 digits; 1 is debit, 2 credit; dates are yymmdd.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Literal

from tasks.extract.bank_files.entry import HEADERS as ENTRY_HEADERS
from tasks.extract.bank_files.entry import Entry, Kind, StatementEnd
from tasks.extract.bank_files.identity import entry_rows
from tasks.extract.bank_files.lines import Line, read_lines
from tasks.extract.bank_files.totals import Tally, Verifier
from tasks.problems import SourceProblem
from tasks.settings.formats import BankFileFormat

HEADERS = ENTRY_HEADERS
RECORD_LENGTH = 80
DAMAGED = "The file was cut or edited; download it from the bank again."
CURRENCIES = {
    "978": "EUR", "840": "USD", "826": "GBP", "756": "CHF", "752": "SEK", "208": "DKK", "578": "NOK", "392": "JPY",
    "985": "PLN", "203": "CZK", "348": "HUF", "504": "MAD", "124": "CAD", "036": "AUD", "484": "MXN", "152": "CLP",
    "170": "COP", "604": "PEN", "032": "ARS", "986": "BRL", "156": "CNY",
}  # fmt: skip
RETURNS, CHARGES, CORRECTIONS = "14", "17", "98"
CONCEPTS = frozenset({*(f"{number:02d}" for number in range(1, 18)), CORRECTIONS, "99"})
"""Common concepts of the cuaderno's annex."""


@dataclass
class _Account:
    """An account's statement while it is read; `entry` is the one whose 23 and 24 records follow."""

    line: int
    number: str
    currency: str
    opening: Decimal
    tally: Tally = field(default_factory=Tally)
    entry: Line | None = None
    texts: list[str] = field(default_factory=list)
    is_credit: bool = False
    amount: Decimal = Decimal(0)


def read(path: Path, file: str, settings: BankFileFormat) -> Iterator[dict[str, str]]:
    """One row per 22 record. Its texts are those of its 23 records.

    Raises:
        SourceProblem: no Norma 43, records missing or out of order, or totals of a 33 or 88 record that do not tie.
    """
    return entry_rows(_entries(path, file, settings))


def _entries(path: Path, file: str, settings: BankFileFormat) -> Iterator[Entry | StatementEnd]:
    verifier = Verifier(file, settings.accept_unbalanced)
    account: _Account | None = None
    records, is_closed = 0, False
    for line in read_lines(path, file, settings.encoding, fallback="latin-1"):
        if not line.text.strip():
            continue
        kind, where = line.text[:2], f"line {line.number}"
        if is_closed:
            raise SourceProblem.at(f"{file}, {where}", "there are records after the 88 record, the end", DAMAGED)
        if len(line.text.rstrip()) > RECORD_LENGTH:
            raise SourceProblem.at(
                f"{file}, {where}", f"has {len(line.text.rstrip())} characters; records have {RECORD_LENGTH}", DAMAGED
            )
        if account is not None and account.entry is not None and kind not in ("23", "24"):
            yield _entry(account, account.entry)
            account.entry = None
        if kind == "88":
            _check_file(verifier, line, records)
            is_closed = True
        elif kind == "11":
            _expect(account is None, file, where, "an account begins before the 33 record of the one before")
            account = _begin(file, line)
        elif account is None:
            _expect(False, file, where, f"the record '{kind}' belongs to no account")
        elif kind == "33":
            yield StatementEnd(opening=_check_account(verifier, file, line, account))
            account = None
        else:
            _add(file, line, kind, account)
        records += 1
    _expect(account is None, file, "the end", "an account has no 33 record: the file is cut off")
    _expect(is_closed, file, "the end", "there is no 88 record: the file is cut off, or is no Norma 43")


def _begin(file: str, line: Line) -> _Account:
    code = _cut(line, 48, 50)
    if code not in CURRENCIES:
        raise SourceProblem.at(
            f"{file}, line {line.number}",
            f"the currency '{code}' (positions 48 to 50) is not known",
            "It must be an ISO 4217 number, such as 978 for EUR; ask the bank.",
        )
    opening = _number(file, line, 34, 47, "the opening balance")
    sign = -1 if _cut(line, 33, 33) == "1" else 1
    return _Account(line.number, _cut(line, 3, 20), CURRENCIES[code], sign * opening / 100)


def _add(file: str, line: Line, kind: str, account: _Account) -> None:
    where = f"line {line.number}"
    if kind == "22":
        sign = _cut(line, 28, 28)
        _expect(sign in ("1", "2"), file, where, "the debit or credit sign (position 28) is neither 1 nor 2")
        account.is_credit = sign == "2"
        cents = _number(file, line, 29, 42, "the amount")
        account.amount = cents / 100 if account.is_credit else -cents / 100
        account.tally.add(account.amount, is_credit=account.is_credit)
        account.entry, account.texts = line, []
    else:
        _expect(kind in ("23", "24"), file, where, f"the record '{kind}' is unknown")
        _expect(account.entry is not None, file, where, f"a {kind} record follows no entry")
        if kind == "23":
            account.texts += [part for part in (_cut(line, 5, 42), _cut(line, 43, 80)) if part]


def _entry(account: _Account, line: Line) -> Entry:
    concept, references = _cut(line, 23, 24), [_cut(line, 43, 52), _cut(line, 53, 64), _cut(line, 65, 80)]
    named = [text for text in references if text.strip("0")]
    return Entry(
        place=f"line {line.number}",
        account=account.number,
        kind=_kind(concept, account.amount),
        booked_on=_date(_cut(line, 11, 16)),
        value_on=_date(_cut(line, 17, 22)),
        amount=account.amount,
        currency=account.currency,
        type_code=f"{concept}-{_cut(line, 25, 27)}".strip("-"),
        remittance_text=" ".join(" ".join([*account.texts, *named]).split()),
    )


def _kind(concept: str, amount: Decimal) -> Kind:
    if concept not in CONCEPTS:
        return "unknown"
    if amount == 0:
        return "information"
    if amount > 0:
        return (
            "returned_order" if concept in (RETURNS, CORRECTIONS) else "interest" if concept == CHARGES else "payment"
        )
    kinds: dict[str, Literal["returned_debit", "fee", "reversal"]] = {
        RETURNS: "returned_debit", CHARGES: "fee", CORRECTIONS: "reversal",
    }  # fmt: skip
    return kinds.get(concept, "outgoing")


def _check_account(verifier: Verifier, file: str, line: Line, account: _Account) -> Decimal | None:
    """The 33 record: counts and sums of both sides, and the closing balance. Returns the opening one if they tie."""
    where, tally = f"line {line.number} (record 33)", account.tally
    _expect(_cut(line, 3, 20) == account.number, file, where, "is of another account than the 11 record before it")
    numbers = [_number(file, line, *place) for place in _TOTALS]
    verifier.count(where, "debits", stated=int(numbers[0]), read=tally.debits)
    verifier.sum(where, "debits", stated=numbers[1] / 100, read=tally.debit_sum)
    verifier.count(where, "credits", stated=int(numbers[2]), read=tally.credits)
    verifier.sum(where, "credits", stated=numbers[3] / 100, read=tally.credit_sum)
    sign, closing = _cut(line, 59, 59), numbers[4] / 100
    if sign not in ("1", "2"):  # Some banks leave the sign at 0: then only the size can be compared.
        closing = closing if account.opening + tally.net >= 0 else -closing
    elif sign == "1":
        closing = -closing
    if numbers[4] == 0 and sign not in ("1", "2"):
        return None  # Neither balance nor sign: extracts of cards state none.
    return verifier.balance(where, opening=account.opening, tally=tally, closing=closing, currency=account.currency)


_TOTALS = (
    (21, 25, "the number of debits"),
    (26, 39, "the sum of debits"),
    (40, 44, "the number of credits"),
    (45, 58, "the sum of credits"),
    (60, 73, "the closing balance"),
)


def _check_file(verifier: Verifier, line: Line, records: int) -> None:
    """The 88 record counts the records; the cuaderno leaves itself out, some banks count it too."""
    stated = int(_number(verifier.file, line, 21, 26, "the number of records"))
    if stated != records + 1:
        verifier.count(f"line {line.number} (record 88)", "records before it", stated=stated, read=records)


def _number(file: str, line: Line, first: int, last: int, what: str) -> Decimal:
    digits = line.text[first - 1 : last]
    if len(digits) != last - first + 1 or not (digits.isascii() and digits.isdigit()):
        raise SourceProblem.at(
            f"{file}, line {line.number}", f"{what} (positions {first} to {last}) is not all digits", DAMAGED
        )
    return Decimal(digits)


def _cut(line: Line, first: int, last: int) -> str:
    return line.text[first - 1 : last].strip()


def _date(digits: str) -> str:
    """`yymmdd` as ISO text, of this century; what is no such date stays as it is and is refused with its row."""
    return f"20{digits[:2]}-{digits[2:4]}-{digits[4:]}" if len(digits) == 6 and digits.isdigit() else digits


def _expect(holds: bool, file: str, where: str, what: str) -> None:
    if not holds:
        raise SourceProblem.at(f"{file}, {where}", what, DAMAGED)
