"""`company.payment_page` of `puntual.yaml`: the address where debtors can pay, with what it is to know of a message."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import Field, field_validator

from tasks.settings.strict import Strict

PLACEHOLDERS = ("payment_reference", "amount", "currency", "language")
"""What an address may hold in braces: nothing that names a person."""
PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_SERVER = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]*[a-z0-9])?|[0-9a-f.]*:[0-9a-f:.]*")
"""A name of letters, digits and hyphens, or an address of numbers; browsers open no other."""
_LONGEST = 300
_Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]


class PaymentPage(Strict):
    """A page of the company, or of its payment provider, that messages which say how to pay lead to."""

    url: str = Field(
        description="https only. May hold {payment_reference}, {amount}, {currency}, {language} behind the name of the server."
    )
    replaces_bank_details: bool = Field(
        False, description="True: messages with the link show no account to pay to; else both."
    )
    currencies: tuple[_Currency, ...] = Field((), description="Those that the page takes; all where none is named.")

    @field_validator("url")
    @classmethod
    def _safe(cls, value: str) -> str:
        if (
            len(value) > _LONGEST
            or not value.isascii()
            or not value.isprintable()
            or re.search(r"[\s\"'<>\\^`|]", value)
        ):
            raise ValueError(
                f"is no address: at most {_LONGEST} characters of ASCII, without blanks, quotes and angles"
            )
        for name in PLACEHOLDER.findall(value):
            if name not in PLACEHOLDERS:
                near = get_close_matches(name, PLACEHOLDERS, n=1)
                meant = f"did you mean {{{near[0]}}}?" if near else f"use {_listed()}"
                raise ValueError(f"{{{name}}} is nothing that a payment page may be told; {meant}")
        if re.search(r"[{}]", PLACEHOLDER.sub("", value)):
            raise ValueError(f"has a brace without its other half; write {_listed()}")
        try:
            parts = urlsplit(value)
            port = parts.port
        except ValueError:
            raise ValueError("is not an address like https://pay.acme.example/{payment_reference}") from None
        if parts.scheme != "https":
            raise ValueError("is not encrypted; write https://")
        if not _SERVER.fullmatch(parts.hostname or "") or "{" in parts.netloc or "@" in parts.netloc or port == 0:
            raise ValueError("must name its server in plain words before the first {…}, without user or password")
        return value


def _listed() -> str:
    return ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
