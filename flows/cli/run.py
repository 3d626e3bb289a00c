"""`puntual run` and `puntual send`: the day's work, as Prefect flows in this process."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.options import AsJson, AsOf, Folder
from flows.cli.output import err, out, print_json, progress_bars
from tasks.settings.load import load_workspace

if TYPE_CHECKING:
    from tasks.report.counts import RunResult

Send = Annotated[
    bool, typer.Option("--send", help="Let the messages leave. Without it they are planned and rendered only.")
]


def run(folder: Folder, as_of: AsOf = None, send: Send = False, as_json: AsJson = False) -> None:
    """Run the day: extract, validate, score, decide, plan or send the reminders, publish."""
    result = run_day(folder, _date(as_of), send=send, is_quiet=as_json)
    print_result(folder, result, as_json=as_json)


def send(folder: Folder, as_of: AsOf = None, as_json: AsJson = False) -> None:
    """Send what is planned and approved for the day, after re-checking payments; what is new waits."""
    from prefect import tags  # noqa: PLC0415 Prefect takes seconds to import, which --help should not

    from flows.naming import company_tag  # noqa: PLC0415
    from flows.send_planned import send_planned  # noqa: PLC0415

    workspace = load_workspace(folder)
    with progress_bars(not as_json), tags(company_tag(workspace)):
        result = send_planned(workspace.paths.root, as_of=_date(as_of))
    print_result(folder, result, as_json=as_json)


def run_day(folder: Path, as_of: date | None, *, send: bool, is_quiet: bool) -> RunResult:
    """Runs the flow `collect` in this process, with progress on stderr unless `is_quiet`."""
    workspace = load_workspace(folder)  # before Prefect starts, so that a mistake is told at once
    if not is_quiet:
        err.print("Starting Prefect (about ten seconds when no server runs) ...")
    from prefect import tags  # noqa: PLC0415 Prefect takes seconds to import, which --help should not

    from flows.collect import collect  # noqa: PLC0415
    from flows.naming import company_tag  # noqa: PLC0415

    with progress_bars(not is_quiet), tags(company_tag(workspace)):
        return collect(workspace.paths.root, as_of=as_of, send=send)


def print_result(folder: Path, result: RunResult, *, as_json: bool) -> None:
    """The result as JSON, or in a few lines for a finance person."""
    if as_json:
        print_json(result.as_json())
        return
    from tasks.report.console import to_lines  # noqa: PLC0415
    from tasks.report.words import report_language  # noqa: PLC0415

    for line in to_lines(result, report_language(load_workspace(folder).settings.company.language)):
        out.print(line, markup=False)


def _date(as_of: datetime | None) -> date | None:
    return as_of.date() if as_of else None
