"""Messages of banks that tell of the same money: a statement, and the reports or notifications of its day.

A notification (camt.054) has the transactions of what a statement (camt.053) has as one entry, and reports (camt.052, MT942)
have what the statement of the day will have. Their entries have no key in common, so that both together count money twice.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tasks.extract.bank_files.camt import KINDS, STATEMENTS
from tasks.extract.bank_files.messages import name_of, open_messages, text_at
from tasks.extract.bank_files.mt940 import account_of
from tasks.problems import Problem, SourceProblem
from tasks.settings.formats import BankStandard

FAMILIES: tuple[tuple[str, ...], ...] = (("camt.053", "camt.052", "camt.054"), ("MT940", "MT942"))


@dataclass(frozen=True)
class BankFile:
    """A file of a source; `name` is what users know it by."""

    path: Path
    name: str
    source: str
    standard: BankStandard


def same_money_problems(files: Iterable[BankFile]) -> Iterator[Problem]:
    """One problem per pair of kinds of messages that some account has in these files; files are opened fully only then.

    Files that cannot be read are passed over: their readers say what is wrong with them.
    """
    by_kind: dict[str, list[BankFile]] = {}
    for file in files:
        for kind in _kinds(file):
            by_kind.setdefault(kind, []).append(file)
    for family in FAMILIES:
        present = [kind for kind in family if kind in by_kind]
        accounts = {kind: _by_account(kind, by_kind[kind]) for kind in present} if len(present) > 1 else {}
        for first, second in ((a, b) for i, a in enumerate(present) for b in present[i + 1 :]):
            if shared := sorted(accounts[first].keys() & accounts[second].keys()):
                yield _problem(first, second, accounts[first][shared[0]], accounts[second][shared[0]])


def _problem(first: str, second: str, kept: BankFile, other: BankFile) -> Problem:
    return Problem(
        "error",
        f"{other.name} ({other.source})",
        f"is a {second} of an account of which {kept.name} ({kept.source}) is a {first}: they have the same money, and it "
        "would be counted twice",
        f"Keep one kind per account, the {first} if you have it for every day: narrow the source's path, or move the others away.",
    )


def _by_account(kind: str, files: Collection[BankFile]) -> dict[str, BankFile]:
    """The first file of each account that has messages of this kind."""
    found: dict[str, BankFile] = {}
    for file in files:
        for account, own in _accounts(file):
            if own == kind:
                found.setdefault(account, file)
    return found


def _kinds(file: BankFile) -> set[str]:
    if file.standard == "mt940":
        return {kind for _, kind in _accounts(file)}
    try:
        return (
            {message.kind for message in open_messages(file.path, file.name, KINDS)}
            if file.standard == "camt"
            else set()
        )
    except (SourceProblem, OSError):
        return set()


def _accounts(file: BankFile) -> set[tuple[str, str]]:
    """Accounts and the kind of message that has them."""
    try:
        return set(_swift_accounts(file.path) if file.standard == "mt940" else _camt_accounts(file))
    except (SourceProblem, OSError):
        return set()


def _camt_accounts(file: BankFile) -> Iterator[tuple[str, str]]:
    for message in open_messages(file.path, file.name, KINDS):
        for element in message.elements(["Acct", "Ntry"]):
            parent = element.getparent()
            if name_of(element) == "Acct" and parent is not None and name_of(parent) in STATEMENTS:
                yield text_at(element, "Id/IBAN", "Id/Othr/Id").replace(" ", ""), message.kind


def _swift_accounts(path: Path) -> Iterator[tuple[str, str]]:
    account = ""
    with path.open("rb") as stream:
        for line in stream:
            tag, _, value = line[1:].partition(b":") if line.startswith(b":") else (b"", b"", b"")
            if tag in (b"25", b"25P"):
                account = account_of(value.decode("latin-1"))
            elif tag in (b"60F", b"60M"):
                yield account, "MT940"
            elif tag == b"34F":
                yield account, "MT942"
