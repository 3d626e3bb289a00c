"""Rows that a later delivery repeats or replaces.

Files are taken in order. Of each key the row of the last file counts; the rows of earlier files are counted as
duplicates, with the reason 'superseded by …' where the content changed and 'repeated in …' where it did not. Of
corrections, only they replace: a key that two other sources share stays for the uniqueness check to find. A correction
of a row that nobody delivered is quarantined; one of a row that was refused lands. A quarantined row replaces nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict
from sqlglot import exp

from tasks.contracts.load import Contract
from tasks.extract.current_rows import current_rows
from tasks.extract.expressions import call, labelled, name, number, parquet, render, select, text, written_to
from tasks.extract.land import AMOUNT, CURRENCY, PARQUET_OPTIONS
from tasks.extract.manifest import MANIFEST, building, write_manifest
from tasks.extract.model import Excluded, LandedFile, RowList
from tasks.extract.quarantine.row_key import row_key
from tasks.warehouse.connection import Connection

SUPERSEDED = "superseded.parquet"


class ExcludedPart(BaseModel):
    """Rows of one file (by its position), kind and currency that left the landing. `currency` is None without money."""

    model_config = ConfigDict(frozen=True)
    position: int
    kind: Literal["duplicate", "quarantined"]
    currency: str | None
    rows: int
    amount: Decimal


class ExcludedManifest(BaseModel):
    """What the folder of a set of files holds."""

    model_config = ConfigDict(frozen=True)
    parts: tuple[ExcludedPart, ...]

    def of(self, position: int) -> Excluded | None:
        """What left the file at `position`; None where nothing did."""
        parts = [part for part in self.parts if part.position == position]
        if not parts:
            return None
        rows = {"duplicate": 0, "quarantined": 0}
        amounts: dict[str, dict[str, Decimal]] = {"duplicate": {}, "quarantined": {}}
        for part in parts:
            rows[part.kind] += part.rows
            if part.currency is not None:
                amounts[part.kind][part.currency] = part.amount
        return Excluded(rows["duplicate"], rows["quarantined"], amounts["duplicate"], amounts["quarantined"])


@dataclass(frozen=True)
class FileSet:
    """Files of one contract, in order; those from position `replaces_from` replace rows of the ones before them."""

    contract: Contract
    files: tuple[LandedFile, ...]
    replaces_from: int
    is_correction: bool = False

    @property
    def folder(self) -> Path:
        parts = [
            f"{file.folder.name} {file.file} {' '.join(f'{listed.path.parent.name}/{listed.position}' for listed in file.superseded)}"
            for file in self.files
        ]
        key = hashlib.sha256("\n".join([f"{self.replaces_from} {self.is_correction}", *parts]).encode()).hexdigest()[
            :32
        ]
        return self.files[-1].folder.parent / f"set-{key}"


def supersede(connection: Connection, contract: Contract, files: Sequence[LandedFile]) -> list[LandedFile]:
    """The files of one source with the rows that later ones replaced counted as duplicates."""
    return _without_excluded(connection, FileSet(contract, tuple(files), replaces_from=1))


def correct(
    connection: Connection, contract: Contract, files: Sequence[LandedFile], corrections: Sequence[LandedFile]
) -> list[LandedFile]:
    """The files of a contract's sources, then its corrections, with the rows that these replaced counted as duplicates."""
    return _without_excluded(
        connection, FileSet(contract, (*files, *corrections), replaces_from=len(files), is_correction=True)
    )


def _without_excluded(connection: Connection, file_set: FileSet) -> list[LandedFile]:
    folder = file_set.folder
    if not (folder / MANIFEST).exists():
        with building(folder) as partial:
            write_manifest(partial, _compute(connection, file_set, partial))
    manifest = ExcludedManifest.model_validate_json((folder / MANIFEST).read_bytes())
    result = []
    for position, file in enumerate(file_set.files):
        excluded = manifest.of(position)
        listed = RowList(folder / SUPERSEDED, position)
        result.append(file if excluded is None else file.less(listed, excluded))
    return result


def _compute(connection: Connection, file_set: FileSet, folder: Path) -> ExcludedManifest:
    contract = file_set.contract
    connection.execute(f"CREATE OR REPLACE TEMP VIEW all_files AS {_all_files(file_set)}")
    columns = [column.name for column in contract.columns]
    key = ", ".join(render(name(column)) for column in contract.key)
    content = render(call("to_json", call("row", *(name(column) for column in (*columns, "custom_references")))))
    has_money = {"amount", "currency"} <= set(columns)
    money = f"{CURRENCY} AS currency, {AMOUNT} AS amount" if has_money else "NULL AS currency, 0.00 AS amount"
    names = render(exp.array(*[text(file.file) for file in file_set.files]))
    key_text = render(text(", ".join(contract.key)))
    known_by = render(row_key(contract))
    target = written_to(folder / SUPERSEDED)
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE superseded AS
        WITH concerned AS (
            SELECT {key}, min(position) AS first_position, max(position) AS last_position
            FROM all_files GROUP BY {key}
            HAVING (min(position) < max(position) AND max(position) >= $replaces_from)
                OR ($is_correction AND min(position) >= $replaces_from)
        ),
        rows_of_keys AS (
            SELECT {key}, position, first_position, last_position, file_row, {known_by}, {money}, {content} AS content
            FROM all_files INNER JOIN concerned USING ({key})
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
            content AS raw_row, row_key, currency, amount
        FROM compared WHERE position < last_position
        UNION ALL
        SELECT position, file_row, 'quarantined', ['corrects a row that no other source has'], [{key_text}],
            ['Check the key; a new row belongs into a delivery, not into a correction.'], content, row_key,
            currency, amount
        FROM compared
        WHERE position = last_position AND $is_correction AND first_position >= $replaces_from
            AND row_key NOT IN ({_refused_keys(file_set)})
        """,  # noqa: S608 - quoted identifiers and literals
        {"replaces_from": file_set.replaces_from, "is_correction": file_set.is_correction},
    )
    connection.execute(f"COPY (FROM superseded ORDER BY position, file_row) TO {target} ({PARQUET_OPTIONS})")
    parts = connection.execute(
        "SELECT position, kind, currency, count(*), sum(amount) FROM superseded GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    return ExcludedManifest(
        parts=tuple(ExcludedPart(position=p, kind=k, currency=c, rows=r, amount=Decimal(a)) for p, k, c, r, a in parts)
    )


def _refused_keys(file_set: FileSet) -> str:
    """SQL: the keys of the rows that were refused in the files which corrections correct."""
    paths = [file.excluded_path for file in file_set.files[: file_set.replaces_from]]
    if not paths or not file_set.is_correction:
        return "SELECT NULL::VARCHAR[] WHERE FALSE"
    return f"SELECT row_key FROM {render(parquet(*paths))} WHERE kind = 'quarantined' AND row_key IS NOT NULL"  # noqa: S608 - quoted paths


def _all_files(file_set: FileSet) -> str:
    selects = []
    for position, file in enumerate(file_set.files):
        rows = current_rows(file, file_set.contract)
        columns = [name(column.name) for column in file_set.contract.columns]
        extra = [name("custom_references"), name("file_row"), labelled(number(position), "position")]
        selects.append(render(select([*columns, *extra], rows)))
    return " UNION ALL ".join(selects)
