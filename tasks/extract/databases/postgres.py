"""The result of a read-only PostgreSQL query, streamed through Arrow into a scratch Parquet file.

The transaction is read-only, and the run's business date is at hand as `:as_of` or `current_setting('puntual.as_of')::date`,
so that a query can give the state of any day.
"""

from __future__ import annotations

import datetime
import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import adbc_driver_manager
import pyarrow as pa
import pyarrow.parquet as pq
from adbc_driver_postgresql import dbapi

from tasks.extract.databases.allowed import check_returned, iso, with_business_date
from tasks.extract.databases.result import QueryResult, failed_connection, without_secrets
from tasks.extract.raw import CellKind
from tasks.problems import Problem, SourceProblem, SourceUnreachable
from tasks.settings.formats import DatabaseFormat
from tasks.warehouse.errors import without_values

CONNECT_TIMEOUT_SECONDS = 10
# SQLSTATE classes about the statement, the session or the rights; their text names columns and tables, never a cell.
# https://www.postgresql.org/docs/current/errcodes-appendix.html
_ABOUT_THE_STATEMENT = ("25", "28", "3D", "3F", "42", "57")
_SERVER_ERROR = re.compile(r"ERROR:\s*(.*)", re.DOTALL)


def read_postgres(
    source: str,
    settings: DatabaseFormat,
    url: str,
    *,
    allowed: frozenset[str],
    as_of: datetime.date,
    scratch: Path,
) -> QueryResult:
    """Runs the query and keeps its rows.

    Raises:
        SourceUnreachable: the server does not answer; the same call may succeed later.
        SourceProblem: the server refuses the query, it would change data, it returns columns that no mapping uses, or
            a row of it cannot be computed.
    """
    target = scratch / "query.parquet"
    digest, rows = hashlib.sha256(), 0
    with _connected(source, url) as connection, connection.cursor() as cursor:
        try:
            cursor.execute("SET TRANSACTION READ ONLY")
            cursor.execute(f"SET LOCAL puntual.as_of = '{as_of.isoformat()}'")
            query = with_business_date(settings.query, f"DATE {iso(as_of)}")
            check_returned(source, allowed, cursor.adbc_execute_schema(query).names)
            cursor.execute(query)
            reader = cursor.fetch_record_batch()
            schema = pa.schema([_storage_field(field) for field in reader.schema])
            numerics: dict[str, CellKind] = {
                field.name: "number" for field in reader.schema if getattr(field.type, "type_name", "") == "numeric"
            }
            digest.update(schema.serialize().to_pybytes())
            with pq.ParquetWriter(target, schema) as writer:
                for batch in _batches(source, reader):
                    plain = pa.RecordBatch.from_arrays(
                        [
                            _storage(column).cast(field.type)
                            for column, field in zip(batch.columns, schema, strict=True)
                        ],
                        schema=schema,
                    )
                    digest.update(plain.serialize().to_pybytes())
                    writer.write_batch(plain)
                    rows += plain.num_rows
        except adbc_driver_manager.Error as error:
            raise _refused(source, url, error) from None
    return QueryResult(target, digest.hexdigest(), rows, numerics)


@contextmanager
def _connected(source: str, url: str) -> Iterator[dbapi.Connection]:
    timed = (
        url
        if "connect_timeout" in url
        else f"{url}{'&' if '?' in url else '?'}connect_timeout={CONNECT_TIMEOUT_SECONDS}"
    )
    try:
        connection = dbapi.connect(timed)
    except adbc_driver_manager.Error as error:
        raise SourceUnreachable(
            Problem(
                "error",
                f"sources.{source}",
                f"PostgreSQL cannot be reached: {failed_connection(error)}",
                "Check that the server runs and that the URL in the environment is right.",
            )
        ) from None
    try:
        yield connection
    finally:
        connection.rollback()
        connection.close()


def _batches(source: str, reader: pa.RecordBatchReader) -> Iterator[pa.RecordBatch]:
    """The reader's batches; the server may still fail at any row, and then quotes the cell it failed at."""
    while True:
        try:
            batch = reader.read_next_batch()
        except StopIteration:
            return
        except (OSError, pa.ArrowException) as error:
            raise SourceProblem(
                Problem(
                    "error",
                    f"sources.{source}.format.query",
                    f"PostgreSQL cannot compute a row: {without_values(_server_text(error))}",
                    "Correct the query, for example its casts and divisions, so that it reads every row.",
                )
            ) from None
        yield batch


def _refused(source: str, url: str, error: adbc_driver_manager.Error) -> SourceProblem:
    text = _server_text(error)
    is_about_the_statement = (error.sqlstate or "").startswith(_ABOUT_THE_STATEMENT)
    said = without_secrets(text.partition("\n")[0], url) if is_about_the_statement else without_values(text)
    return SourceProblem(
        Problem(
            "error",
            f"sources.{source}.format.query",
            f"PostgreSQL refuses the query: {said}",
            "Correct the query; it must be one SELECT and may not change data.",
        )
    )


def _server_text(error: Exception) -> str:
    """What the server said, without the driver's words around it."""
    found = _SERVER_ERROR.search(str(error))
    return found.group(1) if found else type(error).__name__


def _storage_field(field: pa.Field) -> pa.Field:
    """Numbers of arbitrary precision come as an opaque type over text; the text is exact."""
    is_extension = isinstance(field.type, pa.BaseExtensionType)
    return pa.field(field.name, field.type.storage_type if is_extension else field.type)


def _storage(column: pa.Array) -> pa.Array:
    return column.storage if isinstance(column, pa.ExtensionArray) else column
