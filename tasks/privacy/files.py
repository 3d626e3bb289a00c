"""The workspace's files that hold names and addresses: deleted for one subject, or when they are old.

Everything here can be made again from exports and ledger, or is a copy of what left; the ledger and the decisions are never touched.
"""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tasks.paths import WorkspacePaths

MANIFEST = "manifest.csv"
_RUN_DAY_DIGITS = 8


@dataclass(frozen=True)
class Deletion:
    """What is, or would be, deleted: files and folders, and their bytes."""

    paths: tuple[Path, ...]
    size: int

    def carry_out(self) -> None:
        """Deletes it."""
        for path in self.paths:
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)


def files_about_a_subject(paths: WorkspacePaths, reminder_ids: Collection[str]) -> Deletion:
    """Messages and letters to the subject, and all that holds many customers together: reports, lists, landed rows, old warehouses.

    The exports themselves are the company's: the subject must be erased there first, else the next run reads him again.
    """
    wanted = set(reminder_ids)
    messages = [path for path in _files(paths.outbox) if _message_of(path) in wanted]
    # A day's list of messages has their addresses and subjects; the messages of others stay beside it.
    lists = [day / MANIFEST for day in sorted({path.parent for path in messages}) if (day / MANIFEST).is_file()]
    together = [
        *_children(paths.runs),
        *_children(paths.landing),
        *(path for path in _children(paths.warehouses) if not _is_current(paths, path)),
        *_children(paths.statements),
    ]
    return _deletion([*messages, *lists, *together])


def files_before(paths: WorkspacePaths, day: date) -> Deletion:
    """What is older than `day`: runs' folders, the outbox by its dates, warehouses but the current one, comparisons of statements."""
    by_day = [
        *(path for path in _children(paths.outbox) if _is_before(path.name, day)),
        *(path for path in _children(paths.statements) if _is_before(path.name[:10], day)),
        *(path for path in _children(paths.runs) if _is_run_before(path.name, day)),
        *(
            path for path in _children(paths.warehouses)
            if _is_run_before(path.name, day) and not _is_current(paths, path)
        ),
    ]  # fmt: skip
    return _deletion(by_day)


def _message_of(path: Path) -> str:
    """The message that a file of the outbox holds, also one that was never finished: `.<id>.eml.<process>`."""
    return path.name.removeprefix(".").partition(".")[0]


def _is_current(paths: WorkspacePaths, path: Path) -> bool:
    current = paths.current_warehouse
    return path == current or (current.exists() and path.resolve() == current.resolve())


def _is_before(name: str, day: date) -> bool:
    try:
        return date.fromisoformat(name) < day
    except ValueError:
        return False


def _is_run_before(name: str, day: date) -> bool:
    """A run's name begins with its day: 20260616-1a2b3c4d."""
    digits = name[:_RUN_DAY_DIGITS]
    return (
        digits.isdigit()
        and len(digits) == _RUN_DAY_DIGITS
        and _is_before(f"{digits[:4]}-{digits[4:6]}-{digits[6:]}", day)
    )


def _children(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else []


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else iter(())


def _deletion(paths: list[Path]) -> Deletion:
    size = 0
    for path in paths:
        size += path.lstat().st_size if not path.is_dir() else sum(file.lstat().st_size for file in _files(path))
    return Deletion(tuple(paths), size)
