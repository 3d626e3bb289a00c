"""How many receivables fit into one message: mail readers clip what is longer than about 102 KB, and the end is where the sum is."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import escape

from tasks.remind.consequence_words import ConsequenceWords
from tasks.remind.reminder import ReminderItem

ITEMS_SHOWN = 50
"""Rows of the table at most; what is beyond is one line with count and sum."""
REFERENCES_SHOWN = 8
"""References of one receivable; nobody has more, except who wants to make a message long."""
_TABLE_BYTES = 78_000
_ROW_BYTES = 1_250
_REFERENCE_BYTES = 150
_LINE_BYTES = 150


def rows_that_fit(items: Sequence[ReminderItem], consequences: ConsequenceWords) -> int:
    """How many of `items` can be listed, from the first; at least one.

    A row's bytes are estimated from its HTML in `templates/layout/receivables.html.j2` and its texts as they are escaped.
    """
    room = _TABLE_BYTES - _bytes_of(consequences)
    for number, item in enumerate(items[:ITEMS_SHOWN]):
        room -= _ROW_BYTES + _weight(item.document_number)
        for reference in item.references[:REFERENCES_SHOWN]:
            room -= _REFERENCE_BYTES + _weight(reference.value) + _weight(reference.kind)
        if room < 0:
            return max(number, 1)
    return min(len(items), ITEMS_SHOWN)


def _bytes_of(consequences: ConsequenceWords) -> int:
    lines = [line for claim in consequences["claims"] for line in (claim["title"], *claim["arithmetic"])]
    return sum(_LINE_BYTES + _weight(line) for line in (*lines, *consequences["discounts"]))


def _weight(text: str) -> int:
    return len(text) if text.isalnum() and text.isascii() else len(escape(text).encode())
