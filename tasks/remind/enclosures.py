"""The files that go with a message: the invoices it lists, where its step asks for them."""

from __future__ import annotations

from dataclasses import dataclass

from tasks.remind.invoice_files import InvoiceFolder, invoice_folder
from tasks.remind.messages import Reminder
from tasks.remind.outbound import Attachment
from tasks.settings.load import Workspace

FILES_ALLOWED = 25
"""Files of one message; nobody opens more, and mail servers look at each."""


@dataclass(frozen=True)
class Enclosures:
    """Where a company's files lie; `folder` is None where no settings name one.

    What is missing stays out and stops nothing: a reminder without its file is better than none. `puntual check` and the preview
    count what is missing.
    """

    folder: InvoiceFolder | None = None

    def of(self, reminder: Reminder) -> tuple[Attachment, ...]:
        """The files of one message, oldest document first, as many as its size allows."""
        return tuple(found for found in self._found(reminder).values() if isinstance(found, Attachment))

    def missing(self, reminder: Reminder) -> dict[str, str]:
        """Which documents of the message go without their file, and why."""
        return {number: found for number, found in self._found(reminder).items() if not isinstance(found, Attachment)}

    def _found(self, reminder: Reminder) -> dict[str, Attachment | str]:
        found: dict[str, Attachment | str] = {}
        if self.folder is None or "invoices" not in reminder.attachments:
            return found
        left = self.folder.bytes_allowed
        for item in reminder.items:
            number = item.document_number
            if number in found:
                continue
            if len(found) == FILES_ALLOWED:
                found[number] = "too many files"
                continue
            found[number] = self.folder.attachment_of(
                document_number=number, customer_id=reminder.customer_id, bytes_left=left
            )
            if isinstance(file := found[number], Attachment):
                left -= len(file.content)
        return found


NOTHING = Enclosures()


def enclosures_of(workspace: Workspace) -> Enclosures:
    """What `sending.attachments` of the workspace names."""
    settings = workspace.settings.sending.attachments
    return Enclosures(None if settings is None else invoice_folder(settings, workspace.paths.root))
