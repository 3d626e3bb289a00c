"""The Prefect task of this stage: keys in, counts out; what it does is in `decide`."""

from __future__ import annotations

from pathlib import Path

from prefect import get_run_logger, task

from tasks.paths import WorkspacePaths
from tasks.segment.decide import DecisionSummary, decide
from tasks.segment.lint_overrides import find_idle_overrides
from tasks.segment.load import load_strategy
from tasks.settings.workspace import WarehouseSettings
from tasks.warehouse.connection import open_for_building


@task(name="check-strategy", task_run_name="check strategy")
def check_strategy(folder: Path) -> None:
    """Raises `SettingsProblem` with every mistake in the strategy of the workspace in `folder`, before anything is read."""
    load_strategy(WorkspacePaths(folder).strategy)


@task(name="segment-and-decide", task_run_name="segment and decide")
def segment_and_decide(
    *, work_database: Path, strategy_file: Path, warehouse: WarehouseSettings, batch_size: int
) -> DecisionSummary:
    """Decides about every open receivable of a work database in which staging and score are built.

    Raises:
        SettingsProblem: the strategy cannot be used as written.
        InvariantBroken: the decisions do not add up; nothing may be sent on them.
    """
    strategy = load_strategy(strategy_file)
    with open_for_building(work_database, warehouse) as connection:
        summary = decide(connection, strategy, batch_size=batch_size)
        for problem in find_idle_overrides(connection, strategy_file.name):
            get_run_logger().warning("%s", problem)
    counts = ", ".join(f"{decision} {count}" for decision, count in summary.decisions.items())
    get_run_logger().info(
        "decided about %d open receivables with strategy %s: %s; %d batches of messages",
        summary.open_receivables,
        summary.strategy_version,
        counts,
        len(summary.batches),
    )
    return summary
