"""Amounts that stand in one cell with their currency: 'USD 1,200.50', '$99.00', '1.200,50 €'."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from tasks.recognise.contents import known_currencies
from tasks.recognise.styles import looks_like_amounts

_SIGN = r"(?:US\$|R\$|[A-Z]{3}|[$€£])"
NUMBER = rf"^{_SIGN}?\s*(.*?)\s*{_SIGN}?$"
"""Takes the currency away and leaves all the rest, so that what is no amount is refused and not lost."""
CURRENCY = rf"^.*?({_SIGN})"
CODES = {"US$": "USD", "R$": "BRL", "€": "EUR", "£": "GBP"}
"""Signs that stand for one currency; '$' stands for many."""


@dataclass(frozen=True)
class Money:
    """What was found beside the amounts: `signs` (codes too). `currencies` are the codes, None where a sign does not tell."""

    signs: frozenset[str]

    @property
    def currencies(self) -> frozenset[str] | None:
        codes = {CODES.get(sign, sign) for sign in self.signs}
        return frozenset(codes) if self.signs and codes <= known_currencies() else None

    def mapping(self, name: str) -> dict[str, object]:
        """The mapping of the currency out of column `name`, where `currencies` are told."""
        told = {sign: CODES[sign] for sign in sorted(self.signs) if sign in CODES}
        return {"column": name, "extract": CURRENCY} | ({"map": told} if told else {})


def number_of(value: str) -> str:
    """The amount without its currency, as landing takes it by `NUMBER`."""
    found = re.match(NUMBER, value)
    return found[1] if found else value


def as_money(values: Iterable[str]) -> Money | None:
    """What stands beside the amounts, None where the values are no amounts with a currency."""
    filled = set(values) - {""}
    signs = {found[1] for value in filled if (found := re.match(CURRENCY, value))}
    if not signs or not looks_like_amounts({number_of(value) for value in filled}):
        return None
    return Money(frozenset(signs))
