"""Texts that are safe in any spreadsheet: what debtors and exports say may become no formula and no second line."""

from __future__ import annotations

import re

from tasks.remind.outbound import clean_line

STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""The first characters that Excel, LibreOffice or Google Sheets take for a formula (OWASP, CSV injection), full-width forms included."""

_PHONE = re.compile(r"\+[0-9][0-9 ().-]{4,24}")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_BLANKS = " \u00a0"


def cell_text(text: str, *, may_be_phone: bool = False) -> str:
    """`text` with an apostrophe before it where a spreadsheet would take it for a formula, whatever blanks come first.

    Only lines made by ourselves may hold line breaks; what debtors and exports say is on one line (`said`). With `may_be_phone` a
    number as +34 912 345 678 stays as it is: it is digits, and people dial from the list.
    """
    clean = _UNPRINTABLE.sub(" ", text)
    if may_be_phone and _PHONE.fullmatch(clean):
        return clean
    is_formula = any(form.lstrip(_BLANKS).startswith(STARTS_A_FORMULA) for form in (text, clean))
    return f"'{clean}" if is_formula else clean


def said(text: str | None) -> str:
    """What somebody else wrote, on one line, without control and direction characters."""
    return clean_line(text or "")
