from __future__ import annotations

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.parties.number_plans import plain_number
from tasks.parties.phones import check_any_phone, check_phone

COUNTRIES = ("ES", "MX", "CL", "AR", "CO", "PT", "PE", "BR", "IT", "DE", "FR", "GB", "US", "XX", "")
KINDS = (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE)


@pytest.mark.parametrize(
    ("written", "country", "e164", "kind"),
    [
        ("976 000 001", "ES", "+34976000001", "fixed"),
        ("0034 600 000 000", "ES", "+34600000000", "mobile"),
        ("+34 600.000.000", "MX", "+34600000000", "mobile"),
        ("(976) 000-001", "ES", "+34976000001", "fixed"),
        ("+351 912 000 000", "ES", "+351912000000", "mobile"),
        ("912 000 000", "PT", "+351912000000", "mobile"),
        ("+52 55 5000 0000", "MX", "+525550000000", "unknown"),
        ("9 8123 4567", "CL", "+56981234567", "unknown"),
        ("011 15-2345-6789", "AR", "+5491123456789", "mobile"),
        ("300 1234567", "CO", "+573001234567", "mobile"),
        ("020 7946 0000", "GB", "+442079460000", "fixed"),
        ("06 1234 5678", "IT", "+390612345678", "fixed"),
        ("900 100 100", "ES", "+34900100100", "unknown"),
    ],
)
def test_a_number_becomes_international_by_the_country_it_is_dialled_in(written, country, e164, kind) -> None:
    found = check_phone(written, country)
    assert (found.e164, found.kind, found.is_valid, found.problem) == (e164, kind, True, None)


@pytest.mark.parametrize(
    ("written", "country", "problem"),
    [
        ("600", "ES", "too_short"),
        ("976 000 001 2", "ES", "too_long"),
        ("976 000 001 / 976 000 002", "ES", "too_long"),
        ("333 000 001", "ES", "not_in_use"),
        ("ask for Ana", "ES", "not_a_number"),
        ("", "ES", "not_a_number"),
        ("976 000 001", "", "country_unknown"),
        ("+999 123 456", "ES", "country_unknown"),
        ("9" * 61, "ES", "too_long"),
    ],
)
def test_what_is_no_number_is_said_and_nothing_is_guessed(written, country, problem) -> None:
    found = check_phone(written, country)
    assert (found.e164, found.kind, found.is_valid, found.problem) == (None, "unknown", False, problem)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=80), st.sampled_from(COUNTRIES) | st.text(max_size=3))
def test_no_text_breaks_the_check_and_e164_stays_what_it_is(written, country) -> None:
    found = check_phone(written, country)
    assert found.is_valid is (found.e164 is not None) is (found.problem is None)
    if found.e164 is not None:
        assert check_phone(found.e164, "XX") == found


@st.composite
def _nearly_numbers(draw) -> tuple[str, str]:
    country = draw(st.sampled_from(sorted(phonenumbers.SUPPORTED_REGIONS)))
    example = phonenumbers.example_number_for_type(country, draw(st.sampled_from(KINDS)))
    digits = str(example.national_number) if example else "600000000"
    for place in draw(st.lists(st.integers(0, len(digits) - 1), max_size=4)):
        digits = digits[:place] + str(draw(st.integers(0, 9))) + digits[place + 1 :]
    code = phonenumbers.country_code_for_region(country)
    front = draw(st.sampled_from(["", f"+{code}", f"00{code}", str(code), f"+{code} ", "0"]))
    at = draw(st.sampled_from([country, country, "ES", "US"]))
    return front + digits[:3] + draw(st.sampled_from(["", " ", "-"])) + digits[3:], at


@settings(max_examples=500, deadline=None)
@given(_nearly_numbers())
def test_the_quick_answer_is_the_librarys_answer(number) -> None:
    written, country = number
    plain = plain_number(written, country)
    if plain is not None:
        found = check_any_phone(written, country)
        assert (found.e164, found.kind, found.is_valid) == (*plain, True)


@pytest.mark.parametrize(
    ("written", "country"),
    [("+34 600 000 000", "ES"), ("976 000 001", "ES"), ("300 1234567", "CO"), ("912 000 000", "PT")],
)
def test_usual_numbers_get_the_quick_answer(written, country) -> None:
    assert plain_number(written, country) is not None
