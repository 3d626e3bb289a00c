"""The files of published warehouses: half-written, published, pointed to, removed. What is in them is `publish`'s matter."""

from __future__ import annotations

import os
from pathlib import Path

from tasks.paths import WorkspacePaths

_DATE_DIGITS = 8
_ABANDONED_AFTER_SECONDS = 86_400


def partial_of(final: Path) -> Path:
    """Where `final` is written until it is complete."""
    return final.with_name(f"{final.name}.partial")


def remove_partial(partial: Path) -> None:
    """Removes a half-written file and its write-ahead log, if they exist."""
    partial.unlink(missing_ok=True)
    write_ahead_log(partial).unlink(missing_ok=True)


def write_ahead_log(database: Path) -> Path:
    """DuckDB's log beside `database`; it is gone once everything is in the file."""
    return database.with_name(f"{database.name}.wal")


def complete(partial: Path, final: Path) -> None:
    """Gives a complete file its name, on the disk before anything points to it."""
    _sync(partial)
    partial.replace(final)
    _sync(final.parent)


def point(pointer: Path, target: Path) -> None:
    """Moves the symbolic link in one step: readers see the former file or the new one, never none."""
    fresh = pointer.with_name(f".{target.name}.pointer")
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(target.name)
    fresh.replace(pointer)
    _sync(pointer.parent)


def is_older(published: Path, pointer: Path) -> bool:
    """Whether `published` is for an earlier business date than what `pointer` shows; run ids begin with the date."""
    return pointer.exists() and published.name[:_DATE_DIGITS] < pointer.resolve().name[:_DATE_DIGITS]


def prune(paths: WorkspacePaths, *, keep: int) -> None:
    """Removes all published files but the newest `keep` and the one pointed to, and what dead runs left half-written.

    Who still reads a removed file keeps reading it until closing it. A half-written file is taken for abandoned when
    it is a day older than the published one.
    """
    current = paths.current_warehouse.resolve()
    published = sorted(paths.warehouses.glob("*-*.duckdb"), key=_modified_at, reverse=True)
    for path in published[keep:]:
        if path != current:
            path.unlink(missing_ok=True)
    for path in paths.warehouses.glob("*.duckdb.partial*"):
        if _modified_at(current) - _modified_at(path) > _ABANDONED_AFTER_SECONDS:
            path.unlink(missing_ok=True)


def _modified_at(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:  # another run removed it meanwhile
        return 0.0


def _sync(path: Path) -> None:
    """Forces a file, or a folder's entries, to the disk, so that a power cut cannot leave a pointer to half a file."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
