"""`manifest.json`, the last file written to a landing folder: while it is absent, nothing in the folder counts."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from tasks.contracts.load import Contract
from tasks.extract.raw import CellKind
from tasks.processes import is_alive
from tasks.settings.sources import Source

# Part of every key: raise it when the same file and mapping would land differently under new code.
LANDING_FORMAT = 6
MANIFEST = "manifest.json"
NOT_MAPPING = {
    "name", "profile", "path", "delivered_on", "ignore", "delivery", "max_settled_share", "max_reject_share", "fresh_within_days", "may_be_empty",
}  # fmt: skip


class ManifestAmounts(BaseModel):
    """Sums of one currency as text, so that no float comes between."""

    model_config = ConfigDict(frozen=True)
    currency: str
    amount_in: Decimal
    landed: Decimal
    quarantined: Decimal
    duplicates: Decimal


class ManifestSetAside(BaseModel):
    """Rows of the file that are no rows of the contract, by reason."""

    model_config = ConfigDict(frozen=True)
    reason: str
    rows: int


class ManifestTotal(BaseModel):
    """A total that the file states and that differs from the rows it sums; `stated` is None where it cannot be read.

    `rule` is its place in `rows.totals`. Of the `rows` that sum to `summed`, some are in quarantine (`refused…`), set aside
    (`aside…`), or have no readable figure (`unread_rows`).
    """

    model_config = ConfigDict(frozen=True)
    rule: int
    column: str
    scope: str
    file_row: int
    currency: str
    stated: Decimal | None
    rows: int
    summed: Decimal
    refused_rows: int
    refused: Decimal
    aside_rows: int
    aside: Decimal
    unread_rows: int


class ManifestWarning(BaseModel):
    """How many landed rows break a rule of severity warning."""

    model_config = ConfigDict(frozen=True)
    rule: str
    description: str
    fix: str
    rows: int


class ManifestRefused(BaseModel):
    """How many rows were refused because of a column of the contract."""

    model_config = ConfigDict(frozen=True)
    column: str
    rows: int


class Manifest(BaseModel):
    """What a landing folder holds. `drops_rows`: rows without problems are excluded too (duplicates and conflicts).

    `file` is the name under which the content was first delivered; `headers` and `kinds` are those of its columns.
    """

    model_config = ConfigDict(frozen=True)
    file: str
    content_hash: str
    headers: tuple[str, ...]
    kinds: tuple[CellKind, ...]
    file_rows: int
    rows_in: int
    landed: int
    quarantined: int
    duplicates: int
    set_aside: tuple[ManifestSetAside, ...]
    has_file_rows: bool
    drops_rows: bool
    amounts: tuple[ManifestAmounts, ...]
    totals: tuple[ManifestTotal, ...]
    warnings: tuple[ManifestWarning, ...]
    refused: tuple[ManifestRefused, ...]


def landing_key(content_hash: str, contract: Contract, source: Source, company_id: str, *, readers: int = 0) -> str:
    """The name of the folder: changes with the content, the contract, the mapping, the company and our own format.

    `readers`: the version of readers that have one of their own, beside `LANDING_FORMAT`.
    """
    mapping = source.model_dump(mode="json", exclude=NOT_MAPPING)
    parts = [
        LANDING_FORMAT,
        content_hash,
        contract.name,
        contract.version,
        repr(contract),
        mapping,
        company_id,
        readers,
    ]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:32]


def read_manifest(folder: Path) -> Manifest | None:
    """The folder's manifest, or None when the folder is not complete."""
    try:
        return Manifest.model_validate_json((folder / MANIFEST).read_bytes())
    except FileNotFoundError:
        return None


@contextmanager
def building(folder: Path) -> Iterator[Path]:
    """A scratch folder that becomes `folder` when the block ends well and leaves nothing when it does not.

    The caller writes its files and, last, the manifest (`write_manifest`); the folder appears under its name in one step.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    remove_leftovers(folder.parent)
    partial = folder.with_name(f"{folder.name}.partial-{os.getpid()}")
    partial.mkdir()
    try:
        yield partial
        if folder.exists():
            shutil.rmtree(folder)  # Without a manifest, or another process landed the same content meanwhile.
        partial.rename(folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def write_manifest(folder: Path, manifest: BaseModel) -> None:
    """Writes the manifest after what it vouches for has reached the disk."""
    for path in (*folder.iterdir(), folder):
        _sync(path)
    draft = folder / f"{MANIFEST}.draft"
    draft.write_text(manifest.model_dump_json(indent=1))
    _sync(draft)
    draft.rename(folder / MANIFEST)


def remove_leftovers(parent: Path) -> None:
    """Removes what killed processes left half-made in `parent`."""
    for leftover in parent.glob("*.partial-*"):
        pid = int(leftover.name.rpartition("-")[2])
        if pid == os.getpid() or not is_alive(pid):
            if leftover.is_dir():
                shutil.rmtree(leftover, ignore_errors=True)
            else:
                leftover.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
