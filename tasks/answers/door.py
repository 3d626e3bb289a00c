"""The collector's list of answers as a Prefect task: a run goes in, a number comes out, never words or names."""

from __future__ import annotations

from prefect import get_run_logger, task

from tasks.answers.notices import write_answers
from tasks.ledger.live import ledger_of
from tasks.report.words import report_language
from tasks.runs import Run
from tasks.settings.load import load_workspace
from tasks.warehouse.connection import open_for_building


@task(name="list-answers", task_run_name="answers since the run before {run.run_id}")
def list_answers(run: Run) -> int:
    """Writes what debtors answered since the last run to the run's folder; gives how many answers. Safe to repeat."""
    settings = load_workspace(run.folder).settings
    with ledger_of(run.folder) as ledger:
        answers = ledger.answers_since_last_run(run.as_of)
    if answers:
        language = report_language(settings.company.language)
        with open_for_building(run.work_db, settings.warehouse) as connection:
            zone = settings.company.time_zone
            write_answers(connection, run.directory, answers, language=language, time_zone=zone)
        get_run_logger().info("%d answers of debtors since the last run", len(answers))
    return len(answers)
