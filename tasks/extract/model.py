"""What extract hands to the rest: counts and places, never rows."""

from __future__ import annotations

from collections.abc import Iterable
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
class LandedFile:
    """One file (or query) of a source in the landing zone.

    `rows_in = landed + quarantined + duplicates`, and per currency likewise to the cent; beside them stand the rows
    `set_aside`, by reason: with `rows_in` they are all `file_rows` of the file. `superseded` is the Parquet
    file that names rows which later files of an incremental delivery replaced, where there are any.
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
    position: int = 0
    superseded: Path | None = None

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

    def less_superseded(self, *, path: Path, position: int, rows: int, amounts: dict[str, Decimal]) -> LandedFile:
        """The file after later files of its source replaced `rows` of its rows, worth `amounts` per currency."""
        moved = tuple(
            replace(
                item,
                landed=item.landed - amounts.get(item.currency, Decimal(0)),
                duplicates=item.duplicates + amounts.get(item.currency, Decimal(0)),
            )
            for item in self.amounts
        )
        return replace(
            self,
            landed=self.landed - rows,
            duplicates=self.duplicates + rows,
            amounts=moved,
            position=position,
            superseded=path,
        )


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
