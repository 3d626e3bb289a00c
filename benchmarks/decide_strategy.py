"""Seconds and memory of segment and decide in SQL: `python -m benchmarks.decide_strategy [--rows 10000000]`.

The tables that both read are made inside DuckDB, no exports: N open receivables of N/20 customers, with contacts, a memory of steps,
part payments, promises, disputes and holds. The strategy has a ladder of 12 steps and 20 segments. Beside it stand one scan of the same
rows, the yardstick, and the same work by the tests' oracle, a loop in Python, on a sample of customers, whose decisions must be the same.
Every stage is a process of its own; CPU is the processor time of the whole process, its imports included, which other load on the
machine disturbs least. Targets (issue 5): 60 s and 4 GiB for 10 million receivables on 2 cores.
"""

# ruff: noqa: PLC0415 - what a stage imports is imported inside it, so that its peak memory is its own

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.decide_tables import AS_OF, generate_tables, strategy
from benchmarks.measure import Measured, measure
from tasks.settings.workspace import WarehouseSettings
from tasks.warehouse.connection import Connection, open_for_building

ROWS = 10_000_000
SAMPLE = 2_000
FILE = "work.duckdb"
Figures = dict[str, int]


@contextmanager
def opened(arguments: argparse.Namespace) -> Iterator[Connection]:
    """The benchmark's database with the limits that were asked for."""
    limits = WarehouseSettings(memory_limit=arguments.memory_limit, threads=arguments.threads)
    with open_for_building(arguments.folder / FILE, limits) as connection:
        yield connection


def generate(arguments: argparse.Namespace) -> tuple[float, Figures]:
    """Makes the tables."""
    with opened(arguments) as connection:
        started = time.perf_counter()
        figures = generate_tables(connection, arguments.rows)
        return time.perf_counter() - started, figures


def scan(arguments: argparse.Namespace) -> tuple[float, Figures]:
    """Reads every column of the open receivables once."""
    with opened(arguments) as connection:
        started = time.perf_counter()
        connection.execute(
            "SELECT max(COLUMNS(* EXCLUDE document_references)) FROM staging.open_receivables"
        ).fetchall()
        return time.perf_counter() - started, {}


def decide(arguments: argparse.Namespace) -> tuple[float, Figures]:
    """Loads the policy, builds segment and decide, and checks the invariants, as a run does."""
    from tasks.segment.decide import decide as build_decisions

    with opened(arguments) as connection:
        started = time.perf_counter()
        summary = build_decisions(connection, strategy(), batch_size=500)
        return time.perf_counter() - started, {**summary.decisions, **summary.reasons}


def loop(arguments: argparse.Namespace) -> tuple[float, Figures]:
    """Decides a sample of customers one by one; the seconds are those of deciding alone, not of reading."""
    from tests.segment.oracle import decide_customer
    from tests.segment.world_sample import sample_world

    with opened(arguments) as connection:
        world = sample_world(connection, SAMPLE, AS_OF)
        found = dict(
            connection.execute("SELECT receivable_id, (reason, next_action_on, step) FROM decide.decisions").fetchall()
            if arguments.rows <= ROWS // 10
            else connection.execute(
                "SELECT receivable_id, (reason, next_action_on, step) FROM decide.decisions WHERE list_contains($1, customer_id)",
                [[customer.customer_id for customer in world.customers]],
            ).fetchall()
        )
    plan = strategy()
    started = time.perf_counter()
    verdicts = {
        receivable_id: verdict
        for customer in world.customers
        for receivable_id, verdict in decide_customer(world, plan, customer).items()
    }
    took = time.perf_counter() - started
    differing = sum(found[name] != (v.reason, v.next_action_on, v.step) for name, v in verdicts.items())
    return took, {"receivables": len(verdicts), "decided otherwise": differing}


STAGES: dict[str, Callable[[argparse.Namespace], tuple[float, Figures]]] = {
    "generate": generate,
    "scan": scan,
    "decide": decide,
    "loop": loop,
}


def main() -> None:
    """Runs all stages and prints a table, or the one stage that is named."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "stage", nargs="?", choices=STAGES, help="one stage only, in this process; for the program itself"
    )
    parser.add_argument("--folder", type=Path, help="where the database lies; a temporary one below build/ otherwise")
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--memory-limit", default="3GB")
    arguments = parser.parse_args()
    if arguments.stage is not None:
        seconds, figures = STAGES[arguments.stage](arguments)
        print(json.dumps({"seconds": seconds, "figures": figures}))
        return
    build = Path("build")
    build.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=build) as scratch:
        report(arguments, arguments.folder or Path(scratch))


def report(arguments: argparse.Namespace, folder: Path) -> None:
    """Runs each stage in a process of its own and prints what it took."""
    folder.mkdir(parents=True, exist_ok=True)
    limits = [
        "--rows",
        str(arguments.rows),
        "--threads",
        str(arguments.threads),
        "--memory-limit",
        arguments.memory_limit,
    ]
    done: dict[str, Measured] = {}
    print(f"{arguments.rows:,} open receivables as of {AS_OF}, {arguments.threads} threads, {arguments.memory_limit}")
    for stage in STAGES:
        done[stage] = measure(stage, "benchmarks.decide_strategy", "--folder", str(folder), *limits)
        found = done[stage]
        figures = ", ".join(f"{name} {count:,}" for name, count in found.figures.items())
        took = f"{found.seconds:9.2f} s  CPU {found.cpu_seconds:8.2f} s  peak {found.peak_mib:7.0f} MiB"
        print(f"{stage:<9}{took}  {figures}", flush=True)
    sample = done["loop"].figures["receivables"]
    all_by_loop = done["loop"].seconds / sample * arguments.rows
    print(f"decide takes {done['decide'].seconds / done['scan'].seconds:,.0f} times one scan of the same rows")
    print(
        f"the loop takes {done['loop'].seconds / sample * 1e6:,.0f} µs a receivable: {all_by_loop:,.0f} s for all of them,"
        f" {all_by_loop / done['decide'].seconds:,.0f} times the SQL"
    )


if __name__ == "__main__":
    main()
