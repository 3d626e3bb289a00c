"""Measures a day's run stage by stage beside DuckDB's bare load of the same files: `python -m benchmarks.daily_run --rows 1000000`.

What the columns mean is said in `benchmarks/README.md`.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

import duckdb

from benchmarks.generate_ledger import FILES, export, generate
from benchmarks.measure import Measured, measure

YARDSTICK = "load"
STAGES = ("extract", "validate", "staging", "score", "decide")
BUILD = Path(__file__).resolve().parents[1] / "build"


@dataclass(frozen=True)
class DailyRun:
    """The stages, and the yardstick before and after them, because another load on the machine may come or go."""

    yardsticks: tuple[Measured, Measured]
    stages: tuple[Measured, ...]

    @property
    def bare(self) -> Measured:
        """The faster yardstick: the harder one to compare with."""
        return min(self.yardsticks, key=lambda one: one.seconds)


def run(folder: Path, *, threads: int, memory_limit: str) -> DailyRun:
    """Every stage between two yardsticks, each in a fresh process; a former run's state is removed first."""
    shutil.rmtree(folder / ".puntual", ignore_errors=True)

    def one(stage: str) -> Measured:
        limits = ("--threads", str(threads), "--memory-limit", memory_limit)
        measured = measure(stage, "benchmarks.stages", str(folder), *limits)
        print(_line(measured), flush=True)
        return measured

    before = one(YARDSTICK)
    stages = tuple(one(stage) for stage in STAGES)
    return DailyRun((before, one(YARDSTICK)), stages)


def totals(measured: DailyRun) -> dict[str, float]:
    """Seconds, peak and ratios of extract → decide."""
    bare, stages = measured.bare, measured.stages
    seconds = sum(stage.seconds for stage in stages)
    process_seconds = sum(stage.process_seconds for stage in stages)
    cpu_seconds = sum(stage.cpu_seconds for stage in stages)
    return {
        "seconds": round(seconds, 2),
        "process_seconds": round(process_seconds, 2),
        "cpu_seconds": round(cpu_seconds, 2),
        "peak_mib": round(max(stage.peak_mib for stage in stages)),
        "intake_ratio": round(sum(stage.seconds for stage in stages[:2]) / bare.seconds, 2),
        "ratio": round(seconds / bare.seconds, 2),
        "process_ratio": round(process_seconds / bare.process_seconds, 2),
        "cpu_ratio": round(cpu_seconds / bare.cpu_seconds, 2),
    }


def main() -> None:
    """Reads the command line, writes the ledger if it is missing, measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--format", choices=("csv", "parquet"), default="csv")
    parser.add_argument("--folder", type=Path, help="Where the ledger lies or goes; build/benchmark-<rows> by default.")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--memory-limit", default="3GB")
    parser.add_argument("--json", action="store_true", help="Print the figures as JSON after the table.")
    parser.add_argument("--delete", action="store_true", help="Remove the ledger afterwards.")
    arguments = parser.parse_args()
    suffix = "" if arguments.format == "csv" else f"-{arguments.format}"
    folder = (arguments.folder or BUILD / f"benchmark-{arguments.rows}{suffix}").resolve()
    if not (folder / "puntual.yaml").exists():
        generate(
            folder,
            rows=arguments.rows,
            threads=arguments.threads,
            memory_limit=arguments.memory_limit,
            file_format=arguments.format,
        )
    exports = [export(folder, name) for name in FILES]
    megabytes = sum(path.stat().st_size for path in exports) / 1e6
    print(
        f"{arguments.rows:,} receivables, {megabytes:,.0f} MB of {exports[0].suffix[1:]}; {arguments.threads} threads, memory limit "
        f"{arguments.memory_limit}; DuckDB {duckdb.__version__}, Python {platform.python_version()}"
    )
    print(f"{'stage':10} {'seconds':>9} {'process':>9} {'CPU':>9} {'peak MiB':>9}")
    measured = run(folder, threads=arguments.threads, memory_limit=arguments.memory_limit)
    result = totals(measured)
    print(
        f"{'total':10} {result['seconds']:9.2f} {result['process_seconds']:9.2f} {result['cpu_seconds']:9.2f} "
        f"{result['peak_mib']:9,.0f}"
    )
    print(f"extract and validate over load: {result['intake_ratio']:.2f}")
    print(
        f"extract → decide over load: {result['ratio']:.2f} (with the start of each process {result['process_ratio']:.2f}, "
        f"in processor seconds {result['cpu_ratio']:.2f})"
    )
    if arguments.json:
        print(json.dumps({"rows": arguments.rows, **asdict(measured), "total": result}))
    shutil.rmtree(folder if arguments.delete else folder / ".puntual", ignore_errors=True)


def _line(one: Measured) -> str:
    figures = ", ".join(f"{count:,} {name}" for name, count in one.figures.items())
    return f"{one.stage:10} {one.seconds:9.2f} {one.process_seconds:9.2f} {one.cpu_seconds:9.2f} {one.peak_mib:9,.0f}  {figures}"


if __name__ == "__main__":
    main()
