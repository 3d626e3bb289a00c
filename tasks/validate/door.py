"""The validate stage as a Prefect task."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from prefect import get_run_logger, task

from tasks.runs import Run
from tasks.settings.load import load_workspace
from tasks.validate.control_account import check_control_account
from tasks.validate.report import ValidationReport
from tasks.warehouse.connection import open_for_building


@task(name="validate", task_run_name="validate {as_of}")
def validate_landed(folder: Path, *, work_db: Path, as_of: date) -> ValidationReport:
    """Judges what landed for the workspace in `folder`; raises `DatasetRejected` before anything is decided.

    Not retried: the same data would be rejected again.
    """
    # Imported here because Great Expectations takes about five seconds to import, which no other command should wait for.
    from tasks.validate.validation import validate  # noqa: PLC0415

    report = validate(load_workspace(folder), work_db=work_db, as_of=as_of)
    get_run_logger().info(
        "%d checks hold, %d warnings: %s", len(report.results), len(report.warnings), report.data_docs
    )
    return report


@task(name="tie-out", task_run_name="tie out {run.run_id}")
def tie_out(run: Run) -> None:
    """Compares what is open with the balance of the control account, once `staging` is built.

    Raises `DatasetRejected` before anything is decided. Not retried, as above.
    """
    workspace = load_workspace(run.folder)
    with open_for_building(run.work_db, workspace.settings.warehouse) as connection:
        check_control_account(connection, workspace, run.as_of)
