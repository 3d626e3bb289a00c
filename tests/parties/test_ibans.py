from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum import iban as library

from tasks.parties.ibans import check_iban


def made(country: str, account: str) -> str:
    """An IBAN with the right check digits for an account that was made up."""
    return country + library.calc_check_digits(f"{country}00{account}") + account


@pytest.mark.parametrize(
    "written",
    [
        made("ES", "99990001440000471227"),
        made("DE", "999900000000471227"),
        made("PT", "999900010000047122712"),
        made("GB", "FICT99990000471227"),
        "iban " + made("ES", "99990001440000471227").lower(),
        " ".join((made("ES", "99990001440000471227")[:4], made("ES", "99990001440000471227")[4:])),
    ],
)
def test_an_account_with_the_right_structure_and_check_digits_is_possible(written) -> None:
    found = check_iban(written)
    assert (found.is_valid, found.problem) == (True, None)
    assert check_iban(found.compact) == found


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ("", "not_an_iban"),
        ("9999 0001 44 0000471227", "not_an_iban"),
        ("XX12 9999", "country_unknown"),
        (made("ES", "9999000144000047122"), "wrong_structure"),
        (made("GB", "12349999000047122"), "wrong_structure"),
        ("ES" + "00" + "99990001440000471227", "wrong_check_digits"),
    ],
)
def test_an_impossible_account_is_told_with_what_is_wrong(written, problem) -> None:
    found = check_iban(written)
    assert (found.is_valid, found.problem) == (False, problem)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=40) | st.from_regex(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{1,30}", fullmatch=True))
def test_no_text_breaks_the_check_and_what_is_valid_is_valid_for_the_library(written) -> None:
    found = check_iban(written)
    assert found.is_valid is (found.problem is None)
    if found.is_valid:
        assert library.is_valid(found.compact, check_country=False)
