"""Reads single fields of what WhatsApp's webhook tells: bounded, of one line, and of the type they must have."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime

PROVIDER = "whatsapp"
LONGEST_TEXT = 200
"""Characters of an id or a number; what is longer is no such thing."""

_NUMBER = re.compile(r"[0-9]{6,15}")
_BRAZIL_WITHOUT_NINE = re.compile(r"(55[1-9][0-9])([6-9][0-9]{7})")


def object_of(entry: object) -> Mapping[str, object]:
    """An entry as the object it must be.

    Raises:
        TypeError: it is none.
    """
    if not isinstance(entry, dict):
        raise TypeError("an entry is no object")
    return entry


def text(entry: Mapping[str, object], name: str) -> str:
    """An id or a code.

    Raises:
        KeyError: it is not there.
        ValueError: it is empty, too long, or no text of one line.
    """
    value = entry[name]
    if not isinstance(value, str) or not value or len(value) > LONGEST_TEXT or not value.isprintable():
        raise ValueError(f"{name} is no usable text")
    return value


def moment(entry: Mapping[str, object]) -> datetime:
    """When it happened.

    Raises:
        KeyError, ValueError, OverflowError, OSError: it does not say.
    """
    return datetime.fromtimestamp(int(text(entry, "timestamp")), UTC)


def number(entry: Mapping[str, object], name: str) -> str:
    """A number in E.164. Older Brazilian accounts are named without the ninth digit of the mobile.

    Raises:
        KeyError, ValueError: there is none.
    """
    digits = text(entry, name).removeprefix("+")
    if not _NUMBER.fullmatch(digits):
        raise ValueError(f"{name} is no number")
    old = _BRAZIL_WITHOUT_NINE.fullmatch(digits)
    return "+" + (f"{old[1]}9{old[2]}" if old else digits)
