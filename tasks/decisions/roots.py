"""Hashes of the rows of one Parquet file, worked out in DuckDB: their roots, and which rows do not hash to what they say."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from tasks.warehouse.connection import Connection
from tasks.warehouse.models import load_models

ROWS_AT_ONCE = 4_000_000
"""Rows whose hashes are sorted in memory at a time: about 400 MB."""
_HEX = "0123456789abcdef"


@dataclass(frozen=True)
class Roots:
    """What the rows of a file add up to. `buckets`: a root for the rows whose hash begins with these two hex digits."""

    row_count: int
    rows_root: str
    facts_root: str
    buckets: dict[str, str]


def read_roots(connection: Connection, file: Path) -> Roots:
    """The roots of the rows in `file`, whatever order they lie in.

    A bucket's root is the SHA-256 of its rows' hashes in ascending order, one after another; the rows' root that of all buckets
    with their digits. The facts' root is the SHA-256 of the count of rows and of the sums of both halves of their facts' hashes:
    quick to compare, and not meant to resist anybody, for the rows' hashes hold the facts' hashes.
    """
    source = [str(file)]
    found = connection.execute(
        """SELECT count(*), coalesce(sum(('0x' || left(facts_hash, 16))::UBIGINT), 0),
            coalesce(sum(('0x' || right(facts_hash, 16))::UBIGINT), 0) FROM read_parquet($1)""",
        source,
    ).fetchone()
    if found is None:
        raise ValueError(f"{file.name}: count(*) gave no row")
    count = int(found[0])
    passes = 1 if count <= ROWS_AT_ONCE else len(_HEX)
    buckets: dict[str, str] = {}
    for part in range(passes):
        digits = _HEX if passes == 1 else _HEX[part]
        buckets |= dict(
            connection.execute(
                """SELECT left(row_hash, 2), sha256(string_agg(row_hash, '' ORDER BY row_hash)) FROM read_parquet($1)
                WHERE contains($2, left(row_hash, 1)) GROUP BY 1 ORDER BY 1""",
                [*source, digits],
            ).fetchall()
        )
    rows_root = _sha256("".join(f"{digits}{root}" for digits, root in sorted(buckets.items())))
    return Roots(count, rows_root, _sha256("|".join(map(str, found))), buckets)


@dataclass(frozen=True)
class Altered:
    """Rows that do not hash to their own `row_hash`: how many, and the first by receivable."""

    rows: int
    receivable_id: str


def altered_rows(connection: Connection, file: Path) -> Altered | None:
    """Rows of `file` whose content is not what was hashed; None where every row is. Builds `decisions.rows` over the file."""
    select = next(model.select for model in load_models() if model.relation == "decisions.rows")
    connection.execute("CREATE SCHEMA IF NOT EXISTS decisions")
    connection.execute(
        f"CREATE OR REPLACE VIEW decisions.decided AS SELECT * EXCLUDE (row_hash), row_hash AS kept_hash"  # noqa: S608
        f" FROM read_parquet({_text(file)})"
    )
    again = select.replace("FROM decisions.decided", ", kept_hash FROM decisions.decided")
    found = connection.execute(
        f"SELECT count(*), min(receivable_id) FROM ({again}) WHERE row_hash IS DISTINCT FROM kept_hash"  # noqa: S608
    ).fetchone()
    return Altered(int(found[0]), str(found[1])) if found is not None and found[0] else None


def hash_of_file(file: Path) -> str:
    """SHA-256 of the file's bytes, hex digits."""
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _text(file: Path) -> str:
    return "'" + str(file).replace("'", "''") + "'"
