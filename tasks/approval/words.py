"""What waits for leave as a table: rows for the terminal, Markdown for the Prefect UI. No names and no addresses."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from tasks.approval.new_strategy import StrategyLeave
from tasks.approval.pending import Pending, PendingLine
from tasks.approval.seen import mark_of_all, named
from tasks.report.words import Language, load_words
from tasks.segment.reasons import Words
from tasks.settings.strict import Strict
from tasks.settings.yaml_file import read_yaml

_CHANGED_LINES_SHOWN = 60
_LISTED = 200
"""Messages listed one by one; an approver of more looks at them in the run's folder."""


class _Texts(Strict):
    title: Words
    nothing: Words
    columns: dict[str, Words]
    needed: Words
    not_needed: Words
    strategy_new: Words
    strategy_changes: Words
    strategy_first: Words
    one_by_one: Words
    how_message: Words
    look_at: Words


@cache
def _texts() -> _Texts:
    return _Texts.model_validate(read_yaml(Path(__file__).with_suffix(".yaml")))


def table(pending: Pending, language: Language) -> tuple[tuple[str, ...], ...]:
    """Heads, then one row per line of `pending`; amounts in their own currency, never added up."""
    heads = tuple(word.text(language) for word in _texts().columns.values())
    return (heads, *(_row(line, language) for line in pending.lines))


def lines(pending: Pending, leave: StrategyLeave, language: Language, *, shows_strategy: bool = True) -> list[str]:
    """The sentences around the table: the strategy's leave, what changed in it, the messages one by one, and what to do.

    `shows_strategy`: with the lines that changed, which may name customers.
    """
    texts = _texts()
    said = [] if pending.messages else [texts.nothing.text(language)]
    if not leave.may_send:
        said.append(texts.strategy_new.text(language).format(version=leave.version))
        if leave.approved_version is None:
            said.append(texts.strategy_first.text(language))
    if shows_strategy and leave.changed_lines:
        said.append(texts.strategy_changes.text(language).format(version=leave.approved_version))
        said += [f"    {line}" for line in leave.changed_lines[:_CHANGED_LINES_SHOWN]]
    if pending.needing_approval:
        said.append(texts.one_by_one.text(language))
        money = load_words(language)
        said += [
            f"    {named(one)}  {one.reminder.step}  {one.reminder.channel}"
            f"  {money.money(one.reminder.total_amount, one.reminder.currency)}"
            for one in pending.needing_approval[:_LISTED]
        ]
    if pending.needing_approval or not leave.may_send:
        said += [
            texts.look_at.text(language),
            texts.how_message.text(language).format(version=leave.version, all=mark_of_all(pending)),
        ]
    return said


def title(pending: Pending, language: Language) -> str:
    """The heading."""
    return _texts().title.text(language).format(as_of=load_words(language).day(pending.as_of))


def markdown(pending: Pending, leave: StrategyLeave, language: Language) -> str:
    """All of it as Markdown."""
    heads, *rows = table(pending, language)
    head = f"| {' | '.join(heads)} |\n|{'---|' * len(heads)}"
    body = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    around = "\n".join(lines(pending, leave, language, shows_strategy=False))
    return f"## {title(pending, language)}\n\n{head}\n{body}\n\n```\n{around}\n```\n"


def _row(line: PendingLine, language: Language) -> tuple[str, ...]:
    texts, forms = _texts(), load_words(language)
    leave = texts.needed if line.needs_approval else texts.not_needed
    return (
        line.step,
        line.segment,
        line.channel,
        forms.number(line.messages),
        *(forms.number(line.changes[change]) for change in ("first", "next", "again")),
        forms.number(line.receivables),
        forms.money(line.total, line.currency),
        leave.text(language),
    )
