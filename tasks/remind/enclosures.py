"""The files that go with a message where its step asks for them: the invoices it lists, and a statement of all that is open."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from tasks.remind.invoice_files import InvoiceFolder, invoice_folder
from tasks.remind.outbound import Attachment
from tasks.remind.reminder import Reminder
from tasks.remind.statement_pages import StatementPages, statement_pages
from tasks.settings.load import Workspace

FILES_ALLOWED = 25
"""Files of one message; nobody opens more, and mail servers look at each."""


@dataclass(frozen=True)
class Lacking:
    """Of messages that were to carry their documents: how many lack one, and of how many documents the file is missing. No names."""

    messages: int = 0
    documents: int = 0

    def __str__(self) -> str:
        return f"{self.documents} invoices without a file in {self.messages} messages"


@dataclass(frozen=True)
class Enclosures:
    """Where a company's files lie, and what writes statements; None where there is none.

    What is missing stays out and stops nothing: a reminder without its file is better than none. Sending and preview log how many
    are missing (`lacking`); `puntual check` counts them before a run (`tasks.checks.missing_invoices`).
    """

    folder: InvoiceFolder | None = None
    statements: StatementPages | None = None

    def of(self, reminder: Reminder) -> tuple[Attachment, ...]:
        """The files of one message: its statement, then its documents, the oldest first, as many as its size allows."""
        documents = tuple(found for found in self._found(reminder).values() if isinstance(found, Attachment))
        if self.statements is None or "statement" not in reminder.attachments:
            return documents
        return (*self.statements.of(reminder), *documents)

    def missing(self, reminder: Reminder) -> dict[str, str]:
        """Which documents of the message go without their file, and why."""
        return {number: found for number, found in self._found(reminder).items() if not isinstance(found, Attachment)}

    def lacking(self, reminders: Iterable[Reminder]) -> Lacking:
        """How many of `reminders` go without a document that their step attaches. Reads the files, as sending does."""
        if self.folder is None:
            return Lacking()
        missing = [len(found) for found in map(self.missing, reminders) if found]
        return Lacking(len(missing), sum(missing))

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
            if item.is_number_shared and not self.folder.tells_customers_apart:
                found[number] = "number of several customers"
                continue
            found[number] = self.folder.attachment_of(
                document_number=number, customer_id=reminder.customer_id, bytes_left=left
            )
            if isinstance(file := found[number], Attachment):
                left -= len(file.content)
        return found


NOTHING = Enclosures()


def enclosures_of(workspace: Workspace, as_of: date) -> Enclosures:
    """What `sending.attachments` of the workspace names, and statements as of `as_of`."""
    settings = workspace.settings.sending.attachments
    folder = None if settings is None else invoice_folder(settings, workspace.paths.root)
    return Enclosures(folder, statement_pages(workspace, as_of))
