"""The worklists as a Prefect task: a run's folder and database in, counts out; no names, and nothing for an artifact."""

from __future__ import annotations

from pathlib import Path

from prefect import get_run_logger, task

from tasks.ledger.live import utc_now
from tasks.settings.load import load_workspace
from tasks.worklist.hand_over import WorklistCounts, make_worklists


@task(name="write-worklists", task_run_name="worklists of {run_id}")
def write_worklists(folder: Path, *, run_id: str, work_database: Path, send: bool) -> WorklistCounts:
    """Writes the lists of a run, and hands them over when `send`. Safe to repeat: what was handed over stays with whom it was."""
    counts = make_worklists(
        load_workspace(folder), run_id=run_id, work_database=work_database, clock=utc_now, send=send
    )
    get_run_logger().info("worklists: %s", counts)
    return counts
