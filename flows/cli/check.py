"""`puntual check`: everything that can be wrong before a run, told at once."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.options import AsJson, AsOf, Folder
from flows.cli.output import out, print_json, print_problems, problems_as_json, progress_bars
from flows.clock import business_date
from tasks.problems import UserProblem
from tasks.settings.load import Workspace, load_workspace

if TYPE_CHECKING:
    from tasks.checks.calendar import CalendarLine


Calendar = Annotated[
    bool, typer.Option("--calendar", help="Print when a receivable that nobody pays would hear of each step.")
]
Due = Annotated[
    datetime | None,
    typer.Option(
        "--due",
        metavar="DATE",
        formats=["%Y-%m-%d"],
        help="Due date of the calendar's receivable, yyyy-mm-dd. Default: the business date.",
    ),
]


def check(
    folder: Folder, as_of: AsOf = None, calendar: Calendar = False, due: Due = None, as_json: AsJson = False
) -> None:
    """Check settings, sources, contracts, freshness, totals, strategy, templates, credentials and the ledger."""
    from tasks.checks.cleared_rows import cleared_rows  # noqa: PLC0415 likewise
    from tasks.checks.workspace import all_problems  # noqa: PLC0415 Great Expectations takes seconds to import

    workspace = load_workspace(folder)
    day = business_date(workspace, as_of.date() if as_of else None)
    with progress_bars(not as_json):
        problems = all_problems(workspace, day, os.environ)
        lines = _calendar(workspace, due.date() if due else day) if calendar or due else ()
    is_ok = not any(problem.severity == "error" for problem in problems)
    if as_json:
        told = {"calendar": [asdict(line) for line in lines]} if calendar or due else {}
        print_json({"ok": is_ok, "problems": problems_as_json(problems), **told})
    else:
        _print_calendar(workspace, lines)
        print_problems(problems)
        for line in cleared_rows(workspace):
            out.print(line, markup=False)
        warnings = sum(1 for problem in problems if problem.severity == "warning")
        if is_ok:
            out.print(f"Ready for {day}: no errors, {warnings} warnings. Next: puntual run {folder}", markup=False)
        else:
            out.print(f"Not ready for {day}: {len(problems) - warnings} errors, {warnings} warnings.", markup=False)
    if not is_ok:
        raise typer.Exit(1)


def _calendar(workspace: Workspace, due_on: date) -> Sequence[CalendarLine]:
    """The lines; none of a strategy with errors, which the check has told already."""
    from tasks.checks.calendar import calendar  # noqa: PLC0415
    from tasks.segment.load import load_strategy  # noqa: PLC0415

    try:
        strategy = load_strategy(workspace.paths.strategy)
    except UserProblem:
        return ()
    return calendar(strategy, workspace.settings.company, due_on=due_on)


def _print_calendar(workspace: Workspace, lines: Sequence[CalendarLine]) -> None:
    from tasks.checks.calendar_words import calendar_text  # noqa: PLC0415
    from tasks.report.words import report_language  # noqa: PLC0415

    if lines:
        for line in calendar_text(lines, report_language(workspace.settings.company.language)):
            out.print(line, markup=False)
