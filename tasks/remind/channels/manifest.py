"""The list of a day's written messages, `manifest.csv`: opened by people in a spreadsheet, so no cell may become a formula.

The lock beside it says how long the list was when every message of the folder was in it, and in which start of the machine. So that
whoever comes next sees what a killed process, a power cut or a person did to it, and need not look through the day's folder otherwise.
"""

from __future__ import annotations

import csv
import fcntl
import io
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import astuple, dataclass, fields
from email import message_from_bytes
from email.policy import default
from email.utils import parseaddr
from pathlib import Path

from tasks.private_files import private_opener
from tasks.processes import boot_id
from tasks.spreadsheet_text import cell_text

_MESSAGE = re.compile(r"([0-9a-f]{16,64})\.eml")
_MARK_BYTES = 80
_BEING_WRITTEN = b"-"


@dataclass(frozen=True)
class ManifestRow:
    """One written message."""

    reminder_id: str
    file: str
    recipient: str
    copy_to: str
    subject: str
    language: str


class Manifest:
    """The manifest of one folder. Every change happens while holding the folder's lock, so batches may write side by side."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / "manifest.csv"
        self._boot = boot_id()
        self._is_looked_through = False

    def take_in(self, unfinished: Path, row: ManifestRow) -> None:
        """Gives `unfinished`, whose content is on the disk, the name that `row` says, durably, and lists it. A file of that name stays.

        Before, it lists what is there without a row.
        """
        path = self._folder / row.file
        with self._locked() as lock:
            if not self._is_whole(lock):
                self._heal(lock)
            if path.exists():
                return
            os.pwrite(lock, _BEING_WRITTEN, 0)
            unfinished.rename(path)
            _fsync_folder(self._folder)
            self._append(row)
            self._mark_whole(lock)

    @contextmanager
    def _locked(self) -> Iterator[int]:
        """Holds the folder's lock: a message and its row are added together."""
        lock = private_opener(self._folder / ".lock", os.O_RDWR | os.O_CREAT)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield lock
        finally:
            os.close(lock)

    def _is_whole(self, lock: int) -> bool:
        """Whether every message of the folder has its row.

        Rows of an earlier start of the machine may be lost with its power, so they are looked through, once: the folder may be shared
        with another machine.
        """
        size, _, boot = os.pread(lock, _MARK_BYTES, 0).decode(errors="replace").partition(" ")
        return size == self._size() and (
            self._is_looked_through or (self._boot is not None and boot.rstrip() == self._boot)
        )

    def _mark_whole(self, lock: int) -> None:
        """Written over the mark before, of the same length: to cut a file takes as long as to have one reach the disk."""
        os.pwrite(lock, f"{self._size()} {self._boot or ''}".ljust(_MARK_BYTES).encode(), 0)

    def _size(self) -> str:
        """The length of the list in bytes, as the mark has it."""
        try:
            return str(self._path.stat().st_size)
        except FileNotFoundError:
            return "0"

    def _append(self, row: ManifestRow) -> None:
        """Adds one row in one write. It may be lost with the power: `_heal` writes it again."""
        text = _csv_line(*astuple(row))
        if self._size() == "0":
            text = _csv_line(*(field.name for field in fields(ManifestRow))) + text
        with open(self._path, "ab", opener=private_opener) as file:
            file.write(text.encode())

    def _heal(self, lock: int) -> None:
        """Adds rows for messages that a killed process wrote without theirs. Mails that somebody laid beside them are not ours to read."""
        written = {found[1] for name in os.listdir(self._folder) if (found := _MESSAGE.fullmatch(name))}
        for reminder_id in sorted(written - self._listed()):
            self._append(_row_of(self._folder / f"{reminder_id}.eml"))
        self._is_looked_through = True
        self._mark_whole(lock)

    def _listed(self) -> set[str]:
        if not self._path.exists():
            return set()
        with self._path.open(encoding="utf-8", newline="") as file:
            return {row[0] for row in csv.reader(file) if row}


def _csv_line(*cells: str) -> str:
    line = io.StringIO()
    csv.writer(line, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerow([cell_text(cell) for cell in cells])
    return line.getvalue()


def _row_of(path: Path) -> ManifestRow:
    mime = message_from_bytes(path.read_bytes(), policy=default)
    return ManifestRow(
        reminder_id=path.stem,
        file=path.name,
        recipient=parseaddr(str(mime["To"] or ""))[1],
        copy_to=parseaddr(str(mime["Bcc"] or ""))[1],
        subject=str(mime["Subject"] or ""),
        language=str(mime["Content-Language"] or ""),
    )


def _fsync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
