"""Doubles as text: what a spreadsheet shows of them, and never a number that only seems to be the one that was written."""

from __future__ import annotations

from decimal import Decimal

LARGEST_WITH_CENTS = 10**13
LARGEST_EXACT = 2**53 - 1


def double_text(value: float) -> str:
    """15 significant digits, as spreadsheets show them: 30.299999999999997 is 30.3. Infinities and NaN as such, to be refused.

    Larger whole numbers are identifiers that a program wrote as numbers, and keep all digits, up to what a double holds.
    What would lose cents or digits is written with an exponent, which no amount and no whole number has.
    """
    if abs(value) < LARGEST_WITH_CENTS:
        return format(Decimal(format(value, ".15g")), "f")
    is_exact = abs(value) <= LARGEST_EXACT and value == int(value)
    return format(Decimal(value), "f") if is_exact else format(value, ".16e")
