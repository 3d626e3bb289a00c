"""What people other than the debtor may see or hear of a message: who writes and that it is about an account, never that anything is owed.

A subject shows on a screen that others pass, a WhatsApp message on a locked phone, a voicemail is played aloud, an envelope lies on a
desk. Rule: no amount, and no word that says or implies a debt or a delay (Spain: third persons learn neither amount nor the debtor's
condition, AEPD report 2013-0453). The words stand in `third_person.yaml`.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from pathlib import Path

from pydantic import TypeAdapter

from tasks.settings.yaml_file import read_yaml

_AMOUNT = re.compile(
    r"[€£$]\s?\d|\d[\d.,\s]*[€£$]|\d[\d.,]*\s?(?:EUR|USD|GBP|MXN|CLP|COP|ARS|PEN|BRL)\b|\b\d+[.,]\d{2}\b"
)


def revealing_words(text: str, language: str) -> list[str]:
    """What in `text` others should not read: words of debt in `language`, and amounts; an empty list is good."""
    plain = "".join(
        letter for letter in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(letter)
    )
    return [found.group() for pattern in (_words(language),) for found in pattern.finditer(plain)] + _AMOUNT.findall(
        text
    )


@cache
def _words(language: str) -> re.Pattern[str]:
    """Words by their beginnings; those that end in `$` are whole words."""
    listed = TypeAdapter(dict[str, tuple[str, ...]]).validate_python(read_yaml(Path(__file__).with_suffix(".yaml")))
    beginnings = (
        re.escape(word.removesuffix("$")) + (r"\b" if word.endswith("$") else r"\w*") for word in listed[language]
    )
    return re.compile(r"\b(?:" + "|".join(beginnings) + ")")
