"""The report stage as Prefect tasks. A run and its figures go in; paths, counts and sums come out, never rows or names."""

from __future__ import annotations

from prefect import get_run_logger, task
from prefect.artifacts import create_markdown_artifact, create_table_artifact

from tasks.credit.files import write_order_holds
from tasks.credit.previous import load_previous_holds
from tasks.credit.reasons import hold_language
from tasks.duties.previous import load_previous_tasks
from tasks.duties.worklist import write_tasks
from tasks.experiment.page import write_outcomes
from tasks.ledger.live import ledger_of
from tasks.parties.worklist import write_worklist
from tasks.report.artifact import decision_table, reject_table, to_markdown
from tasks.report.build import build_mart
from tasks.report.conservation import check_conservation
from tasks.report.diagnosis_page import write_diagnosis
from tasks.report.news import RunNews
from tasks.report.page import read_riskiest, write_pages
from tasks.report.read import read_summary
from tasks.report.summary import RunSummary
from tasks.report.words import Language, load_words, report_language
from tasks.runs import Run
from tasks.score.cash.tied import check_ties
from tasks.settings.load import load_workspace
from tasks.warehouse.connection import open_for_building
from tasks.warehouse.publish import Published, publish
from tasks.warehouse.work import write_ledger_facts

_AFTER_SENDING = ("ledger.reminders", "ledger.runs")


@task(name="publish-warehouse", task_run_name="publish {run.run_id}")
def publish_warehouse(run: Run) -> Published:
    """Builds `mart` on the ledger as it is now, checks that the books balance, and publishes. Safe to repeat.

    Raises:
        ConservationBroken, PublishFailed: defects of ours; analysts keep the former warehouse.
    """
    settings = load_workspace(run.folder).settings
    with ledger_of(run.folder) as ledger:
        facts = ledger.facts(run.as_of)
    with open_for_building(run.work_db, settings.warehouse) as connection:
        # The facts the decisions were made on stay as they were; only what became of the messages is news.
        write_ledger_facts(connection, {relation: facts[relation] for relation in _AFTER_SENDING})
        load_previous_holds(connection, run.paths, run.as_of)
        load_previous_tasks(connection, run.paths, run.as_of)
        build_mart(connection, settings)
        check_conservation(connection)
        check_ties(connection)
    published = publish(run.work_db, run.paths, run_id=run.run_id, settings=settings.warehouse)
    rows = ", ".join(f"{table.name} {table.rows}" for table in published.tables)
    get_run_logger().info("published %s: %s", published.path.name, rows)
    return published


@task(name="write-report", task_run_name="report of {run.run_id}")
def write_report(run: Run, news: RunNews) -> RunSummary:
    """Writes the run's pages, its diagnosis and the worklist of contacts to its folder; `mart` must be built. Safe to repeat."""
    workspace = load_workspace(run.folder)
    language = report_language(workspace.settings.company.language)
    with open_for_building(run.work_db, workspace.settings.warehouse) as connection:
        summary = read_summary(connection, news)
        riskiest = read_riskiest(connection)
        write_worklist(connection, run.directory, language)
        write_tasks(connection, run.directory, language)
        write_order_holds(connection, run.directory, hold_language(workspace.settings.company.language))
        write_diagnosis(connection, run.directory, language)
        write_outcomes(connection, run.directory, language)
    page = write_pages(run.directory, summary, riskiest, language)
    get_run_logger().info("report: %s", page)
    return summary


def show_in_prefect(summary: RunSummary, language: Language) -> None:
    """Creates the artifacts of the current flow run, keyed by company so that Prefect shows each one's history."""
    words = load_words(language)
    company = summary.company_id.replace("_", "-")
    title = f"{words['title']} {summary.as_of.isoformat()}"
    create_markdown_artifact(to_markdown(summary, language), key=f"run-summary-{company}", description=title)
    create_table_artifact(
        decision_table(summary, language), key=f"decisions-{company}", description=words["decisions_title"]
    )
    create_table_artifact(reject_table(summary, language), key=f"refused-{company}", description=words["refused_title"])
