"""One stage of the daily run in a process of its own: `python -m benchmarks.stages STAGE FOLDER`; the last line it prints is JSON.

The stages after `extract` continue on the work database that the one before left. What a stage imports is imported inside it, so
that a process's peak memory is that of its stage.
"""

# ruff: noqa: PLC0415 - see above

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

from tasks.settings.load import Workspace, load_workspace
from tasks.settings.workspace import WarehouseSettings

RUN_ID = "20260616-00000000"
Figures = dict[str, int]
Timed = tuple[float, Figures]


def main() -> None:
    """Runs the stage named on the command line and prints its seconds and figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("stage", choices=STAGES)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--threads", type=int)
    parser.add_argument("--memory-limit", default="3GB")
    arguments = parser.parse_args()
    limits = WarehouseSettings(memory_limit=arguments.memory_limit, threads=arguments.threads)
    seconds, figures = STAGES[arguments.stage](limited(load_workspace(arguments.folder), limits))
    print(json.dumps({"seconds": seconds, "figures": figures}))


def limited(workspace: Workspace, limits: WarehouseSettings) -> Workspace:
    """The workspace with these limits for DuckDB instead of its own."""
    return Workspace(workspace.paths, workspace.settings.model_copy(update={"warehouse": limits}))


def as_of(workspace: Workspace) -> date:
    """The date the ledger was made for."""
    if workspace.settings.demo_as_of is None:
        raise ValueError("puntual.yaml states no demo_as_of")
    return workspace.settings.demo_as_of


def work_db(workspace: Workspace) -> Path:
    """The work database of the benchmark's only run."""
    return workspace.paths.run(RUN_ID) / "work.duckdb"


def load(workspace: Workspace) -> Timed:
    """DuckDB alone."""
    from benchmarks import bare_load

    limits = workspace.settings.warehouse
    started = time.perf_counter()
    rows = bare_load.load(workspace.paths.root, threads=limits.threads, memory_limit=limits.memory_limit)
    return time.perf_counter() - started, rows


def extract(workspace: Workspace) -> Timed:
    """Files to the landing zone, and the inputs of the work database."""
    from tasks import extract as stage
    from tasks.warehouse.connection import open_for_building
    from tasks.warehouse.inputs import create_empty_inputs
    from tasks.warehouse.work import write_parameters

    started = time.perf_counter()
    extraction = stage.extract(workspace, as_of=as_of(workspace))
    with open_for_building(work_db(workspace), workspace.settings.warehouse) as connection:
        stage.attach_landing(connection, workspace, extraction.files)
        day = as_of(workspace)
        write_parameters(connection, workspace.settings.company, run_id=RUN_ID, as_of=day, known_on=day)
        create_empty_inputs(connection)
    took = time.perf_counter() - started
    figures = {"landed": 0, "quarantined": 0, "duplicates": 0}
    for file in extraction.files:
        for name in figures:
            figures[name] += getattr(file, name)
    return took, figures


def validate(workspace: Workspace) -> Timed:
    """The data contracts."""
    from tasks.validate.validation import validate as stage

    started = time.perf_counter()
    report = stage(workspace, work_db=work_db(workspace), as_of=as_of(workspace))
    return time.perf_counter() - started, {"checks": len(report.results)}


def staging(workspace: Workspace) -> Timed:
    """Facts of customers, receivables and payments."""
    from tasks.warehouse.connection import open_for_building
    from tasks.warehouse.models import build

    started = time.perf_counter()
    with open_for_building(work_db(workspace), workspace.settings.warehouse) as connection:
        built = build(connection, ("staging",))
    return time.perf_counter() - started, {"relations": len(built)}


def score(workspace: Workspace) -> Timed:
    """The scorecard, on the facts."""
    from tasks.score.scorecard import load_scorecard
    from tasks.warehouse.connection import open_for_building
    from tasks.warehouse.models import build

    started = time.perf_counter()
    with open_for_building(work_db(workspace), workspace.settings.warehouse) as connection:
        load_scorecard(connection)
        built = build(connection, ("score",))
    return time.perf_counter() - started, {"relations": len(built)}


def decide(workspace: Workspace) -> Timed:
    """Segments, decisions, messages and their invariants."""
    from tasks.segment.decide import decide as stage
    from tasks.segment.load import load_strategy
    from tasks.warehouse.connection import open_for_building

    started = time.perf_counter()
    with open_for_building(work_db(workspace), workspace.settings.warehouse) as connection:
        summary = stage(
            connection, load_strategy(workspace.paths.strategy), batch_size=workspace.settings.sending.batch_size
        )
    took = time.perf_counter() - started
    messages = sum(batch.messages for batch in summary.batches)
    return took, {"open_receivables": summary.open_receivables, **summary.decisions, "messages": messages}


STAGES: dict[str, Callable[[Workspace], Timed]] = {
    "load": load,
    "extract": extract,
    "validate": validate,
    "staging": staging,
    "score": score,
    "decide": decide,
}

if __name__ == "__main__":
    main()
