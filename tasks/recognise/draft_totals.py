"""A total that a list states of itself: where one row is the sum of all items, later deliveries are held to theirs."""

from __future__ import annotations

import re

from tasks.recognise.draft import Draft
from tasks.recognise.styles import number

_SAYS_TOTAL = re.compile(r"\b(total|totales|totais|suma|soma|sum)\b", re.IGNORECASE)
_HALF_A_CENT = 0.005


def stated_total(draft: Draft, dated: str, *, without: str) -> dict[str, object] | None:
    """The rule for the row of titles and totals (no date in column `dated`) that is the sum of all dated rows, None without one.

    `without` is the reason under which the other rows without a date are set aside.
    """
    if len(draft.currencies) > 1:
        return None
    for column in ("open_amount", "amount"):
        name = draft.reading.columns.get(column)
        if name is None or "negate_when" in draft.columns.get(column, {}):
            continue
        values = [number(value, draft.decimals) for value in draft.reading.amounts(draft.sample, name)]
        days = draft.sample.column(dated)
        whole = sum(value or 0.0 for value, day in zip(values, days, strict=True) if day)
        for row, value, day in zip(draft.sample.rows, values, days, strict=True):
            if day or value is None or abs(value - whole) >= _HALF_A_CENT:
                continue
            for header, cell in zip(draft.sample.header, row, strict=False):
                if _SAYS_TOTAL.search(cell) and draft.sample.column(header).count(cell) == 1:
                    draft.evidence.append(
                        f"the row '{cell}' is the sum of '{name}' over all others: every file has to tie"
                    )
                    return {"when": [{"column": header, "is_in": [cell]}], "column": name, "without": [without]}
    return None
