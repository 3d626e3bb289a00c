"""Sends what is planned and approved for a day: for the person who looked at the plan and lets it go.

The day is taken in and decided again, so that what was paid or disputed meanwhile is seen; but a message that the ledger did not
hold as planned before is not sent: it is planned for the next time.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from prefect import flow, tags

from flows.clock import business_date
from flows.collect import company_tag, failure_is_recorded, flow_run_name
from flows.decide import decide_day
from flows.intake import take_in
from flows.remind import send_planned_batches
from flows.report import report_day, show
from flows.stopwatch import Stopwatch
from tasks.ledger.door import begin_run
from tasks.report.counts import RunResult
from tasks.settings.load import load_workspace


@flow(name="send-planned", flow_run_name=flow_run_name)
def send_planned(workspace: Path, as_of: date | None = None) -> RunResult:
    """Sends the planned and approved messages of the day `as_of` (default: today at the company).

    Raises:
        UserProblem: what the user has to put right; the run's history says that it failed.
    """
    home = load_workspace(workspace)
    with tags(company_tag(home)):
        run = begin_run(workspace, as_of=business_date(home, as_of), mode="send")
        watch = Stopwatch()
        with failure_is_recorded(run):
            intake = take_in(run, watch)
            decisions = decide_day(run, watch)
            with watch.stage("remind"):
                send_planned_batches(run, decisions.batches)
            return show(home, report_day(run, mode="send", intake=intake, decisions=decisions, watch=watch))
