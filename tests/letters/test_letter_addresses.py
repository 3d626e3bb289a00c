"""The fax number below an address: read once, dialled in the debtor's country, never shown in the window."""

from __future__ import annotations

import pytest

from tasks.remind.letters.address import addressee_of, fax_of

LINES = "Calle del Prado 12\n28014 Madrid\nES"


@pytest.mark.parametrize(
    ("written", "country", "number"),
    [
        ("91 000 00 09", "ES", "+34910000009"),
        ("+34 910 000 009", "MX", "+34910000009"),
        ("0034 91 000 00 09", "CL", "+34910000009"),
        ("ask the porter", "ES", "ask the porter"),
        ("910 000 009 / 010", "ES", "910 000 009 / 010"),
    ],
)
def test_a_number_is_dialled_in_the_debtors_country_and_stays_as_written_where_it_is_none(
    written: str, country: str, number: str
) -> None:
    assert fax_of(f"{LINES}\nfax: {written}", country=country) == number


@pytest.mark.parametrize("address", [None, "", LINES, "fax: the street\n28014 Madrid\nES"])
def test_only_the_line_below_the_country_is_a_number(address: str | None) -> None:
    assert fax_of(address, country="ES") == ""


def test_the_window_shows_the_same_with_and_without_a_number() -> None:
    def shown(address: str) -> tuple[tuple[str, ...], str]:
        found = addressee_of(
            customer_name="Ebro", recipient_name="Ana", postal_address=address, from_country="ES", language="es"
        )
        return found.lines, found.country

    assert shown(f"{LINES}\nfax: 91 000 00 09") == shown(LINES)
