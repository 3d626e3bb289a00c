"""How many rows of a file were refused because of each contract column: what a later delivery is compared with."""

from __future__ import annotations

from tasks.extract.manifest import ManifestRefused
from tasks.warehouse.connection import Connection


def refused_columns(connection: Connection) -> tuple[ManifestRefused, ...]:
    """Counted from the rows in quarantine (`excluded`), each row once per column; lines that are no rows under `(line)`."""
    rows = connection.execute("""
        WITH refused AS (
            SELECT unnest(list_distinct(columns)) AS refused_for FROM excluded WHERE kind = 'quarantined'
        )
        SELECT refused_for, count(*) FROM refused GROUP BY refused_for ORDER BY refused_for
    """).fetchall()
    return tuple(ManifestRefused(column=column, rows=count) for column, count in rows)
