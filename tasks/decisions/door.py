"""The Prefect task that keeps a run's decisions, before anything is sent on them."""

from __future__ import annotations

from prefect import get_run_logger, task

from tasks.decisions.record import record_decisions
from tasks.experiment.assign import new_members
from tasks.ledger.live import ledger_of
from tasks.runs import Run
from tasks.settings.load import load_workspace
from tasks.warehouse.connection import open_for_building


@task(name="record-decisions", task_run_name="record decisions of {run.as_of}")
def keep_decisions(run: Run) -> str:
    """Writes who is in which group of an experiment and what was decided about every open receivable; gives the run's root.

    Safe to repeat.

    Raises:
        DecisionsDoNotAddUp: money was lost between the files and the decisions.
        LedgerProblem: the run has decided otherwise before, or the ledger cannot be used.
    """
    workspace = load_workspace(run.folder)
    with open_for_building(run.work_db, workspace.settings.warehouse) as connection, ledger_of(run.folder) as ledger:
        assigned = ledger.assign_members(new_members(connection), run_id=run.run_id)
        link = record_decisions(connection, run.paths.decisions, ledger)
    logger = get_run_logger()
    if assigned:
        logger.info("%d customers were assigned to experiments", assigned)
    logger.info("kept %d decisions as number %d of the chain, root %s", link.row_count, link.number, link.root)
    return link.root
