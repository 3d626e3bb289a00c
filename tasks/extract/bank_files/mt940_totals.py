"""Balances and sums that an MT940 or MT942 states (fields 60, 62, 34F, 90D, 90C), and whether its entries lead from one to the other."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from tasks.extract.bank_files.totals import Tally, Verifier
from tasks.problems import SourceProblem

_BALANCE = re.compile(r"([CD])([0-9]{6})([A-Z]{3})([0-9]{1,15}(?:,[0-9]*)?)\s*$")
_SUM = re.compile(r"([0-9]{1,5})([A-Z]{3})([0-9]{1,15}(?:,[0-9]*)?)\s*$")
_FLOOR = re.compile(r"([A-Z]{3})[CD]?[0-9]{1,15}(?:,[0-9]*)?\s*$")
AGAIN = "Download the statement from the bank again."


@dataclass(frozen=True)
class Balance:
    """A signed balance (negative: overdrawn), or a sum with its `count` of entries."""

    amount: Decimal
    currency: str
    count: int = 0


def read_balance(where: str, value: str) -> Balance:
    """Fields 60 and 62: mark, date, currency, amount."""
    matched = _BALANCE.match(value)
    if matched is None:
        raise SourceProblem.at(where, "the balance cannot be read (such as C260131EUR1000,00)", AGAIN)
    amount = decimal_of(matched[4])
    return Balance(amount if matched[1] == "C" else -amount, matched[3])


def read_sum(where: str, value: str) -> Balance:
    """Fields 90D and 90C of an MT942: number, currency, sum (positive)."""
    matched = _SUM.match(value)
    if matched is None:
        raise SourceProblem.at(where, "the number and sum of entries cannot be read (such as 3EUR100,00)", AGAIN)
    return Balance(decimal_of(matched[3]), matched[2], int(matched[1]))


def read_floor(where: str, value: str) -> str:
    """The currency of field 34F, which begins an MT942."""
    matched = _FLOOR.match(value)
    if matched is None:
        raise SourceProblem.at(where, "the floor limit cannot be read (such as EURD0,)", AGAIN)
    return matched[1]


def decimal_of(text: str) -> Decimal:
    """Digits with a decimal comma, of which nothing may follow."""
    return Decimal(text.rstrip(",").replace(",", "."))


@dataclass(frozen=True)
class Stated:
    """What a statement says about itself: balances (none in an MT942) and sums by tag."""

    opening: Balance | None
    closing: Balance | None
    sums: Mapping[str, Balance]


def check_totals(verifier: Verifier, where: str, stated: Stated, tally: Tally) -> Decimal | None:
    """The opening balance where there are balances and they tie; None in an MT942, and where an extract is accepted.

    Raises:
        SourceProblem: balances, counts or sums that are stated do not tie with the entries.
    """
    opening, closing, sums = stated.opening, stated.closing, stated.sums
    reached = None
    if opening is not None and closing is not None:
        if opening.currency != closing.currency:
            raise SourceProblem.at(
                f"{verifier.file}, {where}",
                f"opens in {opening.currency} and closes in {closing.currency}",
                "Statements have one currency; download it again, one per account and currency.",
            )
        reached = verifier.balance(
            where, opening=opening.amount, tally=tally, closing=closing.amount, currency=opening.currency
        )
    for tag, what, count, total in (
        ("90D", "debits", tally.debits, tally.debit_sum),
        ("90C", "credits", tally.credits, tally.credit_sum),
    ):
        if tag in sums:
            verifier.count(where, what, stated=sums[tag].count, read=count)
            verifier.sum(where, what, stated=sums[tag].amount, read=total)
    return reached
