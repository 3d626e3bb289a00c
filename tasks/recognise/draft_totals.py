"""A total that a list states of itself: where one row is the sum of all items, later deliveries are held to theirs."""

from __future__ import annotations

import re

from tasks.recognise.draft import Draft
from tasks.recognise.styles import number

SAYS_TOTAL = r"(?i)\b(sub)?(total|totales|totais|suma|soma|sum)\b"
_HALF_A_CENT = 0.005


def items(draft: Draft, dated: str, numbered: str | None) -> list[bool]:
    """Which rows are items: those with a date, and those with a number that is not the word of a total."""
    days = draft.sample.column(dated)
    numbers = draft.sample.column(numbered) if numbered is not None else [""] * len(days)
    return [bool(day or (value and not re.search(SAYS_TOTAL, value))) for day, value in zip(days, numbers, strict=True)]


def stated_total(draft: Draft, is_item: list[bool], *, without: str) -> dict[str, object] | None:
    """The rule for the row that is no item and the sum of all items, None without one.

    `without` is the reason under which the other rows that are no items are set aside.
    """
    if len(draft.currencies) > 1:
        return None
    for column in ("open_amount", "amount"):
        name = draft.reading.columns.get(column)
        if name is None or "negate_when" in draft.columns.get(column, {}):
            continue
        values = [number(value, draft.decimals) for value in draft.reading.amounts(draft.sample, name)]
        whole = sum(value or 0.0 for value, counts in zip(values, is_item, strict=True) if counts)
        for row, value, counts in zip(draft.sample.rows, values, is_item, strict=True):
            if counts or value is None or abs(value - whole) >= _HALF_A_CENT:
                continue
            for header, cell in zip(draft.sample.header, row, strict=False):
                if re.search(SAYS_TOTAL, cell) and draft.sample.column(header).count(cell) == 1:
                    draft.evidence.append(
                        f"the row '{cell}' is the sum of '{name}' over all others: every file has to tie"
                    )
                    return {"when": [{"column": header, "is_in": [cell]}], "column": name, "without": [without]}
    return None
