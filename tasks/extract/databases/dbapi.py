"""The result of a read-only query of a server without an Arrow driver, fetched in blocks into a scratch Parquet file of exact texts."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import pyarrow as pa
import pyarrow.parquet as pq

from tasks.extract.databases.allowed import check_returned, one_select, with_business_date
from tasks.extract.databases.cells import cell_text
from tasks.extract.databases.engines import Connection, Cursor, Engine, Row
from tasks.extract.databases.result import QueryResult, failed_connection, without_secrets
from tasks.extract.raw import CellKind
from tasks.problems import Problem, SourceProblem, SourceUnreachable
from tasks.settings.formats import DatabaseFormat
from tasks.warehouse.errors import without_values

FETCH_ROWS = 10_000


def read_dbapi(
    source: str,
    settings: DatabaseFormat,
    url: str,
    engine: Engine,
    *,
    allowed: frozenset[str],
    as_of: datetime.date,
    workspace: Path,
    scratch: Path,
) -> QueryResult:
    """Runs the query and keeps its rows.

    Raises:
        SettingsProblem: the query is not one SELECT.
        SourceUnreachable: the server does not answer; the same call may succeed later.
        SourceProblem: the server refuses the query, or it returns columns that no mapping uses.
    """
    query = with_business_date(settings.query, engine.date_literal(as_of)).strip().rstrip(";")
    one_select(source, query, engine.dialect)
    target = scratch / "query.parquet"
    with _connected(source, url, engine, workspace) as connection:
        cursor = connection.cursor()
        try:
            for statement in engine.read_only:
                cursor.execute(statement)
            names = list(engine.columns(cursor, query))
            check_returned(source, allowed, names)
            cursor.execute(query)
            digest, rows, kinds = _write(cursor, names, target)
        except engine.errors as error:
            raise _refused(source, url, engine, error) from None
    return QueryResult(target, digest, rows, dict(zip(names, kinds, strict=True)))


def _write(cursor: Cursor, names: list[str], target: Path) -> tuple[str, int, tuple[CellKind, ...]]:
    """Writes the rows; tells their SHA-256, how many there are, and what each column's values were."""
    schema = pa.schema([(name, pa.string()) for name in names])
    digest, count = hashlib.sha256("\x1f".join(names).encode()), 0
    kinds: list[set[CellKind]] = [set() for _ in names]
    with pq.ParquetWriter(target, schema) as writer:
        for block in _blocks(cursor):
            columns = []
            for index in range(len(names)):
                cells = [cell_text(row[index]) for row in block]
                kinds[index].update(kind for _, kind in cells if kind is not None)
                columns.append(pa.array([text for text, _ in cells], pa.string()))
            table = pa.Table.from_arrays(columns, schema=schema)
            for batch in table.to_batches():
                digest.update(batch.serialize().to_pybytes())
            writer.write_table(table)
            count += len(block)
    return digest.hexdigest(), count, tuple(_one_kind(found) for found in kinds)


def _blocks(cursor: Cursor) -> Iterator[Sequence[Row]]:
    while block := cursor.fetchmany(FETCH_ROWS):
        yield block


def _one_kind(found: set[CellKind]) -> CellKind:
    """A column of one kind has it; a mixed one is text, as far as every value can be one."""
    if "other" in found:
        return "other"
    return next(iter(found)) if len(found) == 1 else "text"


@contextmanager
def _connected(source: str, url: str, engine: Engine, workspace: Path) -> Iterator[Connection]:
    try:
        connection = engine.connect(urlsplit(url), workspace)
    except _unreachable(engine) as error:
        raise SourceUnreachable(
            Problem(
                "error",
                f"sources.{source}",
                f"{engine.name} cannot be reached: {failed_connection(error)}",
                "Check that the server runs and that the URL in the environment is right.",
            )
        ) from None
    try:
        yield connection
    finally:
        for end in (connection.rollback, connection.close):
            with suppress(*engine.errors):
                end()


def _unreachable(engine: Engine) -> tuple[type[Exception], ...]:
    return (*engine.errors, OSError)


def _refused(source: str, url: str, engine: Engine, error: Exception) -> SourceProblem:
    text = " ".join(str(error).split())
    said = without_secrets(text, url) if engine.about_the_statement.search(text) else without_values(text)
    return SourceProblem(
        Problem(
            "error",
            f"sources.{source}.format.query",
            f"{engine.name} refuses the query: {said}",
            "Correct the query; it must be one SELECT and may not change data.",
        )
    )
