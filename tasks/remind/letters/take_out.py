"""Takes letters out of the batches that still lie in the hand-over folder, so that each batch stays one that a service can take.

What lies there may be taken at any moment, so a batch is never without a manifest that its mark vouches for but for an instant: the
manifest is replaced first, then the mark, then the letters go. Interrupted, it is found and done again by the letters that are left.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from tasks.remind.letters.durable import sync_folder, write_whole
from tasks.remind.letters.print_batch import BATCH, MANIFEST, ROWS, finished_of, unfinished_of
from tasks.remind.letters.sender import LetterSender

_ID, _PAGES = "reminder_id", "pages"


@dataclass(frozen=True)
class Whereabouts:
    """Where letters are: `handed_over`, the batches that held them by `<day>/<name>`; `lying`, those where something of them still is.

    `unfinished`: batches that are not complete, so that no service has seen them. `of_others`: batches of other senders with letters
    of these ids, which are theirs.
    """

    handed_over: tuple[str, ...] = ()
    lying: tuple[Path, ...] = ()
    unfinished: tuple[Path, ...] = ()
    of_others: tuple[str, ...] = ()


def whereabouts(outbox: Path, folder: Path | None, letters: Collection[str]) -> Whereabouts:
    """Where `letters` (reminder ids) were handed over and where they lie; `folder` None: no hand-over folder is agreed any more."""
    sender = LetterSender.known(outbox)
    handed = set(sender.batches_with(letters)) if sender else set[str]()
    ids = set(letters)
    lying = [path for path in (finished_of(folder, sender) if folder and sender else ()) if _holds(path, ids)]
    begun = [path for path in (unfinished_of(folder, sender) if folder and sender else ()) if _files_of(path, ids)]
    holding = [path for path in (folder.glob("*/*") if folder else ()) if path.is_dir() and _files_of(path, ids)]
    others = {_name(path) for path in holding} - {_name(path) for path in (*lying, *begun)}
    return Whereabouts(
        tuple(sorted(handed | {_name(path) for path in lying})), tuple(lying), tuple(begun), tuple(sorted(others))
    )


def take_out(batch: Path, letters: Collection[str]) -> None:
    """Takes `letters` with all that goes into their envelopes out of a finished batch; one without any other letter vanishes.

    What has no manifest of ours vouches for nothing: its mark goes first. Of a manifest that somebody wrote anew, such as a spreadsheet
    with separators and bytes of its own, the lines that name a letter go.
    """
    ids = set(letters)
    left = _without(batch, ids)
    gone = _files_of(batch, ids)
    if left is not None and not left[1:]:
        gone = [
            batch / BATCH,
            *gone,
            batch / MANIFEST,
        ]  # the mark first, without which no service begins; last what finds the rest
    elif left is not None:
        manifest = _written(left)
        write_whole(batch / MANIFEST, manifest)
        _mark_anew(batch / BATCH, left, manifest)
    else:
        (batch / BATCH).unlink(missing_ok=True)
        _drop_lines(batch / MANIFEST, ids)
    for file in (*gone, batch / ROWS):
        file.unlink(missing_ok=True)
    sync_folder(batch)
    if not any(batch.iterdir()):
        batch.rmdir()


def _holds(batch: Path, ids: set[str]) -> bool:
    # A crash leaves the journal behind after the batch was shown.
    lists = [path.read_bytes() for path in (batch / MANIFEST, batch / ROWS) if path.is_file()]
    return bool(_files_of(batch, ids)) or any(letter.encode() in listed for letter in ids for listed in lists)


def _drop_lines(manifest: Path, ids: set[str]) -> None:
    """Drops what says anything of `ids`, in whatever form: a letter's row is one line, with its id."""
    if not manifest.is_file():
        return
    lines = manifest.read_bytes().splitlines(keepends=True)
    left = [line for line in lines if not any(letter.encode() in line for letter in ids)]
    if left != lines:
        write_whole(manifest, b"".join(left))


def _files_of(batch: Path, ids: set[str]) -> list[Path]:
    """The letters of `ids` and what goes with them: `<id>.pdf`, `<id>-<number>.pdf`, and what was never finished of these."""
    return [
        path for path in batch.glob("*.pdf*") if path.name.removeprefix(".").partition(".")[0].partition("-")[0] in ids
    ]


def _rows(batch: Path) -> list[list[str]] | None:
    """The manifest's rows with its head; None where there is none of ours."""
    try:
        text = (batch / MANIFEST).read_bytes().decode()
    except (FileNotFoundError, UnicodeDecodeError):
        return None
    try:
        rows = list(csv.reader(io.StringIO(text, newline="")))
    except csv.Error:
        return None
    return rows if rows and rows[0][:1] == [_ID] else None


def _without(batch: Path, ids: set[str]) -> list[list[str]] | None:
    rows = _rows(batch)
    return None if rows is None else [row for row in rows if not (row and row[0] in ids)]


def _written(rows: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode()


def _mark_anew(mark: Path, rows: Sequence[Sequence[str]], manifest: bytes) -> None:
    """Vouches for `manifest`; a mark that somebody made his own, or took away, is left to him."""
    try:
        told = json.loads(mark.read_bytes())
        pages = sum(int(row[rows[0].index(_PAGES)]) for row in rows[1:])
    except (FileNotFoundError, ValueError, IndexError):
        return
    if isinstance(told, dict):
        anew = {"letters": len(rows) - 1, "pages": pages, "manifest_sha256": hashlib.sha256(manifest).hexdigest()}
        write_whole(mark, (json.dumps(told | anew, indent=2) + "\n").encode())


def _name(batch: Path) -> str:
    return f"{batch.parent.name}/{batch.name}"
