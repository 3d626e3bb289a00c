"""Telephone numbers by the numbering plans that `phonenumbers` keeps: E.164, kind and what is wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberType

from tasks.parties.number_plans import plain_number

PhoneKind = Literal["mobile", "fixed", "unknown"]
PhoneProblem = Literal["not_a_number", "too_short", "too_long", "not_in_use", "country_unknown"]

_KINDS: dict[int, PhoneKind] = {PhoneNumberType.MOBILE: "mobile", PhoneNumberType.FIXED_LINE: "fixed"}
_PARSE_PROBLEMS: dict[int, PhoneProblem] = {
    NumberParseException.INVALID_COUNTRY_CODE: "country_unknown",
    NumberParseException.TOO_SHORT_AFTER_IDD: "too_short",
    NumberParseException.TOO_SHORT_NSN: "too_short",
    NumberParseException.TOO_LONG: "too_long",
}
_LENGTH_PROBLEMS: dict[int, PhoneProblem] = {
    phonenumbers.ValidationResult.TOO_SHORT: "too_short",
    phonenumbers.ValidationResult.TOO_LONG: "too_long",
}
_LONGEST = 60
"""Characters of a cell that may be one telephone number; longer text is a note."""


@dataclass(frozen=True)
class PhoneCheck:
    """What a written number is: `e164` only where it is valid; `kind` unknown for special numbers and where a plan does not tell."""

    e164: str | None
    kind: PhoneKind
    is_valid: bool
    problem: PhoneProblem | None


def check_phone(written: str, country: str) -> PhoneCheck:
    """Judges a number as it is written; one without `+` or `00` is read as dialled inside `country` (ISO 3166-1).

    Two numbers in one cell are no number. An extension is not part of E.164 and is left out.
    """
    if plain := plain_number(written, country):
        return PhoneCheck(plain[0], plain[1], True, None)
    return check_any_phone(written, country)


def check_any_phone(written: str, country: str) -> PhoneCheck:
    """The same by the library alone, for whatever is not plain."""
    if len(written) > _LONGEST:
        return _invalid("too_long")
    try:
        number = phonenumbers.parse(written, country)
    except NumberParseException as error:
        return _invalid(_PARSE_PROBLEMS.get(error.error_type, "not_a_number"))
    kind = phonenumbers.number_type(number)
    if kind == PhoneNumberType.UNKNOWN:
        return _invalid(_LENGTH_PROBLEMS.get(phonenumbers.is_possible_number_with_reason(number), "not_in_use"))
    return PhoneCheck(
        phonenumbers.format_number(number, PhoneNumberFormat.E164), _KINDS.get(kind, "unknown"), True, None
    )


def _invalid(problem: PhoneProblem) -> PhoneCheck:
    return PhoneCheck(None, "unknown", False, problem)
