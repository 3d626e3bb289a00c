"""The day's run: take in the exports, decide about every open receivable, remind, and publish what happened."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from prefect import flow, tags

from flows.clock import business_date, require_day
from flows.decide import decide_day
from flows.intake import take_in
from flows.naming import company_tag, flow_run_name
from flows.outcome import failure_is_recorded, failure_of
from flows.remind import remind
from flows.report import report_day, show
from flows.stopwatch import Stopwatch
from tasks.approval.door import admit_strategy
from tasks.consequences.door import check_consequences
from tasks.ledger.door import begin_run, plan_reminders
from tasks.remind.door import check_templates
from tasks.report.counts import RunResult
from tasks.report.news import Mode
from tasks.segment.door import check_strategy
from tasks.settings.load import load_workspace


@flow(name="collect", flow_run_name=flow_run_name)
def collect(workspace: Path, as_of: date | None = None, send: bool = False) -> RunResult:
    """Runs the day `as_of` (default: today at the company) of the workspace folder.

    Without `send` everything is planned and rendered, and nothing leaves.

    Raises:
        UserProblem: what the user has to put right. Where only sending failed, the day is published all the same, and the
            run's history says that it failed.
    """
    home = load_workspace(workspace)
    day = business_date(home, as_of)
    require_day(home, day, sends=send)
    mode: Mode = "send" if send else "plan"
    with tags(company_tag(home)):
        run = begin_run(workspace, as_of=day, mode=mode)
        watch = Stopwatch()
        with failure_is_recorded(run):
            check_strategy(run.folder)
            check_consequences(run)
            check_templates(run.folder)
            intake = take_in(run, watch)
            decisions = decide_day(run, watch)
            plan_reminders(run)
            with watch.stage("remind"):
                sends = send and admit_strategy(run.folder)
                failure = failure_of(remind(run, decisions.batches, send=sends, return_state=True))
            result = report_day(
                run,
                mode="send" if sends else "plan",
                intake=intake,
                decisions=decisions,
                watch=watch,
                has_failed=failure is not None,
                strategy_waits=send and not sends,
            )
        show(home, result)
    if failure is not None:
        raise failure
    return result
