"""The Prefect task of the extract stage. Nothing else in this folder knows Prefect."""

from __future__ import annotations

import datetime
from pathlib import Path

from prefect import get_run_logger, task
from prefect.client.schemas.objects import State, TaskRun
from prefect.tasks import Task

from tasks.extract.model import Extraction
from tasks.extract.run import extract
from tasks.problems import SourceUnreachable
from tasks.settings.load import load_workspace

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
    result = extract(load_workspace(Path(workspace)), as_of=as_of)
    parsed = sum(file.was_parsed for file in result.files)
    rows = sum(file.rows_in for file in result.files)
    get_run_logger().info("%d files (%d parsed now), %d rows in", len(result.files), parsed, rows)
    return result
