"""Lists of open items, one a day: what a later list no longer holds was settled between the two.

The landed row stays that of the last list that held the item; it gets the day of the first list without it as
`cleared_on`. A row that was refused is on its list: that it cannot be used is no settlement. Where a list has lines that
cannot be split, or rows whose key cannot be read, any item may be one of them: such a list settles nothing, the next
whole one does.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from pydantic import BaseModel, ConfigDict
from sqlglot import exp

from tasks.contracts.load import Contract
from tasks.extract.current_rows import current_rows, manifest_of
from tasks.extract.expressions import labelled, name, number, parquet, render, select, text, written_to
from tasks.extract.land import PARQUET_OPTIONS
from tasks.extract.landed_rows import all_rows
from tasks.extract.manifest import MANIFEST, building, write_manifest
from tasks.extract.model import LandedFile, RowList
from tasks.problems import SourceProblem
from tasks.settings.sources import Source
from tasks.warehouse.connection import Connection

SETTLED = "settled.parquet"
FEWEST_ITEMS_JUDGED = 20
"""Shorter lists may end between two days without anything being wrong."""


class SettledManifest(BaseModel):
    """What the folder of a set of lists holds: the positions of lists with settled rows and of those that settle nothing.

    `previous_items` were on the lists from position `since` on, and `missing_items` of them are not on the newest one.
    """

    model_config = ConfigDict(frozen=True)
    positions: tuple[int, ...]
    not_whole: tuple[int, ...]
    since: int
    previous_items: int
    missing_items: int


def settle(connection: Connection, source: Source, contract: Contract, files: Sequence[LandedFile]) -> list[LandedFile]:
    """The lists in order, with the rows that are on no later list marked as settled.

    Raises:
        SourceProblem: the newest list misses more of the items since the last whole one than `max_settled_share`.
    """
    if len(files) < 2:
        return list(files)
    folder = _folder(files)
    if not (folder / MANIFEST).exists():
        with building(folder) as partial:
            write_manifest(partial, _compute(connection, contract, files, partial))
    manifest = SettledManifest.model_validate_json((folder / MANIFEST).read_bytes())
    if (
        manifest.previous_items >= FEWEST_ITEMS_JUDGED
        and manifest.missing_items > source.max_settled_share * manifest.previous_items
    ):
        after = " and the lists after it" if manifest.since < len(files) - 2 else ""
        raise SourceProblem.at(
            files[-1].file,
            f"misses {manifest.missing_items} of the {manifest.previous_items} items that "
            f"{files[manifest.since].file}{after} listed, and a missing item counts as settled",
            f"Export it again if it was cut off; if it is complete, raise max_settled_share of sources.{source.name}.",
        )
    return [
        replace(
            file,
            settled=RowList(folder / SETTLED, position) if position in manifest.positions else None,
            settles_nothing=position in manifest.not_whole,
        )
        for position, file in enumerate(files)
    ]


def _folder(files: Sequence[LandedFile]) -> Path:
    names = "\n".join(f"{file.folder.name} {file.file} {file.delivered_on}" for file in files)
    key = hashlib.sha256(f"settled\n{names}".encode()).hexdigest()[:32]
    return files[-1].folder.parent / f"set-{key}"


def _compute(connection: Connection, contract: Contract, files: Sequence[LandedFile], folder: Path) -> SettledManifest:
    key = ", ".join(render(name(column)) for column in contract.key)
    seen, landed = [], []
    for position, file in enumerate(files):
        columns: list[exp.Expr] = [*(name(column) for column in contract.key), labelled(number(position), "position")]
        manifest = manifest_of(file)
        seen.append(render(select(columns, all_rows(file.folder, contract, has_file_rows=manifest.has_file_rows))))
        rows = [*(column.copy() for column in columns), name("file_row")]
        landed.append(render(select(rows, current_rows(file, contract))))
    connection.execute(f"CREATE OR REPLACE TEMP VIEW seen_items AS {' UNION ALL '.join(seen)}")
    connection.execute(f"CREATE OR REPLACE TEMP VIEW landed_items AS {' UNION ALL '.join(landed)}")
    newest = len(files) - 1
    not_whole = [position for position, file in enumerate(files) if position and _may_hide_items(connection, file)]
    whole = [position for position in range(newest + 1) if position not in not_whole]
    # By the last list that held an item: the day of the first whole list after that one.
    after = [next((item for item in whole if item > position), None) for position in range(newest + 1)]
    days = [exp.null() if item is None else text(str(files[item].delivered_on)) for item in after]
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE settled_items AS
        WITH last_seen AS (
            SELECT {key}, max(position) AS last_position FROM seen_items GROUP BY {key}
        )
        SELECT landed_items.position, landed_items.file_row,
            CAST({render(exp.array(*days))}[last_seen.last_position + 1] AS DATE) AS settled_on
        FROM landed_items INNER JOIN last_seen USING ({key})
        WHERE settled_on IS NOT NULL
    """)  # noqa: S608 - quoted identifiers and our own numbers
    target = written_to(folder / SETTLED)
    connection.execute(f"COPY (FROM settled_items ORDER BY position, file_row) TO {target} ({PARQUET_OPTIONS})")
    positions = connection.execute("SELECT DISTINCT position FROM settled_items ORDER BY position").fetchall()
    since = max((position for position in whole if position < newest), default=0)
    previous, missing = connection.execute(f"""
        WITH previous AS (SELECT DISTINCT {key} FROM seen_items WHERE position BETWEEN {since} AND {newest - 1}),
        newest AS (SELECT DISTINCT {key} FROM seen_items WHERE position = {newest})
        SELECT count(*), count(*) FILTER (WHERE newest.{render(name(contract.key[-1]))} IS NULL)
        FROM previous LEFT JOIN newest USING ({key})
    """).fetchall()[0]  # noqa: S608 - quoted identifiers and our own numbers
    return SettledManifest(
        positions=tuple(int(row[0]) for row in positions),
        not_whole=tuple(not_whole),
        since=since,
        previous_items=int(previous),
        missing_items=0 if newest in not_whole else int(missing),
    )


def _may_hide_items(connection: Connection, file: LandedFile) -> bool:
    """Whether the list has refused rows that nobody can name."""
    refused = render(parquet(file.excluded_path))
    found = connection.execute(f"SELECT 1 FROM {refused} WHERE kind = 'quarantined' AND row_key IS NULL LIMIT 1")  # noqa: S608 - a path
    return found.fetchone() is not None
