"""The calendar of each ladder: on which day a sample receivable that nobody pays would hear of each step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date

from tasks.segment.ladders import Channel, Purpose
from tasks.segment.lint_walk import walk
from tasks.segment.lint_walked import Said
from tasks.segment.lint_worlds import Case, cases_of
from tasks.segment.quiet_days import quiet_days
from tasks.segment.said_steps import SaidStep, said_steps
from tasks.segment.strategy import Strategy
from tasks.settings.workspace import Company


@dataclass(frozen=True, kw_only=True)
class CalendarLine:
    """A step on its day. `days_from_due`: negative before the due date. `opened_on`: before `day` where something held it back.

    `day` None: it waits for an event (`event_days` after `event`), or is not said about such a receivable.
    """

    ladder: str
    step: str
    purpose: Purpose
    channels: tuple[Channel, ...]
    needs_approval: bool
    invoice_date: date
    due_date: date
    day: date | None = None
    days_from_due: int | None = None
    opened_on: date | None = None
    opened_on_quiet_day: bool = False
    event: str | None = None
    event_days: int | None = None


def calendar(strategy: Strategy, company: Company, *, due_on: date) -> tuple[CalendarLine, ...]:
    """The lines of every ladder, by day, for a receivable with a term of payment that falls due on `due_on` at the company's country.

    They come from the SQL that decides, so what moves a step in a run moves it here.
    """
    cases = [case for case in cases_of(strategy, countries=[company.country], due_on=due_on) if case.kind == "usual"]
    if not cases:
        return ()
    found = walk(strategy, cases, company)
    quiet = {
        one.day
        for start in (cases[0].invoice_date, due_on)
        for one in quiet_days(strategy.quiet_days, company_country=company.country, customer_countries=[], start=start)
    }
    first = {case.ladder: case for case in reversed(cases)}
    return tuple(
        line
        for name in strategy.ladders
        for line in _of_case(strategy, first[name], [one for one in found.said if one.case is first[name]], quiet)
    )


def _of_case(strategy: Strategy, case: Case, said: Sequence[Said], quiet: Set[date]) -> Iterator[CalendarLine]:
    steps = {one.name: one for one in said_steps(strategy.ladders[case.ladder].steps)}
    for one in said:
        yield replace(
            _line(case, steps[one.step]),
            day=one.day,
            days_from_due=(one.day - case.due_date).days,
            opened_on=one.opened_on,
            opened_on_quiet_day=one.opened_on in quiet,
        )
    heard = {steps[one.step].step.step for one in said}
    for name, step in {one.step.step: one for one in reversed(steps.values())}.items():
        if name not in heard:
            event = step.step.after_event
            line = _line(case, step)
            yield line if event is None else replace(line, event=event.event, event_days=event.days)


def _line(case: Case, said: SaidStep) -> CalendarLine:
    return CalendarLine(
        ladder=case.ladder,
        step=said.step.step,
        purpose=said.purpose,
        channels=said.step.channels,
        needs_approval=said.step.needs_approval,
        invoice_date=case.invoice_date,
        due_date=case.due_date,
    )
