"""`<run_id>.json` beside the rows of a run: what the rows must hash to, and how the money got from the files to them.

The chain in the ledger holds the hash of this file, so that neither it nor what it says can be changed unseen.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

FORMAT = 1


class FileFlow(BaseModel):
    """Rows of the receivables' files: `file_rows` = the sum of the others."""

    model_config = ConfigDict(frozen=True)
    file_rows: int
    landed_rows: int
    quarantined_rows: int
    duplicate_rows: int


class MoneyFlow(BaseModel):
    """The receivables of one currency from file to decision (`sql/decisions/money_flow.sql`); amounts as text, never floats."""

    model_config = ConfigDict(frozen=True)
    currency: str
    file_amount: Decimal
    quarantined_amount: Decimal
    duplicate_amount: Decimal
    file_landed_amount: Decimal
    landed_rows: int
    landed_amount: Decimal
    not_issued_rows: int
    not_issued_amount: Decimal
    credit_rows: int
    credit_amount: Decimal
    settled_rows: int
    settled_amount: Decimal
    open_rows: int
    part_paid_amount: Decimal
    open_amount: Decimal
    remind_rows: int
    remind_amount: Decimal
    wait_rows: int
    wait_amount: Decimal
    silent_rows: int
    silent_amount: Decimal


class Manifest(BaseModel):
    """All that is known of a run's rows without reading them. `bucket_roots`: by the first two hex digits of the rows' hashes."""

    model_config = ConfigDict(frozen=True)
    format: int = FORMAT
    run_id: str
    company_id: str
    as_of: date
    strategy_version: str
    row_count: int
    rows_root: str
    facts_root: str
    file_hash: str
    bucket_roots: Mapping[str, str]
    files: FileFlow
    money: tuple[MoneyFlow, ...]

    def to_bytes(self) -> bytes:
        """The file's content; the same manifest gives the same bytes."""
        return self.model_dump_json(indent=1).encode()

    @property
    def manifest_hash(self) -> str:
        """SHA-256 of the file, hex digits."""
        return hashlib.sha256(self.to_bytes()).hexdigest()


def read_manifest(path: Path) -> Manifest | None:
    """The manifest in `path`, or None where it is none that this program can read."""
    try:
        return Manifest.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return None


def imbalances(files: FileFlow, money: tuple[MoneyFlow, ...]) -> Iterator[str]:
    """What does not add up between files and decisions, in words with both figures; nothing where all does, to the cent."""
    yield from _differs(
        "rows of files", files.file_rows, files.landed_rows + files.quarantined_rows + files.duplicate_rows
    )
    yield from _differs("rows landed", files.landed_rows, sum(line.landed_rows for line in money))
    for line in money:
        at = f" in {line.currency}"
        yield from _differs(
            "amount of files" + at,
            line.file_amount,
            line.file_landed_amount + line.quarantined_amount + line.duplicate_amount,
        )
        yield from _differs("amount landed" + at, line.file_landed_amount, line.landed_amount)
        yield from _differs(
            "receivables landed" + at,
            line.landed_rows,
            line.not_issued_rows + line.credit_rows + line.settled_rows + line.open_rows,
        )
        yield from _differs(
            "amount landed, by what became of it" + at,
            line.landed_amount,
            line.not_issued_amount
            + line.credit_amount
            + line.settled_amount
            + line.part_paid_amount
            + line.open_amount,
        )
        yield from _differs(
            "open receivables" + at, line.open_rows, line.remind_rows + line.wait_rows + line.silent_rows
        )
        yield from _differs(
            "open amount" + at, line.open_amount, line.remind_amount + line.wait_amount + line.silent_amount
        )


def _differs(what: str, whole: int | Decimal, parts: int | Decimal) -> Iterator[str]:
    if whole != parts:
        yield f"{what}: {whole} against {parts} in its parts"
