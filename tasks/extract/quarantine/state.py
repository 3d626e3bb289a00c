"""Where the account of refused rows lies: per contract one folder `refused-<number>` for the newest delivery of its sources.

`history.parquet` has one row per refused row that is or was in quarantine, `manifest.json` the deliveries that it was
made of. A folder is written once; the next delivery of any source of the contract makes the next one.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from tasks.extract.manifest import MANIFEST
from tasks.extract.model import LandedFile

# Raise it when `history.parquet` gets another form: the account then begins anew.
HISTORY_FORMAT = 1
HISTORY = "history.parquet"
COLUMNS = {
    "source": "VARCHAR",
    "file": "VARCHAR",
    "file_row": "BIGINT",
    "row_id": "VARCHAR",
    "reasons": "VARCHAR[]",
    "columns": "VARCHAR[]",
    "fixes": "VARCHAR[]",
    "raw_row": "VARCHAR",
    "currency": "VARCHAR",
    "amount": "DECIMAL(38, 2)",
    "status": "VARCHAR",
    "first_seen_on": "DATE",
    "last_seen_on": "DATE",
    "closed_on": "DATE",
    "is_new": "BOOLEAN",
    "is_just_closed": "BOOLEAN",
}
"""What a run reads of the account. `is_new`, `is_just_closed`: since the delivery before the newest one."""


class Delivered(BaseModel):
    """A landed file that was part of a delivery; `on`: the day in its name, else that of the run that met it first.

    `lists` names the rows that other deliveries took out of it.
    """

    model_config = ConfigDict(frozen=True)
    source: str
    file: str
    key: str
    content_hash: str
    on: datetime.date
    lists: tuple[str, ...]


class Account(BaseModel):
    """The manifest of a folder: the `number`-th delivery of the contract, and the files of which it consists."""

    model_config = ConfigDict(frozen=True)
    format: int
    number: int
    on: datetime.date
    files: tuple[Delivered, ...]


def folder_of(contract_folder: Path, number: int) -> Path:
    """The folder of an account. No source can have its name."""
    return contract_folder / f"refused-{number:06d}"


def numbers_of(contract_folder: Path) -> list[int]:
    """The numbers of the complete accounts, newest first."""
    found = [
        re.fullmatch("refused-([0-9]+)", folder.parent.name) for folder in contract_folder.glob(f"refused-*/{MANIFEST}")
    ]
    return sorted((int(name[1]) for name in found if name is not None), reverse=True)


def newest_account(contract_folder: Path) -> Account | None:
    """The account of the newest delivery; None where there is none, or none of today's form."""
    for number in numbers_of(contract_folder):
        try:
            account = Account.model_validate_json((folder_of(contract_folder, number) / MANIFEST).read_bytes())
        except (FileNotFoundError, ValidationError):
            continue
        if account.format == HISTORY_FORMAT:
            return account
    return None


def history_path(contract_folder: Path) -> Path | None:
    """The history of a contract's refused rows as it is now; None where nothing was landed yet."""
    account = newest_account(contract_folder)
    return folder_of(contract_folder, account.number) / HISTORY if account is not None else None


def delivered(files: Sequence[LandedFile], before: Account | None, on: datetime.date) -> tuple[Delivered, ...]:
    """The files as parts of today's delivery; one that was in the delivery before keeps its day."""
    known = {(item.source, item.file, item.key): item.on for item in before.files} if before is not None else {}
    return tuple(
        Delivered(
            source=file.source,
            file=file.file,
            key=file.folder.name,
            content_hash=file.content_hash,
            on=file.delivered_on or known.get((file.source, file.file, file.folder.name), on),
            lists=tuple(f"{item.path.parent.name}/{item.position}" for item in file.superseded),
        )
        for file in files
    )
