"""The yardstick: DuckDB alone loads the workspace's files into tables of a fresh file, typed by its own sniffer."""

from __future__ import annotations

from pathlib import Path

import duckdb

from benchmarks.generate_ledger import FILES, export


def load(folder: Path, *, threads: int | None, memory_limit: str) -> dict[str, int]:
    """Creates `.puntual/bare.duckdb` with one table per export and checkpoints it; rows per table."""
    target = folder / ".puntual" / "bare.duckdb"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.unlink(missing_ok=True)
    config: dict[str, str | bool | int | float | list[str]] = {"memory_limit": memory_limit}
    if threads is not None:
        config["threads"] = threads
    with duckdb.connect(str(target), config=config) as connection:
        for name in FILES:
            path = export(folder, name)
            connection.execute(f"CREATE TABLE {name} AS SELECT * FROM '{path}'")  # noqa: S608 - our own names
        connection.execute("CHECKPOINT")
        rows = {name: connection.table(name).count("*").fetchall()[0][0] for name in FILES}
    target.unlink()
    return rows
