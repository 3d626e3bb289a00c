"""Writes a workspace with N receivables, N/20 customers and their payments: `python -m benchmarks.generate_ledger FOLDER --rows 1000000`.

DuckDB writes the CSV files straight from SQL, and `hash()` of the row number takes the place of random numbers: the same rows give the
same bytes with the same version of DuckDB. About nine tenths are settled at `AS_OF`; one row in a thousand is a duplicate, one in ten
thousand breaks a rule (always one that every reader can type, so that a bare load reads the same file).
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

import duckdb

from tasks.segment.load import ready_strategy

HERE = Path(__file__).resolve().parent
STATEMENTS = HERE / "ledger_sql"
CUSTOMERS_PER_RECEIVABLE = 20
FILES = ("customers", "contacts", "receivables", "payments")


def generate(folder: Path, *, rows: int, threads: int | None = None, memory_limit: str = "3GB") -> None:
    """Writes `puntual.yaml`, `strategy.yaml` and `exports/*.csv` into `folder`; `rows` counts receivables before duplicates."""
    exports = folder / "exports"
    exports.mkdir(parents=True, exist_ok=True)
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": memory_limit,
        "temp_directory": str(folder / "spill"),
    }
    if threads is not None:
        config["threads"] = threads
    with duckdb.connect(config=config) as connection:
        connection.execute(f"SET VARIABLE receivables = {rows}")
        connection.execute(f"SET VARIABLE customers = {max(rows // CUSTOMERS_PER_RECEIVABLE, 1)}")
        connection.execute("CREATE MACRO roll(number, what, sides) AS (hash(number::BIGINT, what) % sides)::INTEGER")
        connection.execute("CREATE MACRO terms_of(customer) AS [30, 30, 45, 60][1 + roll(customer, 'terms', 4)]")
        connection.execute(f"CREATE TEMP VIEW billed AS {_select('billed')}")
        for name in FILES:
            connection.execute(f"COPY ({_select(name)}) TO '{exports / name}.csv' (HEADER, DELIMITER ',')")
    shutil.rmtree(folder / "spill", ignore_errors=True)
    shutil.copy(ready_strategy("standard"), folder / "strategy.yaml")
    shutil.copy(HERE / "puntual.yaml", folder / "puntual.yaml")  # last: a folder that has it is complete


def _select(name: str) -> str:
    return (STATEMENTS / f"{name}.sql").read_text(encoding="utf-8")


def main() -> None:
    """Reads the command line and writes the workspace."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--threads", type=int)
    arguments = parser.parse_args()
    generate(arguments.folder, rows=arguments.rows, threads=arguments.threads)
    for name in FILES:
        path = arguments.folder / "exports" / f"{name}.csv"
        print(f"{path.stat().st_size / 1e6:10,.1f} MB  {path}")


if __name__ == "__main__":
    main()
