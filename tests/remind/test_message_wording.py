"""Amounts as readers of each language and country write them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tasks.remind.wording import locale_of, money


@pytest.mark.parametrize(
    ("language", "country", "currency", "text"),
    [
        ("es", "ES", "EUR", "1.210,50 €"),
        ("es", "MX", "MXN", "1,210.50 MXN"),
        ("es", "CL", "CLP", "1.210 CLP"),
        ("es", "MX", "EUR", "1,210.50 EUR"),
        ("en", "GB", "EUR", "€1,210.50"),
        ("pt", "PT", "EUR", "1 210,50 €"),
        ("es", "ZZ", "EUR", "1.210,50 €"),
    ],
)
def test_amounts_are_written_as_the_reader_writes_them(language: str, country: str, currency: str, text: str) -> None:
    amount = Decimal("1210") if currency == "CLP" else Decimal("1210.50")
    assert money(amount, currency, locale_of(language=language, country=country)).replace("\u00a0", " ") == text
