"""camt.052, camt.053 and camt.054 (ISO 20022 bank to customer: report, statement, notification), all versions in use (02 to 13).

One row per transaction where the bank gives transactions with amounts, else one per entry; what it gives adds up to the entry.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from tasks.extract.bank_files.camt_entry import entries_of, signed
from tasks.extract.bank_files.entry import HEADERS as ENTRY_HEADERS
from tasks.extract.bank_files.entry import Entry, StatementEnd
from tasks.extract.bank_files.identity import entry_rows
from tasks.extract.bank_files.messages import (
    Element,
    Message,
    amount_of,
    currency_of,
    name_of,
    open_messages,
    stated_number,
    text_at,
)
from tasks.extract.bank_files.totals import Tally, Verifier
from tasks.problems import SourceProblem
from tasks.settings.formats import BankFileFormat

HEADERS = ENTRY_HEADERS
KINDS = frozenset({"camt.052", "camt.053", "camt.054"})
STATEMENTS = frozenset({"Rpt", "Stmt", "Ntfctn"})
_PAGES = ("MsgPgntn", "RptPgntn", "StmtPgntn", "NtfctnPgntn")


@dataclass
class _Statement:
    """One statement while it is read. `tally` counts booked entries, `all_tally` pending ones too."""

    where: str
    number: str
    page: str = ""
    account: str = ""
    currency: str = ""
    balances: dict[str, Decimal] = field(default_factory=dict)
    summary: Element | None = None
    tally: Tally = field(default_factory=Tally)
    all_tally: Tally = field(default_factory=Tally)
    entries: int = 0


def read(path: Path, file: str, settings: BankFileFormat) -> Iterator[dict[str, str]]:
    """One row per transaction, in file order.

    Raises:
        SourceProblem: no camt message, malformed, or stated balances, sums or counts that do not tie.
    """
    return entry_rows(
        entry
        for message in open_messages(path, file, KINDS)
        for entry in _entries(message, Verifier(message.file, settings.accept_unbalanced))
    )


def _entries(message: Message, verifier: Verifier) -> Iterator[Entry | StatementEnd]:
    statement: _Statement | None = None
    count, page = 0, ""
    for element in message.elements([*_PAGES, "Id", "Acct", "Bal", "TxsSummry", "Ntry"]):
        parent = element.getparent()
        name = name_of(element)
        if name == "MsgPgntn":
            page = text_at(element, "PgNb")
        if parent is None or name_of(parent) not in STATEMENTS:
            if name == "Ntry":
                raise SourceProblem.at(message.file, "an entry (Ntry) is in no statement", "Get the file again.")
            continue
        if name == "Id":
            if statement is not None:
                yield _end(message, verifier, statement)
            count += 1
            statement = _Statement(f"statement {count}", (element.text or "").strip(), page)
        elif statement is None:
            raise SourceProblem.at(message.file, f"a {name} stands before the statement's Id", "Get the file again.")
        elif name == "Ntry":
            yield from _read_entry(message, verifier, statement, element)
        else:
            _read_header(message, statement, name, element)
    if statement is None:
        raise SourceProblem.at(message.file, "holds no statement", "Get the file from the bank again.")
    yield _end(message, verifier, statement)


def _read_header(message: Message, statement: _Statement, name: str, element: Element) -> None:
    if name == "Acct":
        statement.account = text_at(element, "Id/IBAN", "Id/Othr/Id").replace(" ", "")
        statement.currency = text_at(element, "Ccy")
    elif name in _PAGES:
        statement.page = text_at(element, "PgNb")
    elif name == "TxsSummry":
        statement.summary = deepcopy(element)  # The stream clears it before the next element.
    else:
        amount = element.find("{*}Amt")
        if amount is not None:
            statement.currency = statement.currency or currency_of(amount)
            if currency_of(amount) == statement.currency:
                value = signed(element, amount_of(amount, message.file, statement.where))
                statement.balances.setdefault(text_at(element, "Tp/CdOrPrtry/Cd"), value)


def _read_entry(message: Message, verifier: Verifier, statement: _Statement, element: Element) -> Iterator[Entry]:
    statement.entries += 1
    where = f"{statement.where}, entry {statement.entries}"
    found = entries_of(element, verifier, where, account=statement.account, statement=statement.number)
    for entry in found:
        statement.currency = statement.currency or entry.currency
        if entry.currency != statement.currency:
            raise SourceProblem.at(
                f"{message.file}, {where}",
                f"is in {entry.currency}, and the account in {statement.currency}",
                "Entries are in the account's currency; get the file from the bank again.",
            )
    total = sum((entry.amount for entry in found), Decimal(0))
    is_credit = text_at(element, "CdtDbtInd") == "CRDT"
    statement.all_tally.add(total, is_credit=is_credit)
    if found[0].status == "booked":
        statement.tally.add(total, is_credit=is_credit)
    yield from found


def _end(message: Message, verifier: Verifier, statement: _Statement) -> StatementEnd:
    """Checks what the statement says of itself. What names it: see `StatementEnd`.

    Reports (camt.052) of one day have the same entries again and again under new numbers; each notification (camt.054) and
    each page of a statement has its own.
    """
    if statement.summary is not None:
        for path, what in (("TtlNtries", "entries"), ("TtlCdtNtries", "credits"), ("TtlDbtNtries", "debits")):
            _check_summary(verifier, statement, path, what)
    opening = _opening(message, verifier, statement)
    is_only_here = message.kind == "camt.054" or bool(statement.page)
    return StatementEnd(opening=opening, name=f"{statement.number} {statement.page}" if is_only_here else "")


def _opening(message: Message, verifier: Verifier, statement: _Statement) -> Decimal | None:
    """The balance before the entries of a statement (camt.053), where they lead to the one after them or only one is stated."""
    opening = statement.balances.get("OPBD", statement.balances.get("PRCD"))
    closing = statement.balances.get("CLBD")
    if message.kind != "camt.053":
        return None
    if opening is None or closing is None:
        return closing - statement.tally.net if closing is not None else opening
    return verifier.balance(
        statement.where, opening=opening, tally=statement.tally, closing=closing, currency=statement.currency
    )


def _check_summary(verifier: Verifier, statement: _Statement, path: str, what: str) -> None:
    """Banks count pending entries or leave them out; one of both has to tie."""
    stated = (text_at(statement.summary, f"{path}/NbOfNtries"), text_at(statement.summary, f"{path}/Sum"))
    candidates = [_side(tally, what) for tally in (statement.tally, statement.all_tally)]
    if not any(_fits(stated, count, total) for count, total in candidates):
        count, total = candidates[1]
        verifier.fail(
            statement.where,
            f"states {stated[0] or 'no number of'} {what} of {stated[1] or 'no sum'}, and {count} of {total:.2f} were read",
        )


def _side(tally: Tally, what: str) -> tuple[int, Decimal]:
    if what == "entries":
        return tally.credits + tally.debits, tally.credit_sum + tally.debit_sum
    return (tally.credits, tally.credit_sum) if what == "credits" else (tally.debits, tally.debit_sum)


def _fits(stated: tuple[str, str], count: int, total: Decimal) -> bool:
    number, amount = stated
    return (not number or number.lstrip("0") == str(count or "")) and (not amount or stated_number(amount) == total)
