"""`puntual query`: SQL on the published warehouse."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table

from flows.cli.options import AsJson, Folder
from flows.cli.output import err, out, print_json
from tasks.paths import WorkspacePaths
from tasks.warehouse.query import QueryResult

Sql = Annotated[str, typer.Argument(metavar="SQL", help="One SELECT, WITH, DESCRIBE, SHOW, SUMMARIZE or EXPLAIN.")]
Timeout = Annotated[float, typer.Option(help="Seconds after which the query is stopped.", min=0.1)]
MaxRows = Annotated[int, typer.Option(help="Rows to show at most.", min=1)]


def query(folder: Folder, sql: Sql, timeout: Timeout = 60.0, max_rows: MaxRows = 1000, as_json: AsJson = False) -> None:
    """Run SQL on the published warehouse (schema mart), read-only."""
    # Imported here because --help does not need DuckDB.
    from tasks.warehouse.json_rows import to_json_rows  # noqa: PLC0415
    from tasks.warehouse.query import query as run_query  # noqa: PLC0415

    result = run_query(WorkspacePaths(folder.resolve()), sql, timeout_seconds=timeout, max_rows=max_rows)
    if as_json:
        print_json(to_json_rows(result))
    else:
        out.print(_table(result))
    if result.is_cut:
        err.print(f"Only the first {max_rows} rows are shown; use --max-rows for more.")


def _table(result: QueryResult) -> Table:
    table = Table(*result.columns)
    for row in result.rows:
        table.add_row(*("" if value is None else str(value) for value in row))
    return table
