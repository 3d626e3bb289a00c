"""The channel that writes `.eml` files: nothing leaves the machine, and any mail program opens them."""

from __future__ import annotations

import os
import re
from pathlib import Path

from tasks.private_files import private_opener
from tasks.remind.channels.manifest import Manifest, ManifestRow
from tasks.remind.channels.mime import mime_bytes
from tasks.remind.channels.protocol import CannotTell, Found, Lookup, NotFound, NothingLeft, Receipt, refuse_unusable
from tasks.remind.outbound import Outbound, OutboundMessage, expected

_REMINDER_ID = re.compile(r"[0-9a-f]{16,64}")


class FilesChannel:
    """Writes each message to `<outbox>/<as_of>/<reminder_id>.eml`, whole or not at all, and lists it in `manifest.csv`.

    Sending the same message again finds the file and changes nothing.
    """

    name = "files"
    proves_absence = True

    def __init__(self, outbox: Path) -> None:
        self._outbox = outbox
        self._manifests: dict[Path, Manifest] = {}

    def send(self, message: Outbound) -> Receipt:
        """Writes the message; it is on the disk when this returns."""
        email = expected(OutboundMessage, message)
        if not _REMINDER_ID.fullmatch(email.reminder_id):
            raise ValueError(f"not a reminder id: {email.reminder_id!r}")
        refuse_unusable(email)
        content = mime_bytes(email, shows_copy=True)
        folder = self._outbox / email.as_of.isoformat()
        try:
            self._write(folder, email, content)
        except OSError as error:
            raise NothingLeft(f"the outbox cannot be written: {error.strerror or type(error).__name__}") from error
        return self._receipt(folder / f"{email.reminder_id}.eml")

    def lookup(self, reminder_id: str) -> Lookup:
        """Whether the file exists, for any business date."""
        if not _REMINDER_ID.fullmatch(reminder_id):
            return CannotTell("not a reminder id")
        found = sorted(self._outbox.glob(f"*/{reminder_id}.eml"))
        return Found(self._receipt(found[0])) if found else NotFound()

    def close(self) -> None:
        """Nothing is held open."""

    def _write(self, folder: Path, message: OutboundMessage, content: bytes) -> None:
        manifest = self._manifests.get(folder)
        if manifest is None:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            manifest = self._manifests[folder] = Manifest(folder)
        path = folder / f"{message.reminder_id}.eml"
        if path.exists():
            return
        unfinished = folder / f".{message.reminder_id}.{os.getpid()}"
        try:
            with open(unfinished, "wb", opener=private_opener) as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            manifest.take_in(unfinished, _row(message, path))
        finally:
            unfinished.unlink(missing_ok=True)

    def _receipt(self, path: Path) -> Receipt:
        return Receipt(self.name, f"{path.parent.name}/{path.name}")


def _row(message: OutboundMessage, path: Path) -> ManifestRow:
    return ManifestRow(
        reminder_id=message.reminder_id,
        file=path.name,
        recipient=message.recipient.email,
        copy_to=message.copy_to.email if message.copy_to else "",
        subject=message.subject,
        language=message.language,
    )
