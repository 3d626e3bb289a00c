"""Files that are whole or not there at all, whatever happens to the machine.

They may lie in folders in which others write, too: no link that somebody laid in the way is followed.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_AS_OPEN_AS_THE_FOLDER, _PRIVATE = 0o666, 0o600


def write_beside(path: Path, content: bytes, *, is_private: bool = False) -> Path:
    """Writes `content` to a hidden file beside `path` and returns it; it is on the disk. Renaming it puts it in place.

    What is handed to a printing house is as open as the folder's owner has it; `is_private` is for what we keep.
    """
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with open(unfinished, "wb", opener=_private if is_private else _opener) as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        unfinished.unlink(missing_ok=True)
        raise
    return unfinished


def write_whole(path: Path, content: bytes) -> None:
    """Writes or replaces `path` in one step."""
    write_beside(path, content).replace(path)
    sync_folder(path.parent)


def append_line(path: Path, line: bytes) -> None:
    """Adds a line to `path`; it is on the disk when this returns. A line that a crash cut off is ended first, and stays unreadable."""
    with open(path, "ab+", opener=_opener) as file:
        if file.tell():
            file.seek(-1, os.SEEK_END)
            line = line if file.read(1) == b"\n" else b"\n" + line
        file.write(line + b"\n")
        file.flush()
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Puts the names of a folder's files on the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _opener(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW, _AS_OPEN_AS_THE_FOLDER)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW, _PRIVATE)


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Waits until no other process and no other thread holds `folder`, and holds it."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
