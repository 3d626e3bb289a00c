"""The list of a day's written messages, `manifest.csv`: opened by people in a spreadsheet, so no cell may become a formula."""

from __future__ import annotations

import csv
import fcntl
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import astuple, dataclass, fields
from email import message_from_bytes
from email.policy import default
from pathlib import Path

from tasks.private_files import private_opener
from tasks.spreadsheet_text import cell_text


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

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Holds the folder's lock: a message and its row are added together."""
        with open(self._folder / ".lock", "a", opener=private_opener) as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def append(self, row: ManifestRow) -> None:
        """Adds one row in one write; the caller holds the lock. It may be lost with the power: `heal` writes it again."""
        text = _csv_line(*astuple(row))
        if not self._path.exists():
            text = _csv_line(*(field.name for field in fields(ManifestRow))) + text
        with open(self._path, "ab", opener=private_opener) as file:
            file.write(text.encode())

    def heal(self) -> None:
        """Adds rows for messages that a killed process wrote without theirs."""
        with self.locked():
            listed = self._listed()
            for path in sorted(self._folder.glob("*.eml")):
                if path.stem not in listed:
                    self.append(_row_of(path))

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
        recipient=str(mime["To"] or ""),
        copy_to=str(mime["Bcc"] or ""),
        subject=str(mime["Subject"] or ""),
        language=str(mime["Content-Language"] or ""),
    )
