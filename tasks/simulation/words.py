"""The figures of a simulation as rows of text, in one language."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache
from pathlib import Path

from tasks.report.words import Language, load_words
from tasks.segment.reasons import Words
from tasks.settings.strict import Strict
from tasks.settings.yaml_file import read_yaml
from tasks.simulation.compare import DayMessages, MoneyFigures, StepFigures, Totals
from tasks.simulation.days import Period

_LONGEST_NAME = 26
"""Characters of a customer in a list, so that it fits a terminal of eighty columns."""

Rows = tuple[tuple[str, ...], ...]


class _Texts(Strict):
    columns: dict[str, Words]
    preview_title: Words
    preview_basis: Words
    simulate_title: Words
    simulate_basis: Words
    nothing: Words
    needs_approval: Words


@cache
def _texts() -> _Texts:
    return _Texts.model_validate(read_yaml(Path(__file__).with_suffix(".yaml")))


def day_title(day: date, language: Language) -> str:
    """A day as the heading of its messages."""
    return load_words(language).day(day)


def sentence(name: str, language: Language, period: Period | None = None) -> str:
    """`preview_title`, `preview_basis`, `simulate_title`, `simulate_basis` or `nothing`."""
    words: Words = getattr(_texts(), name)
    text = words.text(language)
    if period is None:
        return text
    forms = load_words(language)
    return text.format(first=forms.day(period.first), last=forms.day(period.last))


def message_rows(found: Sequence[DayMessages], language: Language) -> Rows:
    """Heads, then a row per message."""
    forms = load_words(language)
    heads = _heads("customer", "step", "channel", "receivables", "amount", "approval", language=language)
    return (
        heads,
        *(
            (
                f"{one.customer_id} {one.name or ''}".strip()[:_LONGEST_NAME],
                one.step,
                one.channel,
                forms.number(one.receivables),
                forms.money(one.amount, one.currency),
                _texts().needs_approval.text(language) if one.needs_approval else "",
            )
            for one in found
        ),
    )


def total_rows(found: Sequence[Totals], language: Language) -> Rows:
    """Heads, then a row per strategy."""
    forms = load_words(language)
    names = (
        "messages",
        "work",
        "work_hours",
        "needing_approval",
        "contact_days",
        "customers",
        "receivables",
        "only_here",
        "most_contacts",
    )
    heads = _heads("strategy", *names, language=language)
    return (
        heads,
        *(
            (one.label, *(forms.number(getattr(one, name), int(name == "work_hours")) for name in names))
            for one in found
        ),
    )


def step_rows(found: Sequence[StepFigures], language: Language) -> Rows:
    """Heads, then a row per strategy, step, channel and currency."""
    forms = load_words(language)
    heads = _heads("strategy", "step", "purpose", "channel", "messages", "receivables", "amount", language=language)
    return (
        heads,
        *(
            (
                one.label,
                one.step,
                one.purpose,
                one.channel,
                forms.number(one.messages),
                forms.number(one.receivables),
                forms.money(one.amount, one.currency),
            )
            for one in found
        ),
    )


def money_rows(found: Sequence[MoneyFigures], language: Language) -> Rows:
    """Heads, then a row per strategy and currency; a dash where the strategy states no cost for a channel it used."""
    forms = load_words(language)
    return (
        _heads("strategy", "contact_cost", "fees", language=language),
        *(
            (
                one.label,
                f"– {one.currency}" if one.contact_cost is None else forms.money(one.contact_cost, one.currency),
                forms.money(one.fees, one.currency),
            )
            for one in found
        ),
    )


def _heads(*names: str, language: Language) -> tuple[str, ...]:
    return tuple(_texts().columns[name].text(language) for name in names)
