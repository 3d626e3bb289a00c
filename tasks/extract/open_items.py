"""Lists of open items, one a day: what a later list no longer holds was settled between the two.

The landed row stays that of the last list that held the item; it gets the day of the first list without it as
`cleared_on`. A row that was refused is on its list: that it cannot be used is no settlement.
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
from tasks.extract.expressions import labelled, name, number, render, select, text, written_to
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
    """What the folder of a set of lists holds: rows settled per position, and how the newest list differs from the one before."""

    model_config = ConfigDict(frozen=True)
    positions: tuple[int, ...]
    previous_items: int
    missing_items: int


def settle(connection: Connection, source: Source, contract: Contract, files: Sequence[LandedFile]) -> list[LandedFile]:
    """The lists in order, with the rows that are on no later list marked as settled.

    Raises:
        SourceProblem: the newest list misses more of the previous one's items than `max_settled_share`.
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
        raise SourceProblem.at(
            files[-1].file,
            f"misses {manifest.missing_items} of the {manifest.previous_items} items that {files[-2].file} listed, "
            "and a missing item counts as settled",
            f"Export it again if it was cut off; if it is complete, raise max_settled_share of sources.{source.name}.",
        )
    return [
        replace(file, settled=RowList(folder / SETTLED, position)) if position in manifest.positions else file
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
    days = render(exp.array(*[text(str(file.delivered_on)) for file in files]))
    newest = len(files) - 1
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE settled_items AS
        WITH last_seen AS (
            SELECT {key}, max(position) AS last_position FROM seen_items GROUP BY {key}
        )
        SELECT landed_items.position, landed_items.file_row,
            CAST({days}[last_seen.last_position + 2] AS DATE) AS settled_on
        FROM landed_items INNER JOIN last_seen USING ({key})
        WHERE last_seen.last_position < {newest}
    """)  # noqa: S608 - quoted identifiers and our own numbers
    target = written_to(folder / SETTLED)
    connection.execute(f"COPY (FROM settled_items ORDER BY position, file_row) TO {target} ({PARQUET_OPTIONS})")
    positions = connection.execute("SELECT DISTINCT position FROM settled_items ORDER BY position").fetchall()
    previous, missing = connection.execute(f"""
        WITH previous AS (SELECT DISTINCT {key} FROM seen_items WHERE position = {newest - 1}),
        newest AS (SELECT DISTINCT {key} FROM seen_items WHERE position = {newest})
        SELECT count(*), count(*) FILTER (WHERE newest.{render(name(contract.key[-1]))} IS NULL)
        FROM previous LEFT JOIN newest USING ({key})
    """).fetchall()[0]  # noqa: S608 - quoted identifiers and our own numbers
    return SettledManifest(
        positions=tuple(int(row[0]) for row in positions), previous_items=int(previous), missing_items=int(missing)
    )
