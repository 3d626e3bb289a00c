"""The day's run: take in the exports, decide about every open receivable, remind, and publish what happened."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from prefect import flow, runtime, tags

from flows.clock import business_date
from flows.decide import decide_day
from flows.intake import take_in
from flows.remind import remind
from flows.report import report_day, show
from flows.stopwatch import Stopwatch
from tasks.ledger.door import begin_run, finish_run
from tasks.report.counts import RunResult
from tasks.report.summary import Mode
from tasks.runs import Run
from tasks.settings.load import Workspace, load_workspace


def flow_run_name() -> str:
    """`andina 2026-06-15`: the company and the date, for the list of runs."""
    parameters = runtime.flow_run.parameters
    workspace = load_workspace(Path(parameters["workspace"]))
    return f"{workspace.company_id} {business_date(workspace, parameters.get('as_of'))}"


@flow(name="collect", flow_run_name=flow_run_name)
def collect(workspace: Path, as_of: date | None = None, send: bool = False) -> RunResult:
    """Runs the day `as_of` (default: today at the company) of the workspace folder.

    Without `send` everything is planned and rendered, and nothing leaves.

    Raises:
        UserProblem: what the user has to put right; the run's history says that it failed.
    """
    home = load_workspace(workspace)
    with tags(company_tag(home)):
        mode: Mode = "send" if send else "plan"
        run = begin_run(workspace, as_of=business_date(home, as_of), mode=mode)
        watch = Stopwatch()
        with failure_is_recorded(run):
            intake = take_in(run, watch)
            decisions = decide_day(run, watch)
            with watch.stage("remind"):
                remind(run, decisions.batches, send=send)
            return show(home, report_day(run, mode=mode, intake=intake, decisions=decisions, watch=watch))


def company_tag(workspace: Workspace) -> str:
    """The tag by which the Prefect UI filters one company's runs."""
    return f"company:{workspace.company_id}"


@contextmanager
def failure_is_recorded(run: Run) -> Iterator[None]:
    """Writes a failure into our own history of runs before it goes on to Prefect and to the user."""
    try:
        yield
    except Exception:
        finish_run(run, status="failed", counts={})
        raise
