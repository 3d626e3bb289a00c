"""Hashes of the rows of one Parquet file: their roots, and which rows do not hash to what they say."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from tasks.decisions.lanes import Lanes, read_lanes, sorted_buckets
from tasks.warehouse.connection import Connection
from tasks.warehouse.models import load_models


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
    with their digits; the facts' root is made of the facts' hashes in the same way.
    """
    facts, rows = read_lanes(connection, file, ("facts_hash", "row_hash"))
    buckets = _bucket_roots(rows)
    return Roots(len(rows), _root_of(buckets), _root_of(_bucket_roots(facts)), buckets)


def _bucket_roots(hashes: Lanes) -> dict[str, str]:
    return {digits: hashlib.sha256(texts).hexdigest() for digits, texts in sorted_buckets(hashes)}


def _root_of(buckets: dict[str, str]) -> str:
    return hashlib.sha256("".join(f"{digits}{root}" for digits, root in sorted(buckets.items())).encode()).hexdigest()


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


def _text(file: Path) -> str:
    return "'" + str(file).replace("'", "''") + "'"
