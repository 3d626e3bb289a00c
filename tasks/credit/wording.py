"""An order hold in words: the reason, and what ends it with its figures, for files, pages and explanations."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from tasks.credit.reasons import HoldLanguage, load_hold_reasons


def written_amount(amount: Decimal, language: HoldLanguage) -> str:
    """An amount for people: `1,234.56` in English, `1.234,56` in Spanish and Portuguese."""
    text = f"{amount:,.2f}"
    return text if language == "en" else text.translate(str.maketrans(",.", ".,"))


def reason_text(reason: str, language: HoldLanguage) -> str:
    """The reason's words; `reason` is of the closed list."""
    return load_hold_reasons()[reason].label.text(language)


def release_text(hold: Mapping[str, object], language: HoldLanguage) -> str:
    """What ends a hold or an exemption, with its figures; empty where nothing has to end.

    Args:
        hold: a row of `mart.order_holds` with reason, release_amount, release_currency, release_receivables, expires_on.
        language: of the text.
    """
    values = {name: _shown(hold.get(name), language) for name in _FIGURES}
    return load_hold_reasons()[str(hold["reason"])].release.text(language).format(**values)


_FIGURES = ("release_amount", "release_currency", "release_receivables", "expires_on")


def _shown(value: object, language: HoldLanguage) -> str:
    if isinstance(value, Decimal):
        return written_amount(value, language)
    if isinstance(value, date):
        return value.isoformat()
    return "–" if value is None else str(value)
