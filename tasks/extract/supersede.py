"""Rows of an incremental delivery that a later file repeats or replaces.

Files are taken in the order of their names. Of each key the row of the last file counts; the rows of earlier files are
counted as duplicates, with the reason 'superseded by …' where the content changed and 'repeated in …' where it did not.
A quarantined row replaces nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from pydantic import BaseModel, ConfigDict
from sqlglot import exp

from tasks.contracts.load import Contract
from tasks.extract.expressions import call, labelled, name, number, render, select, text
from tasks.extract.land import AMOUNT, CURRENCY, PARQUET_OPTIONS
from tasks.extract.landed_rows import good_rows
from tasks.extract.manifest import MANIFEST, building, read_manifest, write_manifest
from tasks.extract.model import LandedFile
from tasks.warehouse.connection import Connection

SUPERSEDED = "superseded.parquet"


class SupersededAmount(BaseModel):
    """Rows of one file (by its position) and currency that later files replaced. `currency` is None without money."""

    model_config = ConfigDict(frozen=True)
    position: int
    currency: str | None
    rows: int
    amount: Decimal


class SupersededManifest(BaseModel):
    """What the folder of a set of files holds."""

    model_config = ConfigDict(frozen=True)
    parts: tuple[SupersededAmount, ...]


@dataclass(frozen=True)
class FileSet:
    """The files of one incremental source, in order."""

    contract: Contract
    files: tuple[LandedFile, ...]

    @property
    def folder(self) -> Path:
        names = "\n".join(f"{file.folder.name} {file.file}" for file in self.files)
        key = hashlib.sha256(names.encode()).hexdigest()[:32]
        return self.files[0].folder.parent / f"set-{key}"


def supersede(connection: Connection, contract: Contract, files: Sequence[LandedFile]) -> list[LandedFile]:
    """The files with the rows that later ones replaced counted as duplicates."""
    file_set = FileSet(contract, tuple(files))
    folder = file_set.folder
    if not (folder / MANIFEST).exists():
        with building(folder) as partial:
            write_manifest(partial, _compute(connection, file_set, partial))
    manifest = SupersededManifest.model_validate_json((folder / MANIFEST).read_bytes())
    result = []
    for position, file in enumerate(files):
        parts = [part for part in manifest.parts if part.position == position]
        if not parts:
            result.append(file)
            continue
        amounts = {part.currency: part.amount for part in parts if part.currency is not None}
        rows = sum(part.rows for part in parts)
        result.append(file.less_superseded(path=folder / SUPERSEDED, position=position, rows=rows, amounts=amounts))
    return result


def _compute(connection: Connection, file_set: FileSet, folder: Path) -> SupersededManifest:
    contract = file_set.contract
    connection.execute(f"CREATE OR REPLACE TEMP VIEW all_files AS {_all_files(file_set)}")
    columns = [column.name for column in contract.columns]
    key = ", ".join(render(name(column)) for column in contract.key)
    content = render(call("to_json", call("row", *(name(column) for column in (*columns, "custom_references")))))
    has_money = {"amount", "currency"} <= set(columns)
    money = f"{CURRENCY} AS currency, {AMOUNT} AS amount" if has_money else "NULL AS currency, 0.00 AS amount"
    names = render(exp.array(*[text(file.file) for file in file_set.files]))
    key_text = render(text(", ".join(contract.key)))
    target = render(text(str(folder / SUPERSEDED)))
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE superseded AS
        WITH repeated AS (
            SELECT {key}, max(position) AS last_position FROM all_files GROUP BY {key} HAVING count(*) > 1
        ),
        rows_of_keys AS (
            SELECT {key}, position, last_position, file_row, {money}, {content} AS content
            FROM all_files INNER JOIN repeated USING ({key})
        ),
        compared AS (
            SELECT *, last_value(content) OVER (
                PARTITION BY {key} ORDER BY position ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
            ) AS last_content
            FROM rows_of_keys
        )
        SELECT position, file_row, 'duplicate' AS kind,
            [CASE WHEN content = last_content THEN 'repeated in ' ELSE 'superseded by ' END
                || {names}[last_position + 1]] AS reasons,
            [{key_text}] AS columns,
            ['Nothing to do: the row of the later file was used.'] AS fixes,
            content AS raw_row, currency, amount
        FROM compared WHERE position < last_position
    """)  # noqa: S608 - quoted identifiers and literals
    connection.execute(f"COPY (FROM superseded ORDER BY position, file_row) TO {target} ({PARQUET_OPTIONS})")
    parts = connection.execute(
        "SELECT position, currency, count(*), sum(amount) FROM superseded GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    return SupersededManifest(
        parts=tuple(SupersededAmount(position=p, currency=c, rows=r, amount=Decimal(a)) for p, c, r, a in parts)
    )


def _all_files(file_set: FileSet) -> str:
    selects = []
    for position, file in enumerate(file_set.files):
        manifest = read_manifest(file.folder)
        if manifest is None:
            raise FileNotFoundError(file.folder / MANIFEST)
        rows = good_rows(
            file.folder, file_set.contract, has_file_rows=manifest.has_file_rows, drops_rows=manifest.drops_rows
        )
        columns = [name(column.name) for column in file_set.contract.columns]
        extra = [name("custom_references"), name("file_row"), labelled(number(position), "position")]
        selects.append(render(select([*columns, *extra], rows)))
    return " UNION ALL ".join(selects)
