"""The calendar of the ladders as lines of text, in one language, for a terminal of eighty columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache
from itertools import groupby
from pathlib import Path

from babel.dates import format_date

from tasks.checks.calendar import CalendarLine
from tasks.report.words import Language, load_words
from tasks.segment.reasons import Words
from tasks.settings.strict import Strict
from tasks.settings.yaml_file import read_yaml

_LOCALES: dict[Language, str] = {"es": "es_ES", "en": "en_GB"}


class _Texts(Strict):
    title: Words
    before: Words
    one_before: Words
    due: Words
    one_after: Words
    after: Words
    moved: Words
    quiet: Words
    capped: Words
    approval: Words
    event: Words
    elsewhere: Words
    basis: Words


@cache
def _texts() -> _Texts:
    return _Texts.model_validate(read_yaml(Path(__file__).with_name("calendar.yaml")))


def calendar_text(lines: Sequence[CalendarLine], language: Language) -> Iterator[str]:
    """Each ladder under its title: a line per step, and what is to say about it below."""
    forms, texts = load_words(language), _texts()
    width = max((len(_relative(line, language)) for line in lines), default=0)
    for ladder, group in groupby(lines, key=lambda line: line.ladder):
        of_ladder = tuple(group)
        first = of_ladder[0]
        yield texts.title.text(language).format(
            ladder=ladder, invoiced=forms.day(first.invoice_date), due=forms.day(first.due_date)
        )
        names = max(len(line.step) for line in of_ladder)
        for line in of_ladder:
            day = _day(line.day, language) if line.day else ""
            what = f"{line.purpose}, {' + '.join(line.channels)}"
            yield f"  {day:<15}  {_relative(line, language):<{width}}  {line.step:<{names}}  {what}".rstrip()
            yield from (f"  {'':<15}  {note}" for note in _notes(line, language))
        yield ""
    yield texts.basis.text(language)


def _day(day: date, language: Language) -> str:
    return str(format_date(day, "EEE d MMM y", _LOCALES[language])).replace(".", "")


def _relative(line: CalendarLine, language: Language) -> str:
    days, texts = line.days_from_due, _texts()
    if days is None:
        return ""
    if days == 0:
        return texts.due.text(language)
    if abs(days) == 1:
        return (texts.one_before if days < 0 else texts.one_after).text(language)
    return (texts.before if days < 0 else texts.after).text(language).format(days=abs(days))


def _notes(line: CalendarLine, language: Language) -> Iterator[str]:
    texts = _texts()
    if line.day is None:
        if line.event is None:
            yield texts.elsewhere.text(language)
        else:
            yield texts.event.text(language).format(days=line.event_days, event=line.event)
    if line.opened_on is not None and line.day is not None and line.opened_on < line.day:
        why = texts.quiet if line.opened_on_quiet_day else texts.capped
        yield texts.moved.text(language).format(day=_day(line.opened_on, language), why=why.text(language))
    if line.needs_approval:
        yield texts.approval.text(language)
