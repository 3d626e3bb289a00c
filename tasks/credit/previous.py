"""What the run before this one said of orders: `previous.order_holds`, read from the newest published warehouse of an earlier day.

Warehouses of the same day are passed over, so that the same day run twice says the same. Without any, everything held is new.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from tasks.paths import WorkspacePaths
from tasks.warehouse.connection import Connection
from tasks.warehouse.inputs import create_empty, input_relations

RELATION = "previous.order_holds"
_DATE_DIGITS = 8


def load_previous_holds(connection: Connection, paths: WorkspacePaths, as_of: date) -> Path | None:
    """Fills `previous.order_holds`; returns the warehouse that it was read from, None where there is none.

    Args:
        connection: the work database, writable.
        paths: of the workspace whose published warehouses are looked at.
        as_of: the run's day.
    """
    columns = input_relations()[RELATION]
    connection.execute(f"DROP TABLE IF EXISTS {RELATION}")
    create_empty(connection, RELATION, columns)
    found = newest_before(paths, as_of)
    if found is None:
        return None
    listed = ", ".join(columns)
    connection.execute("ATTACH '{}' AS earlier_warehouse (READ_ONLY)".format(str(found).replace("'", "''")))
    try:
        if _has_holds(connection):
            connection.execute(f"INSERT INTO {RELATION} SELECT {listed} FROM earlier_warehouse.mart.order_holds")  # noqa: S608 names are our own
    finally:
        connection.execute("DETACH earlier_warehouse")
    return found


def newest_before(paths: WorkspacePaths, as_of: date) -> Path | None:
    """The newest published warehouse of an earlier day; None: there is none.

    Run ids begin with their day; of several of one day the one written last is what analysts saw.
    """
    day = f"{as_of:%Y%m%d}"
    earlier = [path for path in paths.warehouses.glob("*-*.duckdb") if path.name[:_DATE_DIGITS] < day]
    return max(earlier, key=lambda path: (path.name[:_DATE_DIGITS], path.stat().st_mtime_ns), default=None)


def _has_holds(connection: Connection) -> bool:
    """False for a warehouse that an older version of the program published."""
    tables = connection.execute(
        "SELECT count(*) FROM duckdb_tables() WHERE database_name = 'earlier_warehouse' AND table_name = 'order_holds'"
    ).fetchone()
    return tables is not None and tables[0] > 0
