"""Files that only their owner can read, whatever the umask: everything that holds names of customers is written here."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

_LONGEST_NAME = 50
"""Characters; of up to four bytes each, and what is put before and after them, within the 255 bytes of a name."""


def file_name(name: str) -> str:
    """`name` as part of a file's name: letters, digits and hyphens of it, in small letters, cut where file systems end a name."""
    return re.sub(r"[^\w-]+", "-", name.casefold()).strip("-")[:_LONGEST_NAME] or "list"


def write_private(path: Path, write: Callable[[Path], None]) -> Path:
    """Has `write` make a file beside `path`, readable by its owner only, and puts it in its place whole and on the disk.

    A folder that is missing is made, closed to others; one that is there stays as open as its owner has it.
    """
    if not path.parent.is_dir():
        private_folder(path.parent)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.close(descriptor)
        write(unfinished)
        unfinished.chmod(0o600)
        with unfinished.open("rb") as file:
            os.fsync(file.fileno())
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return path


def write_private_bytes(path: Path, content: bytes) -> Path:
    """Writes `content` as `write_private` does."""
    return write_private(path, lambda unfinished: _write_bytes(unfinished, content))


def write_private_text(path: Path, text: str) -> Path:
    """Writes `text` in UTF-8 as `write_private` does."""
    return write_private_bytes(path, text.encode())


def private_folder(folder: Path) -> Path:
    """Makes `folder`, closed to other users of the machine."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    return folder


def _write_bytes(path: Path, content: bytes) -> None:
    path.write_bytes(content)
