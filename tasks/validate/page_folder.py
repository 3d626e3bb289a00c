"""The folder of the Data Docs: built aside under a name of its own, then put in place whole, also when several runs do so.

Two runs, or a run and `puntual check`, may judge one workspace at the same time. Each builds in its own folder; the last one
to finish wins, and what stands in place is always one run's complete pages.
"""

from __future__ import annotations

import errno
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tasks.processes import is_alive

_ASIDE = ".partial-"
_OCCUPIED = (errno.ENOTEMPTY, errno.EEXIST)
"""What a rename says when somebody's pages are in place."""


@contextmanager
def replacing(folder: Path) -> Iterator[Path]:
    """A new folder beside `folder` that takes its place when the block ends well, and is removed when it does not."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    _remove_leftovers(folder)
    building = _aside(folder)
    building.mkdir()
    try:
        yield building
        _swap(building, folder)
    finally:
        shutil.rmtree(building, ignore_errors=True)


def _swap(building: Path, folder: Path) -> None:
    """Every step is one rename, so a rival either comes before it or after it; between two of them no pages are in place."""
    while True:
        try:
            building.rename(folder)
        except OSError as error:
            if error.errno not in _OCCUPIED:
                raise
        else:
            return
        former = _aside(folder)
        with suppress(FileNotFoundError):  # A rival has just put them aside.
            folder.rename(former)
        shutil.rmtree(former, ignore_errors=True)


def _aside(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}{_ASIDE}{uuid.uuid4().hex[:8]}-{os.getpid()}")


def _remove_leftovers(folder: Path) -> None:
    """Removes what killed processes left half-made; the folders of living ones, also of other threads here, stay."""
    for leftover in folder.parent.glob(f"{folder.name}{_ASIDE}*"):
        if not is_alive(int(leftover.name.rpartition("-")[2])):
            shutil.rmtree(leftover, ignore_errors=True)
