"""Sends what is planned and approved for a day: for the person who looked at the plan and lets it go.

The day is taken in and decided again, so that what was paid or disputed meanwhile is seen; but a message that the ledger did not
hold as planned before is not sent: it is planned for the next time.
"""

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
from tasks.segment.door import check_strategy
from tasks.settings.load import load_workspace


@flow(name="send-planned", flow_run_name=flow_run_name)
def send_planned(workspace: Path, as_of: date | None = None) -> RunResult:
    """Sends the planned and approved messages of the day `as_of` (default: today at the company).

    Raises:
        UserProblem: what the user has to put right. Where only sending failed, the day is published all the same, and the
            run's history says that it failed.
    """
    home = load_workspace(workspace)
    day = business_date(home, as_of)
    require_day(home, day, sends=True)
    with tags(company_tag(home)):
        run = begin_run(workspace, as_of=day, mode="send")
        watch = Stopwatch()
        with failure_is_recorded(run):
            check_strategy(run.folder)
            check_consequences(run)
            check_templates(run.folder)
            intake = take_in(run, watch)
            decisions = decide_day(run, watch)
            with watch.stage("remind"):
                sends = admit_strategy(run.folder)
                failure = failure_of(remind(run, decisions.batches, send=sends, return_state=True))
            plan_reminders(run)
            result = report_day(
                run,
                mode="send" if sends else "plan",
                intake=intake,
                decisions=decisions,
                watch=watch,
                has_failed=failure is not None,
                strategy_waits=not sends,
            )
        show(home, result)
    if failure is not None:
        raise failure
    return result
