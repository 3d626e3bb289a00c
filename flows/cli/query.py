"""`puntual query`: SQL on the published warehouse."""

from __future__ import annotations

import sys
from typing import Annotated

import typer
from rich.table import Table

from flows.cli.options import AsJson, Folder
from flows.cli.output import err, out, print_json
from tasks.paths import WorkspacePaths
from tasks.warehouse.query import QueryResult

Sql = Annotated[str, typer.Argument(metavar="SQL", help="One SELECT, WITH, DESCRIBE, SHOW, SUMMARIZE or EXPLAIN.")]
Timeout = Annotated[float, typer.Option(help="Seconds after which the query is stopped.", min=0.1)]
MaxRows = Annotated[int | None, typer.Option(help="Rows at most. Default: 1000 on the screen, all with --json.", min=1)]
_ROWS_ON_SCREEN = 1000


def query(folder: Folder, sql: Sql, timeout: Timeout = 60.0, max_rows: MaxRows = None, as_json: AsJson = False) -> None:
    """Run SQL on the published warehouse (schema mart), read-only."""
    # Imported here because --help does not need DuckDB.
    from tasks.warehouse.json_rows import to_json_rows  # noqa: PLC0415
    from tasks.warehouse.query import query as run_query  # noqa: PLC0415

    limit = max_rows or (sys.maxsize - 1 if as_json else _ROWS_ON_SCREEN)
    result = run_query(WorkspacePaths(folder.resolve()), sql, timeout_seconds=timeout, max_rows=limit)
    if as_json:
        print_json(to_json_rows(result))
    else:
        out.print(_table(result))
    if result.is_cut:
        err.print(f"Only the first {limit} rows are shown; use --max-rows for more.")


def _table(result: QueryResult) -> Table:
    table = Table(*result.columns)
    for row in result.rows:
        table.add_row(*("" if value is None else str(value) for value in row))
    return table
