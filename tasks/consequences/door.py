"""The Prefect tasks of this stage: a run in, a count out; what they do is in `check`, `build` and `journal`."""

from __future__ import annotations

from prefect import get_run_logger, task

from tasks.consequences.build import build_consequences
from tasks.consequences.check import RATES_FILE, require_good_consequences
from tasks.consequences.journal import write_journal
from tasks.consequences.rates import load_rates
from tasks.runs import Run
from tasks.segment.load import load_strategy
from tasks.settings.load import load_workspace
from tasks.warehouse.connection import open_for_building


@task(name="check-consequences", task_run_name="check consequences")
def check_consequences(run: Run) -> None:
    """Raises `SettingsProblem` with every mistake in `consequences:` and every rate that is missing, before anything is read."""
    require_good_consequences(run.paths.strategy, run.as_of)


@task(name="build-consequences", task_run_name="claims of {run.run_id}")
def claim_consequences(run: Run) -> int:
    """Makes the claims of a run that has decided, and proposes entries for those that were paid. Safe to repeat.

    Returns:
        The number of proposed entries.
    """
    strategy = load_strategy(run.paths.strategy)
    rates = load_rates(run.folder / RATES_FILE)
    with open_for_building(run.work_db, load_workspace(run.folder).settings.warehouse) as connection:
        build_consequences(connection, strategy, rates)
        proposed = write_journal(connection, run.directory)
    get_run_logger().info("claims made; %d entries proposed", proposed)
    return proposed
