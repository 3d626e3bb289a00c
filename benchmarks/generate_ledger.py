"""Writes a workspace with N receivables, N/20 customers and their payments: `python -m benchmarks.generate_ledger FOLDER --rows 1000000`.

DuckDB writes the files straight from SQL, and `hash()` of the row number takes the place of random numbers: the same rows give the
same bytes with the same version of DuckDB. About nine tenths are settled at `AS_OF`; one row in a thousand is a duplicate, one in ten
thousand breaks a rule (always one that every reader can type, so that a bare load reads the same file).
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path
from typing import Literal

import duckdb
import yaml

from tasks.segment.load import ready_strategy

HERE = Path(__file__).resolve().parent
STATEMENTS = HERE / "ledger_sql"
CUSTOMERS_PER_RECEIVABLE = 20
FILES = ("customers", "contacts", "receivables", "payments")


Format = Literal["csv", "parquet"]


def generate(
    folder: Path, *, rows: int, threads: int | None = None, memory_limit: str = "3GB", file_format: Format = "csv"
) -> None:
    """Writes `puntual.yaml`, `strategy.yaml` and `exports/` into `folder`; `rows` counts receivables before duplicates."""
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
            options = "HEADER, DELIMITER ','" if file_format == "csv" else "FORMAT parquet"
            connection.execute(f"COPY ({_select(name)}) TO '{exports / name}.{file_format}' ({options})")
    shutil.rmtree(folder / "spill", ignore_errors=True)
    shutil.copy(ready_strategy("standard"), folder / "strategy.yaml")
    settings = yaml.safe_load((HERE / "puntual.yaml").read_text(encoding="utf-8"))
    for source in settings["sources"]:
        source |= {"path": f"exports/{source['name']}.{file_format}", "format": {"type": file_format}}
    # Last: a folder that has it is complete.
    (folder / "puntual.yaml").write_text(yaml.safe_dump(settings, sort_keys=False, allow_unicode=True), "utf-8")


def export(folder: Path, name: str) -> Path:
    """The generated export of this name, whatever its format."""
    return next((folder / "exports").glob(f"{name}.*"))


def _select(name: str) -> str:
    return (STATEMENTS / f"{name}.sql").read_text(encoding="utf-8")


def main() -> None:
    """Reads the command line and writes the workspace."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--threads", type=int)
    parser.add_argument("--format", choices=("csv", "parquet"), default="csv")
    arguments = parser.parse_args()
    generate(arguments.folder, rows=arguments.rows, threads=arguments.threads, file_format=arguments.format)
    for name in FILES:
        path = export(arguments.folder, name)
        print(f"{path.stat().st_size / 1e6:10,.1f} MB  {path}")


if __name__ == "__main__":
    main()
