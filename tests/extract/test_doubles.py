"""Numbers that were doubles: shown as a spreadsheet shows them, and never as another number."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.extract.doubles import LARGEST_EXACT, double_text


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (30.299999999999997, "30.3"),
        (12.5, "12.5"),
        (-0.1, "-0.1"),
        (1e-7, "0.0000001"),
        (123456789012345.0, "123456789012345"),
        (1234567890123456.0, "1234567890123456"),
        (9007199254740991.0, "9007199254740991"),
        (9007199254740993.0, "9.0071992547409920e+15"),
        (12345678901234567.0, "1.2345678901234568e+16"),
        (9999999999999.99, "9999999999999.99"),
        (974994501955944.52, "9.7499450195594450e+14"),
        (float("inf"), "inf"),
        (float("nan"), "nan"),
    ],
)
def test_a_double_is_shown_with_the_digits_that_it_has(value: float, shown: str) -> None:
    assert double_text(value) == shown


@given(st.integers(-LARGEST_EXACT, LARGEST_EXACT))
@settings(max_examples=300, deadline=None)
def test_a_whole_number_that_a_double_holds_keeps_every_digit(number: int) -> None:
    assert double_text(float(number)) == str(number)


@given(st.decimals(-(10**12), 10**12, places=2))
@settings(max_examples=300, deadline=None)
def test_an_amount_that_was_a_double_keeps_its_cents(amount: Decimal) -> None:
    assert Decimal(double_text(float(amount))) == amount
