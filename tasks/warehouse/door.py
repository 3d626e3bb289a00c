"""The Prefect tasks of the warehouse that belong to no stage."""

from __future__ import annotations

import shutil

from prefect import task

from tasks.runs import Run


@task(name="discard-work-database", task_run_name="discard work database of {run.run_id}")
def discard_work_database(run: Run) -> None:
    """Removes the scratch database of a run that was published; everything in it can be built again. Safe to repeat."""
    for leftover in run.directory.glob("work.duckdb*"):
        leftover.unlink()
    shutil.rmtree(run.directory / "spill", ignore_errors=True)
