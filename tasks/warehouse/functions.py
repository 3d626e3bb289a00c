"""Functions of ours inside DuckDB: they take and give whole chunks of rows as Arrow arrays."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pyarrow as pa
from duckdb.func import PythonUDFType
from duckdb.sqltypes import DuckDBPyType

from tasks.warehouse.connection import Connection

ChunkFunction = Callable[..., pa.Array]


def register_function(
    connection: Connection, name: str, call: ChunkFunction, *, takes: Sequence[str], gives: str
) -> None:
    """Makes `call` known as `name`, replacing a function of that name; types are written as in SQL.

    The same arguments must give the same result: DuckDB may call it once for equal ones. A NULL argument gives NULL.
    """
    known = "SELECT count(*) FROM duckdb_functions() WHERE function_name = $1"
    if connection.execute(known, [name]).fetchone() != (0,):
        connection.remove_function(name)
    connection.create_function(
        name, call, [DuckDBPyType(kind) for kind in takes], DuckDBPyType(gives), type=PythonUDFType.ARROW
    )
