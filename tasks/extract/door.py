"""The Prefect tasks of the extract stage. Nothing else in this folder knows Prefect."""

from __future__ import annotations

import datetime
from pathlib import Path

from prefect import get_run_logger, task
from prefect.client.schemas.objects import State, TaskRun
from prefect.tasks import Task

from tasks.extract.attach import attach_landing
from tasks.extract.model import Extraction
from tasks.extract.run import extract
from tasks.problems import SourceUnreachable
from tasks.progress import report
from tasks.runs import Run
from tasks.settings.load import load_workspace
from tasks.warehouse.connection import open_for_building
from tasks.warehouse.work import write_parameters

RETRIES = 2
RETRY_SECONDS = 20.0


def is_worth_retrying(task_: Task[..., object], run: TaskRun, state: State[object]) -> bool:
    """Only a source that does not answer; a wrong file stays wrong."""
    return isinstance(state.result(raise_on_failure=False), SourceUnreachable)


@task(
    name="extract",
    task_run_name="extract-{as_of}",
    retries=RETRIES,
    retry_delay_seconds=RETRY_SECONDS,
    retry_condition_fn=is_worth_retrying,
    persist_result=False,
)
def extract_sources(workspace: str, as_of: datetime.date) -> Extraction:
    """Lands the sources of the workspace folder; the result holds counts and places, no rows."""
    result = extract(
        load_workspace(Path(workspace)),
        as_of=as_of,
        on_progress=lambda progress: report("extract", progress.done, progress.total),
    )
    parsed = sum(file.was_parsed for file in result.files)
    rows = sum(file.rows_in for file in result.files)
    get_run_logger().info("%d files (%d parsed now), %d rows in", len(result.files), parsed, rows)
    return result


@task(name="open-work-database", task_run_name="open work database of {run.run_id}", persist_result=False)
def open_work_database(run: Run, extraction: Extraction, *, known_on: datetime.date) -> None:
    """Makes the run's scratch database, with its parameters and the landed files as `landing.*`.

    `known_on`: the day that the exports describe (`tasks.ledger.live.known_on`), read when the run began, so that a run over
    midnight does not become a replay.
    """
    workspace = load_workspace(run.folder)
    settings = workspace.settings
    with open_for_building(run.work_db, settings.warehouse) as connection:
        write_parameters(
            connection,
            settings.company,
            run_id=run.run_id,
            as_of=run.as_of,
            known_on=known_on,
            letter_service=settings.sending.letter_service,
        )
        attach_landing(connection, workspace, extraction.files)
