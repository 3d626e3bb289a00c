"""Since when our tasks are open: `previous.internal_tasks`, read from the newest published warehouse of an earlier day.

Some exports mark a complaint and give no day; then the first run that saw it gives the day.
"""

from __future__ import annotations

from datetime import date

from tasks.credit.previous import newest_before
from tasks.paths import WorkspacePaths
from tasks.warehouse.connection import Connection
from tasks.warehouse.inputs import create_empty, input_relations

RELATION = "previous.internal_tasks"
_PUBLISHED = (
    "SELECT count(*) FROM duckdb_tables() WHERE database_name = 'earlier_tasks' AND table_name = 'internal_tasks'"
)


def load_previous_tasks(connection: Connection, paths: WorkspacePaths, as_of: date) -> None:
    """Fills `previous.internal_tasks`; empty where no warehouse of an earlier day tells of tasks.

    Args:
        connection: the work database, writable.
        paths: of the workspace whose published warehouses are looked at.
        as_of: the run's day; warehouses of that day are passed over, so that the same day run twice says the same.
    """
    columns = input_relations()[RELATION]
    connection.execute(f"DROP TABLE IF EXISTS {RELATION}")
    create_empty(connection, RELATION, columns)
    found = newest_before(paths, as_of)
    if found is None:
        return
    connection.execute("ATTACH '{}' AS earlier_tasks (READ_ONLY)".format(str(found).replace("'", "''")))
    try:
        tables = connection.execute(_PUBLISHED).fetchone()
        if tables is not None and tables[0]:
            connection.execute(
                f"INSERT INTO {RELATION} SELECT DISTINCT company_id, task_id, since FROM earlier_tasks.mart.internal_tasks"  # noqa: S608 names are our own
            )
    finally:
        connection.execute("DETACH earlier_tasks")
