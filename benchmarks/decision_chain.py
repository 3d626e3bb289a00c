"""What keeping a day's decisions costs: `python -m benchmarks.decision_chain WORK_DB [--rows 1000000]`.

Takes the work database of a run that has decided (one that `benchmarks.stages` left), repeats its customers with all that belongs
to them until about `--rows` receivables are open, and keeps their decisions twice, the second time as a retry. Prints seconds,
processor seconds and the peak resident memory of this process up to then. Nothing is kept: everything lies in a temporary folder.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import yaml

from benchmarks.measure import KIB_PER_UNIT
from tasks.decisions.record import record_decisions
from tasks.decisions.roots import altered_rows, read_roots
from tasks.ledger.opening import open_ledger
from tasks.settings.load import load_workspace
from tasks.settings.workspace import WarehouseSettings
from tasks.warehouse.connection import Connection, open_for_building

KEYS = ("customer_id", "receivable_id")
NEEDED = {
    "run.parameters": "*",
    "policy.parameters": "*",
    "landing.files": "*",
    "landing.file_amounts": "*",
    "segment.facts": "*",
    "decide.freshness": "*",
    "decide.decisions": "*",
    "decide.evidence": "*",
    "staging.receivables": "currency, amount",
    "staging.settlements": "currency, amount, open_amount",
}
"""What the decisions are kept from, with the columns that it takes."""


@contextmanager
def timed(step: str) -> Iterator[None]:
    """Prints the step's seconds, its processor seconds and the peak resident memory so far."""
    started, cpu = time.perf_counter(), time.process_time()
    yield
    wall, cpu = time.perf_counter() - started, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * KIB_PER_UNIT / 1024
    print(f"{step:<40} {wall:7.1f} s   CPU {cpu:7.2f} s   peak {peak:7.0f} MiB", flush=True)


def main() -> None:
    """Prints one line per step."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("work_db", type=Path)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--memory-limit", default="2GB")
    parser.add_argument("--threads", type=int)
    arguments = parser.parse_args()
    limits = WarehouseSettings(memory_limit=arguments.memory_limit, threads=arguments.threads)
    with tempfile.TemporaryDirectory(dir=arguments.work_db.parent) as name:
        folder = Path(name)
        write_workspace(folder)
        repeat(arguments.work_db, folder / "work.duckdb", arguments.rows)
        workspace = load_workspace(folder)
        with (
            open_for_building(folder / "work.duckdb", limits) as connection,
            open_ledger(workspace, clock=lambda: datetime(2026, 6, 16, tzinfo=UTC)) as ledger,
        ):
            with timed("nothing but the columns, to a file"):
                write_bare(connection, folder / "bare.parquet")
            with timed("decisions kept"):
                link = record_decisions(connection, workspace.paths.decisions, ledger)
            with timed("kept again, as a retry"):
                record_decisions(connection, workspace.paths.decisions, ledger)
            file = workspace.paths.decisions / f"{link.run_id}.parquet"
            with timed("roots of the file"):
                read_roots(connection, file)
        with duckdb.connect(config={"threads": 2}) as scratch, timed("every row against its hash"):
            altered_rows(scratch, file)
        print(f"{link.row_count:,} rows, {file.stat().st_size / 1e6:.1f} MB")


def write_workspace(folder: Path) -> None:
    """A workspace whose ledger the decisions are added to."""
    person = {"name": "Ana", "email": "ana@acme.example"}
    company = {"id": "acme", "name": "Acme", "country": "ES", "sender": person, "collector": person}
    source = {"name": "invoices", "contract": "receivables", "path": "invoices.csv", "columns": {}}
    (folder / "puntual.yaml").write_text(yaml.safe_dump({"company": company, "sources": [source]}))


def repeat(source: Path, target: Path, rows: int) -> None:
    """Copies what the decisions are kept from, with each customer as often as `rows` needs.

    A view becomes a table: its own work is no part of what is measured.
    """
    with duckdb.connect(str(target)) as connection:
        connection.execute(f"ATTACH '{source}' AS src (READ_ONLY)")
        found = connection.execute("SELECT count(*) FROM src.decide.decisions").fetchone()
        times = max(1, round(rows / found[0])) if found is not None and found[0] else 1
        connection.execute("USE src")
        for relation, columns in NEEDED.items():
            connection.execute(f"CREATE SCHEMA IF NOT EXISTS work.{relation.split('.')[0]}")
            connection.execute(f"CREATE TABLE work.{relation} AS {repeated(connection, relation, columns, times)}")
        connection.execute("USE work")
        # What the files brought has to be what was landed.
        connection.execute(f"UPDATE landing.files SET {times_of('landing.files', times)}")  # noqa: S608 our own names
        connection.execute(f"UPDATE landing.file_amounts SET {times_of('landing.file_amounts', times)}")  # noqa: S608 our own names


def repeated(connection: Connection, relation: str, columns: str, times: int) -> str:
    """A SELECT of the relation; where it is about customers, `times` over, each under its own number."""
    names = [str(name) for name, *_ in connection.execute(f"DESCRIBE {relation}").fetchall()]
    if "customer_id" not in names:
        return f"FROM {relation}"
    keys = [key for key in KEYS if key in names and columns == "*"]
    numbered = [f"{key} || '-' || copy AS {key}" for key in keys]
    if keys and "item_number" in names:
        numbered.append(f"item_number * {times} + copy AS item_number")
    listed = f"s.* REPLACE ({', '.join(numbered)})" if keys else columns
    return f"SELECT {listed} FROM {relation} AS s, range({times}) AS r(copy)"  # noqa: S608 our own names


def times_of(relation: str, times: int) -> str:
    """The assignments that multiply the counts and sums of a landing table."""
    counted = ("rows_in", "landed", "quarantined", "duplicates")
    summed = ("amount_in", "amount_landed", "amount_quarantined", "amount_duplicates")
    return ", ".join(f"{name} = {name} * {times}" for name in (counted if relation.endswith("files") else summed))


def write_bare(connection: Connection, target: Path) -> None:
    """The decisions as they are, without any hash: the yardstick."""
    columns = [name for (name, *_) in connection.execute("DESCRIBE decide.decisions").fetchall()]
    listed = ", ".join(f'"{name}"' for name in columns if name not in ("step_rank", "message_rank", "reminder_key"))
    connection.execute(
        f"COPY (SELECT {listed} FROM decide.decisions) TO '{target}' (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1)"  # noqa: S608
    )


if __name__ == "__main__":
    main()
