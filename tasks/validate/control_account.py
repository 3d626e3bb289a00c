"""The tie-out: what is open by our books against the balance of the customers' control account, per currency.

The file is a CSV with the header `account,currency,balance,date` and a decimal point, as a trial balance is exported: a
line per account (customers, bills, doubtful debts, advances) and currency, debit positive. The accounts of a currency and
day are added up. A run compares the lines of its own day; lines without a date are always its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from tasks.problems import DatasetRejected, Problem
from tasks.settings.load import Workspace
from tasks.validate.control_file import currency, figure, read_lines
from tasks.warehouse.connection import Connection

CONTROL_PARTS = "staging.control_parts"
LARGEST = 5
_HEADER = ("account", "currency", "balance", "date")
_FIX_FILE = (
    "Write one line per account, currency and day under the header account,currency,balance,date, with a decimal point and "
    "dates as yyyy-mm-dd."
)
_FIX = (
    "Put right what is named here, or deliver the exports and the balance of the same moment; control_tolerance accepts a "
    "difference."
)
_BALANCE_PARTS = {
    "open_items": "open invoices and debit notes",
    "credit_notes": "open credit notes",
    "unapplied_payments": "unapplied payments",
}
_OTHER_PARTS = {
    "refused_receivables": "receivables in quarantine",
    "refused_payments": "payments in quarantine",
    "repeated_receivables": "files with duplicate receivables",
    "repeated_payments": "files with duplicate payments",
    "unmatched_payments": "payments that name what nobody knows",
    "stated_more": "receivables stated open for more than the payments leave",
    "stated_less": "receivables stated open for less than the payments leave",
}
# What the account holds and our open amounts do not: with it, the account would agree.
_EXPLAINING = ("refused_receivables", "refused_payments", "stated_more")


@dataclass(frozen=True)
class Balance:
    """The balance of one account in one currency at the end of a day (None: of the day that is run), debit positive."""

    account: str
    currency: str
    amount: Decimal
    on: date | None


@dataclass(frozen=True)
class Part:
    """`items` things of one kind that sum to `amount`."""

    items: int
    amount: Decimal


def read_balances(path: Path) -> tuple[Balance, ...]:
    """The balances of the control accounts in `path`.

    Raises:
        SettingsProblem: the file is missing, has another header, or lines that cannot be used; all lines are listed.
    """
    return read_lines(path, "control account", _HEADER, _FIX_FILE, _balance)


def missing_balance(workspace: Workspace, as_of: date) -> Iterator[Problem]:
    """A warning where the file of balances has none of `as_of`: nothing is compared then.

    Raises:
        SettingsProblem: as `read_balances`.
    """
    balances = _balances(workspace)
    if workspace.settings.control_account is None or _of_the_day(balances, as_of):
        return
    earlier = [balance.on for balance in balances if balance.on is not None and balance.on < as_of]
    newest = f"the newest before it is of {max(earlier)}" if earlier else "and none of an earlier day"
    yield Problem(
        "warning",
        f"control account {workspace.settings.control_account}",
        f"has no balance of {as_of} ({newest}), so what is open was not compared",
        "Deliver the balance of the day with the exports.",
    )


def differences(
    connection: Connection, workspace: Workspace, as_of: date, *, with_documents: bool = False
) -> Iterator[Problem]:
    """An error for each currency of which the balance differs by more than `control_tolerance` from what is open.

    Needs `staging.control_parts`. `with_documents` names the largest disagreeing documents, which only the person who
    asks may see.
    """
    of_the_day = _of_the_day(_balances(workspace), as_of)
    if not of_the_day:
        return
    parts = _parts(connection)
    for code in sorted({balance.currency for balance in of_the_day} | parts.keys()):
        stated = sum((balance.amount for balance in of_the_day if balance.currency == code), Decimal(0))
        own = parts.get(code, {})
        difference = stated - _sum(own, _BALANCE_PARTS)
        if abs(difference) > workspace.settings.control_tolerance:
            what = _told(code, stated, own, difference)
            documents = _documents(connection, code) if with_documents else ""
            yield Problem(
                "error", f"control account {workspace.settings.control_account}, {code}", what + documents, _FIX
            )


def check_control_account(connection: Connection, workspace: Workspace, as_of: date) -> None:
    """Raises `DatasetRejected` where what is open does not agree with the account. The text names no document."""
    problems = tuple(differences(connection, workspace, as_of))
    if problems:
        raise DatasetRejected(*problems)


def _balances(workspace: Workspace) -> tuple[Balance, ...]:
    setting = workspace.settings.control_account
    return read_balances(workspace.paths.root / setting) if setting is not None else ()


def _of_the_day(balances: tuple[Balance, ...], as_of: date) -> list[Balance]:
    return [balance for balance in balances if balance.on in (None, as_of)]


def _balance(account: str, code: str, balance: str, on: str) -> Balance:
    try:
        day = date.fromisoformat(on) if on else None
    except ValueError:
        raise ValueError("date is not a day as yyyy-mm-dd") from None
    return Balance(account, currency(code), figure(balance, "balance"), day)


def _parts(connection: Connection) -> dict[str, dict[str, Part]]:
    parts: dict[str, dict[str, Part]] = {}
    rows = connection.execute("SELECT currency, part, items, amount FROM staging.control_parts ORDER BY ALL").fetchall()
    for code, part, items, amount in rows:
        parts.setdefault(str(code), {})[str(part)] = Part(int(items), Decimal(amount))
    return parts


def _told(code: str, stated: Decimal, own: dict[str, Part], difference: Decimal) -> str:
    ours = _sum(own, _BALANCE_PARTS)
    rest = difference - _sum(own, _EXPLAINING)
    consists = _listed(own, _BALANCE_PARTS) or "nothing is open"
    beside = _listed(own, _OTHER_PARTS)
    return (
        f"states a balance of {code} {stated:,.2f}, but what is open sums to {ours:,.2f}, a difference of {difference:,.2f}; we count "
        f"{consists}"
        + (f"; beside them stand {beside}" if beside else "")
        + (
            f"; with what is in quarantine or stated open for more, the difference would be {rest:,.2f}"
            if rest != difference
            else ""
        )
    )


def _listed(own: dict[str, Part], names: dict[str, str]) -> str:
    return ", ".join(
        f"{own[name].items:,} {text} ({own[name].amount:,.2f})" for name, text in names.items() if name in own
    )


def _sum(own: dict[str, Part], names: dict[str, str] | tuple[str, ...]) -> Decimal:
    return sum((own[name].amount for name in names if name in own), Decimal(0))


def _documents(connection: Connection, code: str) -> str:
    rows = connection.execute(
        """
        SELECT coalesce(document_number, receivable_id), stated_open_amount, left_amount
        FROM staging.disagreeing_receivables WHERE currency = $1 ORDER BY abs(difference) DESC, receivable_id LIMIT $2
        """,
        [code, LARGEST],
    ).fetchall()
    if not rows:
        return ""
    shown = ", ".join(f"{document} (stated {stated:,.2f}, left {left:,.2f})" for document, stated, left in rows)
    return f"; the largest that disagree: {shown}"
