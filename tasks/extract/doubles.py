"""Doubles as text: what a spreadsheet shows of them, and never a number that only seems to be the one that was written."""

from __future__ import annotations

from decimal import Decimal

LARGEST_ROUNDED = 10**15
LARGEST_EXACT = 2**53 - 1


def double_text(value: float) -> str:
    """15 significant digits, as spreadsheets show them: 30.299999999999997 is 30.3. Infinities and NaN as such, to be refused.

    Larger numbers are identifiers that a program wrote as numbers, and would lose their last digits so: they are written as
    they are up to what a double holds exactly, and with an exponent beyond it, which no amount and no whole number has.
    """
    if abs(value) < LARGEST_ROUNDED:
        return format(Decimal(format(value, ".15g")), "f")
    return format(Decimal(value), "f") if abs(value) <= LARGEST_EXACT else format(value, ".16e")
