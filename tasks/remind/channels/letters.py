"""The channel of letters: PDFs in batches, in a folder from which a print, fax or telegram service takes them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from tasks.remind.channels.protocol import (
    CannotTell,
    Found,
    Lookup,
    NotFound,
    NothingLeft,
    OutcomeUnknown,
    Receipt,
    Refused,
)
from tasks.remind.letters.durable import alone_in, sync_folder, write_beside
from tasks.remind.letters.print_batch import PrintBatch, row_of
from tasks.remind.letters.sender import LetterSender
from tasks.remind.outbound import Outbound, OutboundLetter, expected
from tasks.settings.letters import LetterChannel as LetterSettings

_REMINDER_ID = re.compile(r"[0-9a-f]{16,64}")


class LetterChannel:
    """Writes each letter into a batch below `folder` and a copy to `<outbox>/<as_of>/<reminder_id>.pdf`, both or none.

    `folder` must exist. It is the service's, which may empty it; the copy stays, and says that a letter was handed over. The batch can be seen
    when the channel is closed. Sending the same letter again finds it and changes nothing. Batches whose writer died are completed
    by whoever closes the channel next. Other senders, with outboxes of their own, may write into `folder`: their batches stay theirs.
    """

    name = "letters"
    proves_absence = True

    def __init__(self, settings: LetterSettings, *, folder: Path, outbox: Path) -> None:
        self._settings = settings
        self._folder = folder
        self._outbox = outbox
        self._batches: dict[Path, PrintBatch] = {}

    def send(self, message: Outbound) -> Receipt:
        """Writes the letter; it is on the disk when this returns."""
        letter = expected(OutboundLetter, message)
        if not _REMINDER_ID.fullmatch(letter.reminder_id):
            raise ValueError(f"not a reminder id: {letter.reminder_id!r}")
        if not letter.is_addressed:
            raise Refused("the letter has no complete postal address")
        if self._settings.service == "fax" and not letter.fax:
            raise Refused("the letter has no fax number")
        kept = self._outbox / letter.as_of.isoformat() / f"{letter.reminder_id}.pdf"
        try:
            self._hand_over(letter, kept)
        except OSError as error:
            raise NothingLeft(f"letters cannot be written: {error.strerror or type(error).__name__}") from error
        return self._receipt(kept)

    def lookup(self, reminder_id: str) -> Lookup:
        """Whether the letter was handed over, on any business date."""
        if not _REMINDER_ID.fullmatch(reminder_id):
            return CannotTell("not a reminder id")
        try:
            sender = LetterSender.known(self._outbox)
            batched = list(self._folder.glob(f"*/*/{reminder_id}.pdf"))
            days = [
                *(path.parent.name for path in self._outbox.glob(f"*/{reminder_id}.pdf")),
                *(path.parents[1].name for path in batched if _is_of(sender, path)),
                *(batch.partition("/")[0] for batch in (sender.batches_with([reminder_id]) if sender else ())),
            ]
        except OSError as error:
            return CannotTell(f"the folders cannot be read: {error.strerror or type(error).__name__}")
        if days:
            return Found(Receipt(self.name, f"{min(days)}/{reminder_id}.pdf"))
        if batched:
            return CannotTell("another sender's batch has a letter of this id, and what became of it only he knows")
        if not self._folder.is_dir():
            return CannotTell("the hand-over folder is not there")
        return NotFound()

    def close(self) -> None:
        """Completes the batch, and those that dead processes have left.

        Raises:
            OSError: a batch cannot be completed; it will be by the next that closes the channel.
        """
        batches, self._batches = self._batches, {}
        for batch in batches.values():
            batch.finish()
        sender = LetterSender.known(self._outbox)
        for batch in PrintBatch.abandoned(self._folder, sender) if sender else ():
            self._keep_copies(batch)
            batch.finish()

    def _keep_copies(self, batch: PrintBatch) -> None:
        """Keeps the copy that a process owed when it died: without it nothing would tell of a letter that the service has taken away."""
        kept = self._outbox / batch.path.parent.name
        for pdf in batch.path.glob("*.pdf"):
            if not _REMINDER_ID.fullmatch(pdf.stem):
                continue
            kept.mkdir(mode=0o700, parents=True, exist_ok=True)
            with alone_in(kept):
                if not (kept / pdf.name).exists():
                    write_beside(kept / pdf.name, pdf.read_bytes(), is_private=True).replace(kept / pdf.name)
                    sync_folder(kept)

    def _hand_over(self, letter: OutboundLetter, kept: Path) -> None:
        kept.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        day = self._folder / kept.parent.name
        day.mkdir(exist_ok=True)  # the folder itself must be there: a share that is not mounted is no folder of ours
        with alone_in(kept.parent):
            if kept.exists():
                return
            there = self._handed_over(letter, day.glob(f"*/{kept.name}"))
            if there is None:
                self._write(letter, day, kept)
                return
            write_beside(kept, there.read_bytes(), is_private=True).replace(kept)
            sync_folder(kept.parent)

    def _handed_over(self, letter: OutboundLetter, found: Iterable[Path]) -> Path | None:
        """Of the letters of this id in the folder, the one that is handed over already.

        It is ours, and its process died before the copy; or another sender's and this very letter, as when a workspace was copied.
        """
        sender = LetterSender.of(self._outbox)
        for path in found:
            is_seen = not path.parent.name.startswith(".")
            if _is_of(sender, path) or (is_seen and path.read_bytes() == letter.pdf):
                return path
        return None

    def _write(self, letter: OutboundLetter, day: Path, kept: Path) -> None:
        batch = self._batches.get(day)
        if batch is None:
            batch = self._batches[day] = PrintBatch.begin(day, LetterSender.of(self._outbox))
        written = batch.path / kept.name
        copy = write_beside(kept, letter.pdf, is_private=True)
        try:
            files = [file.content for file in letter.attachments]
            batch.add(row_of(letter, self._settings), write_beside(written, letter.pdf), files)
            copy.replace(kept)
            sync_folder(kept.parent)
        except OSError as error:
            copy.unlink(missing_ok=True)
            _take_back(kept, written, reason=error)
            raise

    def _receipt(self, path: Path) -> Receipt:
        return Receipt(self.name, f"{path.parent.name}/{path.name}")


def _is_of(sender: LetterSender | None, letter: Path) -> bool:
    """Whether a letter in the hand-over folder lies in a batch of `sender`, finished or not."""
    return sender is not None and letter.parent.name.split("-")[1:2] == [sender.name]


def _take_back(*paths: Path, reason: OSError) -> None:
    """Takes a letter out of our copies and of its batch again, which nobody has seen yet: a copy alone would say that it was handed over.

    Raises:
        OutcomeUnknown: it stays there.
    """
    try:
        for path in paths:
            path.unlink(missing_ok=True)
    except OSError:
        raise OutcomeUnknown("a letter stands in a batch or among our copies, and not in both") from reason
