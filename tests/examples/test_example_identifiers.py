"""The example's identifiers pass the checks that real ones pass. Known pairs are the registries' own published examples."""

from __future__ import annotations

import pytest

from examples.generate import ANDINA
from examples.generator.identifiers import TAX_ID, clabe, iban_es, nif, nit, rfc_check, rut
from tasks.settings.load import load_workspace


def test_check_digits_agree_with_published_examples():
    assert iban_es(bank="2100", branch="0418", account="0200051332") == "ES9121000418450200051332"
    assert clabe(bank="032", city="180", account="00011835971") == "032180000118359719"
    assert rut(12345678) == "12345678-5"
    assert nit(899999068) == "899999068-1"
    assert rfc_check("SAT970701NN") == "3"
    company = load_workspace(ANDINA).settings.company
    assert company.tax_id == nif(47122)
    assert company.bank_details["EUR"].account == iban_es(bank="9999", branch="0001", account="0000471227")
    assert company.bank_details["MXN"].account == clabe(bank="999", city="180", account="00000471227")


@pytest.mark.parametrize("country", sorted(TAX_ID))
def test_every_customer_gets_a_tax_identifier_of_its_own(country):
    assert len({TAX_ID[country](number) for number in range(1, 601)}) == 600


def test_portuguese_numbers_fulfil_the_modulo_eleven_rule():
    digits = [int(digit) for digit in TAX_ID["PT"](17)]
    assert len(digits) == 9
    total = sum(digit * weight for digit, weight in zip(digits, range(9, 0, -1), strict=True))
    assert total % 11 == 0 or (digits[-1] == 0 and total % 11 == 1)
