"""The Prefect tasks of the warehouse that belong to no stage."""

from __future__ import annotations

import shutil

from prefect import task

from tasks.runs import Run
from tasks.settings.load import load_workspace


@task(name="tidy-runs", task_run_name="tidy after {run.run_id}")
def tidy_runs(run: Run) -> None:
    """Removes the scratch database of a run that was published, and the folders of runs beyond `warehouse.keep_runs`.

    Everything in them can be built again. Safe to repeat.
    """
    for leftover in run.directory.glob("work.duckdb*"):
        leftover.unlink()
    shutil.rmtree(run.directory / "spill", ignore_errors=True)
    keep = load_workspace(run.folder).settings.warehouse.keep_runs
    folders = sorted(run.paths.runs.iterdir(), key=lambda folder: folder.stat().st_mtime, reverse=True)
    for folder in folders[keep:]:
        shutil.rmtree(folder, ignore_errors=True)
