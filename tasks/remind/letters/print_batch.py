"""A batch of letters in the hand-over folder: hidden while it is written, complete when it can be seen.

    <folder>/<as_of>/.unfinished-<token>/    while a sender is at it; it holds a lock on the folder for as long as it lives
    <folder>/<as_of>/<service>-<12 hex digits>/<reminder_id>.pdf, <reminder_id>-<number>.pdf, manifest.csv, batch.json

The name comes from the content, so that no two batches ever share one. `batch.json` names the manifest's SHA-256 and is written
last, for services that copy a batch file by file.
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
from tasks.remind.outbound import OutboundLetter
from tasks.settings.letters import LetterChannel
from tasks.spreadsheet_text import cell_text

MANIFEST, BATCH = "manifest.csv", "batch.json"
_UNFINISHED = ".unfinished-"
_ROWS = ".rows"
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

    def __init__(self, path: Path, lock: int) -> None:
        self.path = path
        self._lock = lock

    @classmethod
    def begin(cls, day: Path) -> PrintBatch:
        """A new one below `day`, which exists."""
        while True:
            path = day / f"{_UNFINISHED}{secrets.token_hex(8)}"
            path.mkdir()
            batch = cls.taken(path)
            if batch is not None:
                return batch

    @classmethod
    def taken(cls, path: Path) -> PrintBatch | None:
        """The unfinished batch at `path`, unless somebody is at it or it is none any more."""
        try:
            lock = os.open(path, os.O_RDONLY)
        except FileNotFoundError:
            return None
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            return None
        if not path.exists():
            os.close(lock)
            return None
        return cls(path, lock)

    @classmethod
    def abandoned(cls, folder: Path) -> Iterator[PrintBatch]:
        """The batches below the hand-over folder whose writers died."""
        for path in sorted(folder.glob(f"*/{_UNFINISHED}*")):
            batch = cls.taken(path)
            if batch is not None:
                yield batch

    def add(self, row: ManifestRow, pdf: Path, attachments: Sequence[bytes] = ()) -> None:
        """Takes `pdf`, a file on the same disk, as `row.file`, and before it what goes with it."""
        for name, content in zip(row.attachments, attachments, strict=True):
            write_beside(self.path / name, content).replace(self.path / name)
        append_line(self.path / _ROWS, json.dumps(asdict(row)).encode())
        pdf.replace(self.path / row.file)
        sync_folder(self.path)

    def finish(self) -> Path | None:
        """Writes manifest and mark and shows the batch under its name; an empty one vanishes. It can be called once."""
        try:
            rows = [row for row in self._rows() if (self.path / row.file).is_file()]
            listed = {name for row in rows for name in row.attachments}
            unlisted = (path for path in self.path.glob(_ATTACHED) if path.name not in listed)
            for unfinished in (*self.path.glob(".*.pdf.*"), *unlisted, *(() if rows else self.path.glob(_ROWS))):
                unfinished.unlink()
            if not rows:
                self.path.rmdir()
                return None
            manifest = _csv(rows)
            name = f"{rows[0].service}-{hashlib.sha256(manifest).hexdigest()[:12]}"
            write_whole(self.path / MANIFEST, manifest)
            write_whole(self.path / BATCH, _mark(name, rows, manifest))
            finished = self.path.with_name(name)
            self.path.rename(finished)
            (finished / _ROWS).unlink(missing_ok=True)
            sync_folder(finished.parent)
            return finished
        finally:
            os.close(self._lock)

    def _rows(self) -> list[ManifestRow]:
        """What was added, in order; nothing of a line that a crash cut off."""
        rows: dict[str, ManifestRow] = {}
        path = self.path / _ROWS
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
