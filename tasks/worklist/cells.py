"""Texts that are safe in any spreadsheet, and files that only their owner can read."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

from tasks.remind.outbound import clean_line

STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""The first characters that Excel, LibreOffice or Google Sheets take for a formula (OWASP, CSV injection), full-width forms included."""

_LONGEST_NAME = 50
"""Characters; of up to four bytes each, and what is put before and after them, within the 255 bytes of a name."""

_PHONE = re.compile(r"\+[0-9][0-9 ().-]{4,24}")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def cell_text(text: str, *, may_be_phone: bool = False) -> str:
    """`text` with an apostrophe before it where a spreadsheet would take it for a formula.

    Only lines made by ourselves may hold line breaks; what debtors and exports say is on one line (`said`). With `may_be_phone` a
    number as +34 912 345 678 stays as it is: it is digits, and people dial from the list.
    """
    clean = _UNPRINTABLE.sub(" ", text)
    if may_be_phone and _PHONE.fullmatch(clean):
        return clean
    return f"'{clean}" if clean.lstrip(" \u00a0").startswith(STARTS_A_FORMULA) else clean


def file_name(name: str) -> str:
    """`name` as part of a file's name: letters, digits and hyphens of it, in small letters, cut where file systems end a name."""
    return re.sub(r"[^\w-]+", "-", name.casefold()).strip("-")[:_LONGEST_NAME] or "list"


def said(text: str | None) -> str:
    """What somebody else wrote, on one line, without control and direction characters."""
    return clean_line(text or "")


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


def private_folder(folder: Path) -> Path:
    """Makes `folder`, closed to other users of the machine."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    return folder


def write_private_bytes(path: Path, content: bytes) -> Path:
    """Writes `content` as `write_private` does."""
    return write_private(path, lambda unfinished: _write_bytes(unfinished, content))


def _write_bytes(path: Path, content: bytes) -> None:
    path.write_bytes(content)
