"""The Prefect task of this stage: a run goes in, counts come out; what it does is in `build`."""

from __future__ import annotations

from prefect import get_run_logger, task

from tasks.runs import Run
from tasks.score.build import build_scores as build_in
from tasks.score.fitted.use import scoring_on
from tasks.settings.load import load_workspace
from tasks.warehouse.connection import open_for_building


@task(name="build-scores", task_run_name="score {run.run_id}")
def build_scores(run: Run) -> int:
    """Builds `staging` and `score` in the run's work database, and returns the number of open receivables. Safe to repeat."""
    workspace = load_workspace(run.folder)
    scoring = scoring_on(workspace, run.as_of)
    with open_for_building(run.work_db, workspace.settings.warehouse) as connection:
        built = build_in(connection, scoring)
        counted = connection.execute("SELECT count(*) FROM score.receivable_scores").fetchone()
    scored = int(counted[0]) if counted else 0
    seconds = sum(item.seconds for item in built)
    by = "the points scorecard" if scoring is None else f"the model {scoring.model.name}"
    get_run_logger().info("scored %d open receivables by %s in %.1f s (%d relations)", scored, by, seconds, len(built))
    return scored
