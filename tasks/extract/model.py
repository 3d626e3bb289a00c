"""What extract hands to the rest: counts and places, never rows."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from tasks.extract.raw import SetAsideRows
from tasks.problems import Problem
from tasks.settings.sources import ContractName


@dataclass(frozen=True)
class CurrencyAmounts:
    """Sums of one currency: what came in and where it went. `?` holds rows whose amount or currency cannot be read."""

    currency: str
    amount_in: Decimal
    landed: Decimal
    quarantined: Decimal
    duplicates: Decimal


@dataclass(frozen=True)
class RowList:
    """Rows of several files in one Parquet file; those of one file stand there under its `position`."""

    path: Path
    position: int


@dataclass(frozen=True)
class LandedFile:
    """One file (or query) of a source in the landing zone.

    `rows_in = landed + quarantined + duplicates`, and per currency likewise to the cent; beside them stand the rows
    `set_aside`, by reason: with `rows_in` they are all `file_rows` of the file. `superseded` names the rows that later
    deliveries took out of the landing, and `settled` those that later lists of open items no longer held; a list of open
    items `settles_nothing` where refused rows of it cannot be named.
    """

    source: str
    contract: ContractName
    file: str
    content_hash: str
    file_rows: int
    rows_in: int
    landed: int
    quarantined: int
    duplicates: int
    set_aside: tuple[SetAsideRows, ...]
    amounts: tuple[CurrencyAmounts, ...]
    was_parsed: bool
    folder: Path
    seconds: float
    delivered_on: datetime.date | None = None
    superseded: tuple[RowList, ...] = ()
    settled: RowList | None = None
    settles_nothing: bool = False

    @property
    def rows_set_aside(self) -> int:
        """All rows of the file that are no rows of the contract."""
        return sum(item.rows for item in self.set_aside)

    @property
    def rows_path(self) -> Path:
        return self.folder / "rows.parquet"

    @property
    def excluded_path(self) -> Path:
        return self.folder / "excluded.parquet"

    @property
    def members_path(self) -> Path:
        """Of a delivery of many documents: which of them each row is of. Absent for other files."""
        return self.folder / "members.parquet"

    def less(self, listed: RowList, excluded: Excluded) -> LandedFile:
        """The file after other deliveries took the rows of `listed` out of the landing."""
        moved = []
        for item in self.amounts:
            duplicates = excluded.duplicate_amounts.get(item.currency, Decimal(0))
            quarantined = excluded.quarantined_amounts.get(item.currency, Decimal(0))
            moved.append(
                replace(
                    item,
                    landed=item.landed - duplicates - quarantined,
                    duplicates=item.duplicates + duplicates,
                    quarantined=item.quarantined + quarantined,
                )
            )
        return replace(
            self,
            landed=self.landed - excluded.duplicates - excluded.quarantined,
            duplicates=self.duplicates + excluded.duplicates,
            quarantined=self.quarantined + excluded.quarantined,
            amounts=tuple(moved),
            superseded=(*self.superseded, listed),
        )


@dataclass(frozen=True)
class Excluded:
    """Rows of one file that other deliveries took out of the landing: how many, and their sums per currency."""

    duplicates: int
    quarantined: int
    duplicate_amounts: Mapping[str, Decimal]
    quarantined_amounts: Mapping[str, Decimal]


@dataclass(frozen=True)
class Extraction:
    """All files of a workspace as they lie in the landing zone, and what the user should know about them."""

    files: tuple[LandedFile, ...]
    warnings: tuple[Problem, ...]


class RowsLost(RuntimeError):
    """Rows or cents are unaccounted for: a defect of ours, so nothing may be decided on these data."""


def check_conservation(files: Iterable[LandedFile]) -> None:
    """Raises `RowsLost` unless every row of each file, and every cent in, is in exactly one account."""
    for file in files:
        if file.file_rows != file.rows_in + file.rows_set_aside:
            raise RowsLost(
                f"{file.file} ({file.source}): {file.file_rows} rows in the file, but {file.rows_in} in and "
                f"{file.rows_set_aside} set aside"
            )
        if file.rows_in != file.landed + file.quarantined + file.duplicates:
            raise RowsLost(
                f"{file.file} ({file.source}): {file.rows_in} rows in, but {file.landed} landed, "
                f"{file.quarantined} quarantined and {file.duplicates} duplicates"
            )
        for item in file.amounts:
            if item.amount_in != item.landed + item.quarantined + item.duplicates:
                raise RowsLost(
                    f"{file.file} ({file.source}), {item.currency}: {item.amount_in} in, but {item.landed} landed, "
                    f"{item.quarantined} quarantined and {item.duplicates} duplicates"
                )
