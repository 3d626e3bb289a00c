"""Sub-flow: publish the warehouse, write the report, and close the run in our own history."""

from __future__ import annotations

from prefect import flow

from flows.intake import Intake
from flows.stopwatch import Stopwatch
from tasks.answers.door import list_answers
from tasks.ledger.door import count_reminders, finish_run
from tasks.remind.door import tell_held_back
from tasks.report.counts import RunResult, run_counts
from tasks.report.door import publish_warehouse, show_in_prefect, write_report
from tasks.report.news import Link, Mode, RunNews
from tasks.report.words import report_language
from tasks.runs import Run
from tasks.segment.decide import DecisionSummary
from tasks.settings.load import Workspace
from tasks.warehouse.door import tidy_runs


@flow(name="report", flow_run_name="report of {run.as_of}", validate_parameters=False)
def report_day(
    run: Run,
    *,
    mode: Mode,
    intake: Intake,
    decisions: DecisionSummary,
    watch: Stopwatch,
    has_failed: bool,
    strategy_waits: bool = False,
) -> RunResult:
    """What happened, for analysts (a new warehouse file) and for people (a page).

    `has_failed`: a batch did not go through. `strategy_waits`: nothing was sent, since nobody approved the strategy.
    """
    with watch.stage("report"):
        published = publish_warehouse(run)
        answers = list_answers(run)
    news = RunNews(
        mode=mode,
        reminders=count_reminders(run),
        warnings=tuple(str(problem) for problem in (*tell_held_back(run), *intake.warnings)),
        links=_links(run, mode, intake, answers),
        seconds=watch.stages,
        strategy_waits=strategy_waits,
        answers=answers,
    )
    summary = write_report(run, news)
    finish_run(
        run,
        status="failed" if has_failed else "completed",
        counts=run_counts(summary),
        warehouse=published.path.relative_to(run.folder).as_posix(),
        strategy_version=decisions.strategy_version,
    )
    tidy_runs(run)
    return RunResult(summary, published.path)


def show(workspace: Workspace, result: RunResult) -> RunResult:
    """Puts the summary where operations look: as artifacts of the flow run that calls this, the day's own."""
    show_in_prefect(result.summary, report_language(workspace.settings.company.language))
    return result


def _links(run: Run, mode: Mode, intake: Intake, answers: int) -> tuple[Link, ...]:
    messages = run.paths.outbox / run.as_of.isoformat() if mode == "send" else run.directory / "preview" / "index.html"
    return (
        Link("report", str(run.directory / "report.html")),
        Link("diagnosis", str(run.directory / "diagnosis.html")),
        Link("outcomes", str(run.directory / "outcomes.html")),
        Link("contact_tasks", str(run.directory / "contact_tasks.csv")),
        Link("internal_tasks", str(run.directory / "internal_tasks.csv")),
        *([Link("answers", str(run.directory / "answers.csv"))] if answers else []),
        Link("outbox", str(messages)),
        Link("data_docs", intake.data_docs),
        Link("warehouse", str(run.paths.current_warehouse)),
    )
