"""Which headers of a file may be quoted: in a file without a header line they are the first row, with a debtor's name in it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches

LONGEST_HEADER = 40
CLOSE = 0.7
"""Likeness (difflib's ratio) from which a header is taken for a misspelt column name and may be quoted."""
SAME = 0.85
"""Likeness from which a header counts as one of the expected names, so that the line is a header line."""


def is_header_line(headers: Iterable[str], expected: Iterable[str]) -> bool:
    """Whether at least one of `headers` is, but for its spelling, one of the `expected` column names."""
    plain = [_plain(header) for header in headers]
    return any(get_close_matches(_plain(name), plain, n=1, cutoff=SAME) for name in expected)


def close_header(expected: str, headers: Iterable[str]) -> str | None:
    """The header that was probably meant by `expected`, if it may be quoted."""
    by_plain = {_plain(header): header for header in headers if looks_like_header(header)}
    close = get_close_matches(_plain(expected), by_plain, n=1, cutoff=CLOSE)
    return by_plain[close[0]] if close else None


def looks_like_header(text: str) -> bool:
    """Whether `text` is a column's name by its looks: short, words and punctuation, no address and no number."""
    letters = sum(character.isalpha() for character in text)
    digits = sum(character.isdigit() for character in text)
    is_of_words = all(
        character.isalnum() or character == " " or unicodedata.category(character)[0] in "PSM" for character in text
    )
    return is_of_words and "@" not in text and len(text) <= LONGEST_HEADER and digits <= letters and letters > 0


def shown_header(header: str, number: int) -> str:
    """The header in quotes, or `column N` (1 is the first) where it may be a value."""
    return f"'{header}'" if looks_like_header(header) else f"column {number}"


def _plain(name: str) -> str:
    return name.strip().casefold()
