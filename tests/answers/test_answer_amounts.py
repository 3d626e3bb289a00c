"""Amounts as people write them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from tasks.answers.amounts import parse_amount
from tasks.remind.wording import money


@pytest.mark.parametrize(
    ("written", "locale", "amount"),
    [
        ("1210,5", "es_ES", "1210.50"),
        ("1210.50", "es_ES", "1210.50"),
        ("1.210,50 €", "es_ES", "1210.50"),
        ("1.210", "es_ES", "1210.00"),
        ("1,210", "es_MX", "1210.00"),
        ("1,210.50", "en_GB", "1210.50"),
        ("$1,210.50 MXN", "es_MX", None),
        ("1.234.567", "en_GB", "1234567.00"),
        ("1.210", "en_GB", None),
        ("1,210", "pt_PT", None),
        ("12.10.50", "es_ES", None),
        ("1.210.50", "es_ES", None),
        ("-5", "es_ES", None),
        ("1e3", "es_ES", None),
        ("٣٤", "es_ES", None),
        ("", "es_ES", None),
        ("0,001", "es_ES", None),
    ],
)
def test_an_amount_is_read_or_refused(written: str, locale: str, amount: str | None) -> None:
    expected = Decimal(amount) if amount else None
    assert parse_amount(written, Locale.parse(locale), currency="EUR") == expected


def test_a_currency_without_cents_has_none() -> None:
    assert parse_amount("1.210,50", Locale.parse("es_CL"), currency="CLP") is None
    assert parse_amount("1.210,00", Locale.parse("es_CL"), currency="CLP") == Decimal("1210.00")


@given(
    st.decimals(0, 10**12, places=2), st.sampled_from(["es_ES", "es_MX", "en_GB", "pt_PT", "pt_BR", "es_AR", "en_US"])
)
def test_what_we_write_can_be_written_back(amount: Decimal, name: str) -> None:
    locale = Locale.parse(name)
    assert parse_amount(money(amount, "EUR", locale), locale, currency="EUR") == amount


@given(st.text(max_size=20))
def test_no_text_breaks_it(text: str) -> None:
    found = parse_amount(text, Locale.parse("es_ES"), currency="EUR")
    assert found is None or found >= 0
