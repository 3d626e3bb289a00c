"""A customer's statement of account as PDF: the words of the purpose `statement`, on the page of letters."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from tasks.remind.accounts import addressed_like
from tasks.remind.creditor import Creditor
from tasks.remind.invoice_files import PDF
from tasks.remind.letters.rendering import LetterRenderer
from tasks.remind.outbound import Attachment
from tasks.remind.reminder import Reminder
from tasks.remind.templates import templates_of
from tasks.settings.letters import LetterChannel
from tasks.settings.load import Workspace

_NAMES = {"es": "extracto", "en": "statement", "pt": "extrato"}
_NO_FOLDER = LetterChannel(folder=".", paper="by_country")
"""How pages look where no letters are set up; nothing is handed over from here."""


@dataclass(frozen=True)
class StatementPages:
    """Writes statements of one company on one business date."""

    letters: LetterRenderer

    def of(self, reminder: Reminder) -> tuple[Attachment, ...]:
        """One PDF for each currency that the customer of `reminder` owes in, for its recipient and in his language."""
        return tuple(self.page(addressed_like(account, reminder)) for account in reminder.account)

    def page(self, account: Reminder) -> Attachment:
        """The statement of one currency."""
        # An e-mail address is no line of a window.
        letter = self.letters.render(replace(account, recipient_address=None))
        name = _NAMES.get(letter.language, _NAMES["en"])
        return Attachment(f"{name}-{letter.as_of.isoformat()}-{account.currency}.pdf", PDF, letter.pdf)


def statement_pages(workspace: Workspace, as_of: date) -> StatementPages:
    """Statements of the workspace's company, in its own templates and on its own paper."""
    settings = workspace.settings.sending.letter or _NO_FOLDER
    return StatementPages(
        LetterRenderer(Creditor(workspace.settings.company, as_of), templates_of(workspace.paths.templates), settings)
    )
