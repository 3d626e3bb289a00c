"""The numbers are made up; their check digits are right where they are to be valid."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.parties.tax_ids import check_tax_id

VALID = [
    ("B10203040", "ES", "CIF"),
    ("B-10.203.040", "ES", "CIF"),
    ("ESB10203040", "ES", "CIF"),
    ("10203040X", "ES", "NIF"),
    ("X1020304R", "ES", "NIE"),
    ("AND120304AB1", "MX", "RFC"),
    ("GARC800101AB1", "MX", "RFC"),
    ("77.010.203-0", "CL", "RUT"),
    ("77010209-k", "CL", "RUT"),
    ("30-70102030-4", "AR", "CUIT"),
    ("901.020.304-8", "CO", "NIT"),
    ("500 102 031", "PT", "NIPC"),
    ("PT500102031", "PT", "NIPC"),
    ("20102030401", "PE", "RUC"),
    ("102.030.405-70", "BR", "CPF"),
    ("IT01020300115", "IT", "IVA"),
    ("DE102030400", "DE", "VAT"),
    ("FR49102030400", "FR", "VAT"),
    ("102 030 400", "FR", "SIREN"),
    ("GB102030402", "GB", "VAT"),
    # A foreigner's VAT number says itself where it is from.
    ("DE102030400", "ES", "VAT"),
    ("DE102030400", "", "VAT"),
]
INVALID = [
    ("B10203041", "ES", "wrong_check_digit"),
    ("10203040A", "ES", "wrong_check_digit"),
    ("B1020304", "ES", "wrong_length"),
    ("B-PENDIENTE", "ES", "wrong_format"),
    ("AND121304AB1", "MX", "wrong_format"),
    ("XAXX010101000", "MX", "stands_for_anybody"),
    ("77.010.203-1", "CL", "wrong_check_digit"),
    ("66.666.666-6", "CL", "stands_for_anybody"),
    ("30-70102030-5", "AR", "wrong_check_digit"),
    ("901.020.304-7", "CO", "wrong_check_digit"),
    ("500102032", "PT", "wrong_check_digit"),
    ("20102030402", "PE", "wrong_check_digit"),
    ("102.030.405-71", "BR", "wrong_check_digit"),
    ("01020300116", "IT", "wrong_check_digit"),
    ("DE102030401", "DE", "wrong_check_digit"),
    ("FR50102030400", "FR", "wrong_check_digit"),
    ("GB102030403", "GB", "wrong_check_digit"),
    ("pendiente", "ES", "wrong_format"),
    ("no tiene", "", "wrong_format"),
]
UNDECIDED = [
    ("901020304", "CO"),  # without its check digit
    ("01234567", "GB"),  # the company's registration
    ("12-3456789", "ZZ"),
    ("B10203041", ""),  # whose rules?
]


@pytest.mark.parametrize(("written", "country", "kind"), VALID)
def test_a_possible_number_is_named_by_its_kind(written, country, kind) -> None:
    found = check_tax_id(written, country)
    assert (found.kind, found.is_valid, found.problem) == (kind, True, None)


@pytest.mark.parametrize(("written", "country", "problem"), INVALID)
def test_an_impossible_number_is_told_with_what_is_wrong(written, country, problem) -> None:
    found = check_tax_id(written, country)
    assert (found.kind, found.is_valid, found.problem) == (None, False, problem)


@pytest.mark.parametrize(("written", "country"), UNDECIDED)
def test_what_the_rules_cannot_tell_is_not_called_wrong(written, country) -> None:
    found = check_tax_id(written, country)
    assert (found.is_valid, found.problem) == (None, None)


@settings(max_examples=500, deadline=None)
@given(
    st.text(max_size=50) | st.from_regex(r"[A-Z]{0,4}[0-9]{5,14}[A-Z0-9]{0,3}", fullmatch=True),
    st.sampled_from(["ES", "MX", "CL", "AR", "CO", "PT", "PE", "BR", "IT", "DE", "FR", "GB", "CH", "IN", "US", ""])
    | st.text(max_size=3),
)
def test_no_text_breaks_the_check(written, country) -> None:
    found = check_tax_id(written, country)
    assert (found.problem is not None) is (found.is_valid is False)
    assert (found.kind is not None) is (found.is_valid is True)
