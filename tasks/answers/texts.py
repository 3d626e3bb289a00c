"""What people type into fields, made safe to keep: printable, on one line, and no other change."""

from __future__ import annotations

import re
import unicodedata

# Control, format (direction overrides, zero-width), surrogate, line separator, paragraph separator.
_UNWANTED = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_PHONE = re.compile(r"\+?[0-9 ()./-]{6,30}", re.ASCII)
_FEWEST_DIGITS = 6


def clean_text(written: str) -> str:
    """The text on one line, without control and format characters; its length is the caller's matter."""
    kept = "".join(" " if unicodedata.category(character) in _UNWANTED else character for character in written)
    return " ".join(kept.split())


def is_phone(text: str) -> bool:
    """Whether it can be a telephone number; whether it is one, a person finds out."""
    return _PHONE.fullmatch(text) is not None and sum(map(str.isdigit, text)) >= _FEWEST_DIGITS
