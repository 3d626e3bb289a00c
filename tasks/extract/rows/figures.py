"""Figures of raw cells as exact decimals, for sums over rows: the source's decimal and thousands marks, as in the mapping.

Beyond what the mapping accepts, a figure may have up to ten decimals, a currency sign, and brackets for a minus: totals
are often printed so where the lines are not. Whether an amount may be landed is the mapping's judgement alone.
"""

from __future__ import annotations

import re

from sqlglot import exp

from tasks.extract.expressions import call, render, text, try_cast, when
from tasks.settings.columns import Decimals

FIGURE = "DECIMAL(38, 10)"
# 18 digits: the sum of as many rows as a file can have stays within 38.
_WHOLE_DIGITS = 18


def figure(cell: exp.Expr, decimals: Decimals) -> exp.Expr:
    """The cell's figure, NULL where it is blank or no figure.

    Most figures are plain and cost one pattern; only the others are looked at for signs and brackets.
    """
    bare = call("regexp_replace", cell.copy(), text(r"[\p{Sc}\s\x{A0}\x{202F}]"), text(""), text("g"))
    signed = call("regexp_replace", bare, text(r"^\((.*)\)$"), text(r"-\1"))
    signed = call("regexp_replace", signed, text(r"^([^-]*)-$"), text(r"-\1"))
    return when(*_plain_figure(cell, decimals), *_plain_figure(signed, decimals))


def _plain_figure(cell: exp.Expr, decimals: Decimals) -> list[tuple[exp.Expr, exp.Expr]]:
    """The branch for cells that are digits with the declared marks."""
    mark, group = re.escape(decimals.decimal), re.escape(decimals.thousands)
    whole = f"[0-9]{{1,{_WHOLE_DIGITS}}}"
    if decimals.thousands.strip():
        whole = rf"({whole}|[0-9]{{1,3}}({group}[0-9]{{3}}){{1,{_WHOLE_DIGITS // 3 - 1}}})"
    reads = call("regexp_full_match", cell.copy(), text(rf"[-+]?{whole}({mark}[0-9]{{1,10}})?"))
    plain: exp.Expr = cell.copy()
    if decimals.thousands.strip():
        plain = call("replace", plain, text(decimals.thousands), text(""))
    if decimals.decimal != ".":
        plain = call("replace", plain, text(decimals.decimal), text("."))
    return [(reads, try_cast(plain, FIGURE))]


def figure_text(value: str, decimals: Decimals) -> str:
    """SQL: a figure as the source would write it, without grouping and without needless zeros."""
    plain = f"rtrim(rtrim(CAST({value} AS VARCHAR), '0'), '.')"
    return plain if decimals.decimal == "." else f"replace({plain}, '.', {render(text(decimals.decimal))})"
