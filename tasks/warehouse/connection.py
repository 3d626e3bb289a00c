"""Opens DuckDB: for building (one writer, bounded memory, spilling) and for reading (hardened)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from tasks.settings.workspace import WarehouseSettings
from tasks.warehouse.errors import values_withheld

Connection = duckdb.DuckDBPyConnection


@contextmanager
def open_for_building(path: Path, settings: WarehouseSettings) -> Iterator[Connection]:
    """A writing connection to the file `path` with memory bounded and spill space beside the file.

    Extensions are neither installed nor loaded by themselves, so that a run needs no network.

    Raises:
        DatabaseFailed: DuckDB refused a statement of the block; the text holds no value of a row.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)  # its files hold names
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": settings.memory_limit,
        "temp_directory": str(path.parent / "spill"),
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }
    if settings.threads is not None:
        config["threads"] = settings.threads
    connection = duckdb.connect(str(path), config=config)
    try:
        with values_withheld(path.name):
            yield connection
    finally:
        connection.close()


@contextmanager
def open_for_reading(path: Path, memory_limit: str = "1GB") -> Iterator[Connection]:
    """A hardened read-only connection: no files, no network, no extensions, no changed settings.

    Raises:
        DatabaseFailed: DuckDB refused a statement of the block; the text holds no value of a row.
    """
    connection = duckdb.connect(
        str(path.resolve()),
        read_only=True,
        config={
            "enable_external_access": False,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "memory_limit": memory_limit,
            "lock_configuration": True,
        },
    )
    try:
        with values_withheld(path.name):
            yield connection
    finally:
        connection.close()
