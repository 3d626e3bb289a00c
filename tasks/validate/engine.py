"""Great Expectations on DuckDB: an execution engine that keeps its connection, and the data source that uses it.

Great Expectations closes the connection of a dialect it does not know before it fetches the rows, so every expectation
would fail with an exception. Both classes only put that right; SQL and results are Great Expectations' own.
"""

from __future__ import annotations

import builtins
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from great_expectations.datasource.fluent import SQLDatasource
from great_expectations.execution_engine import SqlAlchemyExecutionEngine
from sqlalchemy.engine import Connection

from tasks.settings.workspace import WarehouseSettings


class DuckdbExecutionEngine(SqlAlchemyExecutionEngine):  # type: ignore[misc] # Great Expectations publishes no types
    """Runs every metric on one connection that stays open until `close`."""

    _connection: Connection | None

    @contextmanager
    def get_connection(self) -> Iterator[Connection]:
        """The one connection, opened on first use."""
        if self._connection is None:
            self._connection = self.engine.connect()
        yield self._connection

    def close(self) -> None:
        """Closes the connection, so that the file can be opened for writing again."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        self.engine.dispose()


class DuckdbDatasource(SQLDatasource):  # type: ignore[misc] # Great Expectations publishes no types
    """Registered with Great Expectations by being defined: `context.data_sources.add_puntual_duckdb(...)`."""

    type: Literal["puntual_duckdb"] = "puntual_duckdb"

    @property
    def execution_engine_type(self) -> builtins.type[DuckdbExecutionEngine]:
        """The engine that Great Expectations builds for this data source."""
        return DuckdbExecutionEngine

    def close(self) -> None:
        """Lets go of the file: Great Expectations opens it twice, once to test the connection and once to use it."""
        self.get_execution_engine().close()
        self.get_engine().dispose()


def read_config(work_db: Path, settings: WarehouseSettings) -> dict[str, str | bool | int | float | list[str]]:
    """How DuckDB reads `work_db`: memory bounded, spilling beside the file, no extensions from outside."""
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": settings.memory_limit,
        "temp_directory": str(work_db.parent / "spill"),
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }
    if settings.threads is not None:
        config["threads"] = settings.threads
    return config
