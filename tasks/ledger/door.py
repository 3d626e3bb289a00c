"""The ledger as Prefect tasks: a run begins and ends here, and its plan is written here. Ids and counts go in and out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from prefect import get_run_logger, task

from tasks.ledger.counts import ReminderCounts
from tasks.ledger.holder import LEASE
from tasks.ledger.live import ledger_of, utc_now
from tasks.ledger.reminders import PlanResult, items_from_arrow, reminders_from_arrow
from tasks.ledger.runs import RunMode, RunStart, RunStatus
from tasks.runs import Run, new_run
from tasks.settings.load import load_workspace
from tasks.warehouse.connection import open_for_building
from tasks.warehouse.work import write_ledger_facts


@task(name="begin-run", task_run_name="begin run of {as_of}")
def begin_run(folder: Path, *, as_of: date, mode: RunMode) -> Run:
    """Opens the run in the ledger, after giving up the claims that a dead process left.

    Raises:
        LedgerProblem: the ledger is missing, newer than the program, or older than what it has said before.
    """
    run = new_run(folder, as_of)
    with ledger_of(run.folder) as ledger:
        abandoned = ledger.abandon_claims(claimed_before=utc_now() - LEASE)
        ledger.start_run(RunStart(run_id=run.run_id, as_of=as_of, mode=mode))
    if abandoned:
        get_run_logger().warning("%d claims of a dead process are unknown now: run `puntual reconcile`", len(abandoned))
    return run


@task(name="load-ledger-facts", task_run_name="load ledger facts of {run.as_of}")
def load_ledger_facts(run: Run) -> dict[str, int]:
    """Copies what the ledger knew on the run's date into its work database; returns rows per relation."""
    workspace = load_workspace(run.folder)
    with ledger_of(run.folder) as ledger:
        facts = ledger.facts(run.as_of)
    with open_for_building(run.work_db, workspace.settings.warehouse) as connection:
        write_ledger_facts(connection, facts)
    return {relation: table.num_rows for relation, table in facts.items()}


@task(name="plan-reminders", task_run_name="plan reminders of {run.as_of}")
def plan_reminders(run: Run) -> PlanResult:
    """Makes the ledger's plan of the day equal to what the work database decided. Safe to repeat."""
    workspace = load_workspace(run.folder)
    with open_for_building(run.work_db, workspace.settings.warehouse) as connection:
        reminders = connection.execute("SELECT * FROM outgoing.messages ORDER BY reminder_key").to_arrow_table()
        items = connection.execute("SELECT * FROM outgoing.items ORDER BY ALL").to_arrow_table()
    with ledger_of(run.folder) as ledger:
        result = ledger.plan(
            run_id=run.run_id,
            as_of=run.as_of,
            reminders=reminders_from_arrow(reminders),
            items=items_from_arrow(items),
        )
    get_run_logger().info("plan of %s: %s", run.as_of, result)
    return result


@task(name="count-reminders", task_run_name="count reminders of {run.as_of}")
def count_reminders(run: Run) -> ReminderCounts:
    """Where the day's reminders stand: planned is the sum of the rest."""
    with ledger_of(run.folder) as ledger:
        return ledger.counts(as_of=run.as_of)


@task(name="finish-run", task_run_name="finish run {run.run_id}")
def finish_run(
    run: Run,
    *,
    status: RunStatus,
    counts: Mapping[str, int],
    warehouse: str | None = None,
    strategy_version: str | None = None,
) -> None:
    """Records how the run ended, in our own history."""
    with ledger_of(run.folder) as ledger:
        ledger.finish_run(
            run.run_id, status=status, counts=counts, warehouse=warehouse, strategy_version=strategy_version
        )
