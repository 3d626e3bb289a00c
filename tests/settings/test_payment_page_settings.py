"""The address of a payment page: what it may hold, and how a mistake is told."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from tasks.settings.payment_page import PaymentPage


@pytest.mark.parametrize(
    "url",
    [
        "https://pay.acme.example/",
        "https://pay.acme.example:8443/{language}/i/{payment_reference}?a={amount}&c={currency}#pay",
        "https://acme.example?r={payment_reference}",
        "https://PAY-1.xn--pgo-qla.example/",
        "https://[2001:db8::1]:8443/i",
        "https://127.0.0.1/i",
    ],
)
def test_an_address_may_hold_what_names_nobody_behind_its_server(url: str) -> None:
    assert PaymentPage(url=url).url == url


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("http://pay.acme.example/", "not encrypted"),
        ("javascript:alert(1)", "not encrypted"),
        ("pay.acme.example/{amount}", "not encrypted"),
        ("https:///i", "must name its server"),
        ("https://{payment_reference}.acme.example/", "must name its server"),
        ("https://acme.example@evil.example/", "must name its server"),
        ("https://acme%40evil.example/", "must name its server"),
        ("https://acme.example;evil.example/", "must name its server"),
        ("https://acme..example/", "must name its server"),
        ("https://-/", "must name its server"),
        ("https://acme.example:{amount}/", "not an address"),
        ("https://acme.example:99999/", "not an address"),
        ("https://[::1/", "not an address"),
        ("https://pay.acme.example/?n={customer_name}", "nothing that a payment page may be told"),
        ("https://pay.acme.example/?e={email}", "nothing that a payment page may be told"),
        ("https://pay.acme.example/?a={ammount}", "did you mean {amount}"),
        ("https://pay.acme.example/?a={}", "nothing that a payment page may be told"),
        ("https://pay.acme.example/?a={amount", "without its other half"),
        ("https://pay.acme.example/?a={{amount}}", "without its other half"),
        ('https://pay.acme.example/"><b>', "is no address"),
        ("https://pay.acme.example/a b", "is no address"),
        ("https://pay.acme.example/\n", "is no address"),
        ("https://pägo.example/", "is no address"),
        ("https://pay.acme.example/" + "x" * 300, "is no address"),
    ],
)
def test_what_is_no_safe_address_is_refused_and_said(url: str, says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        PaymentPage(url=url)


def test_a_currency_is_three_capitals() -> None:
    with pytest.raises(ValidationError, match="currencies"):
        PaymentPage(url="https://pay.acme.example/", currencies=("euro",))
