"""Reads the published warehouse at 10 Hz, as analysts would, while runs publish: `python -m benchmarks.analyst_loop --runs 10`.

Each query goes through the same door as `puntual query`: the pointer is resolved anew, the connection is hardened and closed again.
Each run is a whole `puntual run` in a process of its own, on a copy of the example workspace, one working day after the other.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from tasks.paths import WorkspacePaths
from tasks.settings.load import load_workspace
from tasks.warehouse.query import query

EXAMPLE = Path(__file__).resolve().parents[1] / "examples" / "andina"
PATIENT = {"PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120"}
"""Prefect's own server starts slowly on a busy machine, and this loop makes it busy."""
QUERIES = (
    "SELECT currency, count(*), sum(open_amount) FROM mart.receivables GROUP BY currency",
    "SELECT reason, count(*) FROM mart.decisions GROUP BY reason ORDER BY 2 DESC",
    "SELECT c.risk_grade, r.currency, sum(r.open_amount) FROM mart.receivables r JOIN mart.customers c "
    "USING (company_id, customer_id) GROUP BY ALL",
    "SELECT * FROM mart.customers ORDER BY risk_score DESC LIMIT 20",
)


@dataclass
class Reading:
    """What the reader saw: seconds of each query, errors by text, and queries by the file that was published then."""

    seconds: list[float] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)
    files: Counter[str] = field(default_factory=Counter)


def read_until(stop: threading.Event, paths: WorkspacePaths, *, per_second: float) -> Reading:
    """Queries at a fixed beat until `stop` is set; a query that takes longer than a beat delays the next one."""
    reading = Reading()
    beat = 1 / per_second
    due = time.perf_counter()
    while not stop.is_set():
        started = time.perf_counter()
        try:
            query(paths, QUERIES[len(reading.seconds) % len(QUERIES)])
        except Exception as error:  # noqa: BLE001 - whatever an analyst would see is what is counted
            reading.errors[f"{type(error).__name__}: {str(error).splitlines()[0]}"] += 1
        reading.seconds.append(time.perf_counter() - started)
        reading.files[paths.current_warehouse.resolve().name] += 1
        due = max(due + beat, time.perf_counter())
        stop.wait(max(due - time.perf_counter(), 0))
    return reading


def run_days(folder: Path, first: date, runs: int) -> list[float]:
    """Runs the workspace for `runs` working days up to and including `first`; seconds of each run."""
    days = [first - timedelta(days=n) for n in range(2 * runs + 7)]
    working = sorted([day for day in days if day.weekday() < 5][:runs])
    seconds = []
    for day in working:
        started = time.perf_counter()
        command = [sys.executable, "-m", "flows.cli.app", "run", str(folder), "--as-of", day.isoformat(), "--json"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=PATIENT | os.environ)
        seconds.append(time.perf_counter() - started)
    return seconds


def measure(folder: Path, *, runs: int, per_second: float) -> dict[str, object]:
    """One run to have something published, then `runs` runs with a reader beside them; the figures."""
    settings = load_workspace(folder).settings
    last = settings.demo_as_of
    if last is None:
        raise SystemExit(f"{folder}/puntual.yaml states no demo_as_of")
    run_days(folder, last - timedelta(days=2 * runs + 7), 1)
    stop = threading.Event()
    readings: list[Reading] = []
    paths = WorkspacePaths(folder)
    reader = threading.Thread(target=lambda: readings.append(read_until(stop, paths, per_second=per_second)))
    reader.start()
    try:
        run_seconds = run_days(folder, last, runs)
    finally:
        stop.set()
        reader.join()
    reading = readings[0]
    return {
        "runs": len(run_seconds),
        "run_seconds": round(statistics.mean(run_seconds), 2),
        "queries": len(reading.seconds),
        "errors": sum(reading.errors.values()),
        "error_texts": dict(reading.errors),
        "published_files_seen": len(reading.files),
        "query_ms_median": round(1000 * statistics.median(reading.seconds), 1),
        "query_ms_p99": round(1000 * sorted(reading.seconds)[int(len(reading.seconds) * 0.99)], 1),
        "query_ms_max": round(1000 * max(reading.seconds), 1),
    }


def main() -> int:
    """Reads the command line, measures on a copy of the workspace and prints; 1 when a query failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workspace", type=Path, default=EXAMPLE)
    parser.add_argument("--runs", type=int, default=10)
    parser.add_argument("--per-second", type=float, default=10)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="puntual-analyst-") as scratch:
        folder = Path(scratch) / "workspace"
        shutil.copytree(arguments.workspace, folder, ignore=shutil.ignore_patterns(".puntual"))
        figures = measure(folder, runs=arguments.runs, per_second=arguments.per_second)
    if arguments.json:
        print(json.dumps(figures, indent=2))
    else:
        print("\n".join(f"{name:22} {value}" for name, value in figures.items()))
    return 1 if figures["errors"] else 0


if __name__ == "__main__":
    sys.exit(main())
