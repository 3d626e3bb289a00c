"""Files that only their owner can read, whatever the umask: everything that holds names of customers is written here."""

from __future__ import annotations

import hashlib
import os
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

_LONGEST_NAME = 50
"""Characters; of up to four bytes each, and what is put before and after them, within the 255 bytes of a name."""
_HASH_DIGITS = 16
_ENDS_IN_A_HASH = re.compile(rf"-[0-9a-f]{{{_HASH_DIGITS}}}$")


def file_name(name: str) -> str:
    """`name` as part of a file's name: letters, digits and hyphens of it, in small letters, cut where file systems end a name."""
    return re.sub(r"[^\w-]+", "-", name.casefold()).strip("-")[:_LONGEST_NAME] or "list"


def own_name(code: str) -> str:
    """`code` as part of the name of a file or folder that no other code shares, not even one that differs in blanks only.

    What is not written as it stands ends in a piece of its hash; so does a code that looks like such a name itself.
    """
    name = file_name(code)
    if name == code and not _ENDS_IN_A_HASH.search(code):
        return name
    return f"{name}-{hashlib.sha256(code.encode(errors='surrogatepass')).hexdigest()[:_HASH_DIGITS]}"


@contextmanager
def private_file(path: Path) -> Iterator[Path]:
    """A file beside `path` to write, readable by its owner only; when the block ends well it is `path`, whole and on the disk.

    A folder that is missing is made, closed to others; one that is there stays as open as its owner has it.
    """
    if not path.parent.is_dir():
        private_folder(path.parent)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}-{threading.get_ident()}")
    try:
        os.close(private_opener(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC))
        yield unfinished
        unfinished.chmod(0o600)
        with unfinished.open("rb") as file:
            os.fsync(file.fileno())
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def write_private(path: Path, write: Callable[[Path], None]) -> Path:
    """Has `write` make the file, as `private_file` says."""
    with private_file(path) as unfinished:
        write(unfinished)
    return path


def write_private_bytes(path: Path, content: bytes) -> Path:
    """Writes `content`, as `private_file` says."""
    with private_file(path) as unfinished:
        unfinished.write_bytes(content)
    return path


def write_private_text(path: Path, text: str) -> Path:
    """Writes `text` in UTF-8, as `private_file` says."""
    return write_private_bytes(path, text.encode())


def private_opener(path: str | Path, flags: int) -> int:
    """For `open(…, opener=private_opener)`, where a file grows or need not reach the disk at once: new files are for their owner only."""
    return os.open(path, flags, 0o600)


def private_folder(folder: Path) -> Path:
    """Makes `folder`, closed to other users of the machine."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    return folder
