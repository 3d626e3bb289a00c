"""International bank account numbers: the country's structure and the check digits of ISO 13616 (modulo 97)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Literal

from stdnum import numdb

IbanProblem = Literal["not_an_iban", "country_unknown", "wrong_structure", "wrong_check_digits"]

_SHAPE = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{1,30}")
_PART = re.compile(r"([0-9]+)!([nac])")
_SIGNS = {"n": "[0-9]", "a": "[A-Z]", "c": "[A-Z0-9]"}
_AS_NUMBERS = {ord(letter): str(ord(letter) - ord("A") + 10) for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}


@dataclass(frozen=True)
class IbanCheck:
    """A written account: `compact` is it in capitals without separators."""

    compact: str
    is_valid: bool
    problem: IbanProblem | None


def check_iban(written: str) -> IbanCheck:
    """Judges an IBAN by structure and check digits. The registry is the one of `python-stdnum`; national check digits are not judged."""
    compact = re.sub(r"[\s.-]", "", written).upper().removeprefix("IBAN")
    return IbanCheck(compact, (problem := _problem(compact)) is None, problem)


def _problem(compact: str) -> IbanProblem | None:
    if not _SHAPE.fullmatch(compact):
        return "not_an_iban"
    structure = _structure(compact[:2])
    if structure is None:
        return "country_unknown"
    if not structure.fullmatch(compact, 4):
        return "wrong_structure"
    return None if int((compact[4:] + compact[:4]).translate(_AS_NUMBERS)) % 97 == 1 else "wrong_check_digits"


@cache
def _structure(country: str) -> re.Pattern[str] | None:
    """The account number that follows the check digits, or None for a country without IBANs."""
    known = numdb.get("iban").info(country)[0][1].get("bban")
    if known is None:
        return None
    return re.compile("".join(f"{_SIGNS[kind]}{{{length}}}" for length, kind in _PART.findall(known)))
