"""A batch of letters in the hand-over folder: hidden while it is written, complete when it can be seen.

    <folder>/<as_of>/.unfinished-<sender>-<token>/    while a process is at it, which holds a lock for as long as it lives
    <folder>/<as_of>/<service>-<sender>-<token>/<reminder_id>.pdf, <reminder_id>-<number>.pdf, manifest.csv, batch.json

The name says who wrote it and is drawn, so that no two batches share one, whoever else writes into the folder and whatever. Nobody
touches another sender's batch, finished or not. `batch.json` names the manifest's SHA-256 and is written last, for services that copy
a batch file by file.
"""

from __future__ import annotations

import csv
import fcntl
import hashlib
import io
import json
import os
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from tasks.remind.letters.address import MOST_LINES
from tasks.remind.letters.durable import append_line, sync_folder, write_beside, write_whole
from tasks.remind.letters.sender import LetterSender
from tasks.remind.outbound import OutboundLetter
from tasks.settings.letters import LetterChannel
from tasks.spreadsheet_text import cell_text

MANIFEST, BATCH = "manifest.csv", "batch.json"
_UNFINISHED = ".unfinished-"
ROWS = ".rows"
_ATTACHED = "[0-9a-f]*-*.pdf"


@dataclass(frozen=True, kw_only=True)
class ManifestRow:
    """One letter of a batch. `proof` is how it is to be delivered; `lines` are those of the window, top down.

    `fax`: the number to send it to, empty for other services. `attachments`: the files of the batch that go into the same envelope, in their order.
    """

    reminder_id: str
    file: str
    pages: int
    sha256: str
    language: str
    country: str
    paper: str
    service: str
    proof: str
    attachments: tuple[str, ...] = ()
    fax: str = ""
    lines: tuple[str, ...]


class PrintBatch:
    """A batch that is being written. It belongs to this process until it is closed, or until the process dies."""

    def __init__(self, path: Path, sender: LetterSender, lock: int) -> None:
        self.path = path
        self._sender = sender
        self._lock = lock

    @classmethod
    def begin(cls, day: Path, sender: LetterSender) -> PrintBatch:
        """A new one below `day`, which exists."""
        while True:
            path = day / f"{_UNFINISHED}{sender.name}-{secrets.token_hex(8)}"
            path.mkdir()
            batch = cls.taken(path, sender)
            if batch is not None:
                return batch

    @classmethod
    def taken(cls, path: Path, sender: LetterSender) -> PrintBatch | None:
        """The sender's unfinished batch at `path`, unless another process is at it or it is none any more."""
        file = sender.lock_of(_token(path))
        lock = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            return None
        if not path.exists():
            file.unlink(missing_ok=True)
            os.close(lock)
            return None
        return cls(path, sender, lock)

    @classmethod
    def abandoned(cls, folder: Path, sender: LetterSender) -> Iterator[PrintBatch]:
        """The sender's batches below the hand-over folder whose writers died."""
        for path in unfinished_of(folder, sender):
            batch = cls.taken(path, sender)
            if batch is not None:
                yield batch

    def add(self, row: ManifestRow, pdf: Path, attachments: Sequence[bytes] = ()) -> None:
        """Takes `pdf`, a file on the same disk, as `row.file`, and before it what goes with it."""
        for name, content in zip(row.attachments, attachments, strict=True):
            write_beside(self.path / name, content).replace(self.path / name)
        append_line(self.path / ROWS, json.dumps(asdict(row)).encode())
        pdf.replace(self.path / row.file)
        sync_folder(self.path)

    def finish(self) -> Path | None:
        """Writes manifest and mark and shows the batch under its name; an empty one vanishes. It can be called once."""
        try:
            rows = [row for row in self._rows() if (self.path / row.file).is_file()]
            listed = {name for row in rows for name in row.attachments}
            unlisted = (path for path in self.path.glob(_ATTACHED) if path.name not in listed)
            for unfinished in (*self.path.glob(".*.pdf.*"), *unlisted, *(() if rows else self.path.glob(ROWS))):
                unfinished.unlink()
            if not rows:
                self.path.rmdir()
                return None
            manifest = _csv(rows)
            finished = self.path.with_name(f"{rows[0].service}-{self._sender.name}-{_token(self.path)}")
            write_whole(self.path / MANIFEST, manifest)
            write_whole(self.path / BATCH, _mark(finished.name, rows, manifest))
            # Before anybody can take it away. Written twice, when a crash comes between, it says the same.
            self._sender.register(f"{finished.parent.name}/{finished.name}", [row.reminder_id for row in rows])
            self.path.rename(finished)
            (finished / ROWS).unlink(missing_ok=True)
            sync_folder(finished.parent)
            return finished
        finally:
            if not self.path.exists():
                self._sender.lock_of(_token(self.path)).unlink(missing_ok=True)
            os.close(self._lock)

    def _rows(self) -> list[ManifestRow]:
        """What was added, in order; nothing of a line that a crash cut off."""
        rows: dict[str, ManifestRow] = {}
        path = self.path / ROWS
        for line in path.read_bytes().splitlines() if path.exists() else ():
            try:
                told = json.loads(line)
                row = ManifestRow(
                    **{**told, "lines": tuple(told["lines"]), "attachments": tuple(told.get("attachments", ()))}
                )
            except (ValueError, KeyError, TypeError):
                continue
            rows[row.reminder_id] = row
        return list(rows.values())


def unfinished_of(folder: Path, sender: LetterSender) -> list[Path]:
    """The batches below the hand-over folder that `sender` began and nobody has finished. Links are somebody else's: we make none."""
    return sorted(path for path in folder.glob(f"*/{_UNFINISHED}{sender.name}-*") if not path.is_symlink())


def finished_of(folder: Path, sender: LetterSender) -> list[Path]:
    """The batches of `sender` that lie in the hand-over folder for the service; links are somebody else's."""
    found = folder.glob(f"*/*-{sender.name}-*")
    return sorted(path for path in found if not path.name.startswith(".") and not path.is_symlink())


def _token(path: Path) -> str:
    return path.name.rpartition("-")[2]


def row_of(letter: OutboundLetter, settings: LetterChannel) -> ManifestRow:
    """The manifest's row of a letter."""
    return ManifestRow(
        reminder_id=letter.reminder_id,
        file=f"{letter.reminder_id}.pdf",
        pages=letter.pages,
        sha256=hashlib.sha256(letter.pdf).hexdigest(),
        language=letter.language,
        country=letter.country,
        paper=letter.paper,
        service=settings.service,
        proof=settings.proof,
        attachments=tuple(f"{letter.reminder_id}-{number}.pdf" for number in range(1, len(letter.attachments) + 1)),
        fax=letter.fax,
        lines=letter.addressee,
    )


def _csv(rows: Sequence[ManifestRow]) -> bytes:
    """The manifest: every cell quoted, none that a spreadsheet takes for a formula, a column for each line of the window."""
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    names = [field.name for field in fields(ManifestRow)][:-1]
    writer.writerow([*names, *(f"line_{number}" for number in range(1, MOST_LINES + 1))])
    for row in rows:
        told = asdict(row)
        lines = [*row.lines, *([""] * MOST_LINES)][:MOST_LINES]
        told["attachments"] = " ".join(row.attachments)
        cells = ((name, str(told[name])) for name in names)
        written = [cell_text(cell, may_be_phone=name == "fax") for name, cell in cells]
        writer.writerow([*written, *map(cell_text, lines)])
    return text.getvalue().encode()


def _mark(name: str, rows: Sequence[ManifestRow], manifest: bytes) -> bytes:
    told = {
        "batch": name,
        "service": rows[0].service,
        "proof": rows[0].proof,
        "letters": len(rows),
        "pages": sum(row.pages for row in rows),
        "manifest_sha256": hashlib.sha256(manifest).hexdigest(),
    }
    return (json.dumps(told, indent=2) + "\n").encode()
