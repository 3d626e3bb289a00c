"""From decided reminders to letters ready to be printed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from tasks.ledger.reminders import reminder_id_of
from tasks.problems import SettingsProblem
from tasks.remind.creditor import Creditor
from tasks.remind.letters.address import addressee_of, fax_of
from tasks.remind.letters.page import letter_pdf
from tasks.remind.letters.sheets import Paper, sheet_of, usual_paper
from tasks.remind.letters.wording import letter_text
from tasks.remind.outbound import Attachment, OutboundLetter
from tasks.remind.reminder import Reminder
from tasks.remind.templates import LETTER, Templates
from tasks.settings.letters import LetterChannel

ROWS_SHOWN = 300
"""Receivables that a letter lists, some twenty pages; what is beyond is one line with count and sum."""


def _nothing(_reminder: Reminder) -> tuple[Attachment, ...]:
    return ()


@dataclass(frozen=True)
class LetterRenderer:
    """Writes the letters of one company on one business date; `enclose` says which files go with one."""

    creditor: Creditor
    templates: Templates
    settings: LetterChannel
    enclose: Callable[[Reminder], tuple[Attachment, ...]] = _nothing

    def render(self, reminder: Reminder) -> OutboundLetter:
        """The letter of `reminder`, in the same words as its e-mail.

        Raises:
            SettingsProblem: a template cannot be used.
            ValueError: the lines do not add up to what was decided: a defect of ours, and nobody may be told a wrong sum.
        """
        shown = sum(item.said_amount for item in reminder.items)
        if shown != reminder.total_amount:
            raise ValueError(f"{reminder.reminder_key}: lines add up to {shown}, decided were {reminder.total_amount}")
        company = self.creditor.company
        words = self.creditor.words(reminder, rows=ROWS_SHOWN)
        subject, text = self.templates.render_letter(words)
        addressee = addressee_of(
            customer_name=reminder.customer_name,
            recipient_name=reminder.recipient_name,
            postal_address=reminder.recipient_address,
            from_country=company.country,
            language=company.language,
        )
        paper = self._paper(addressee.country)
        enclosed = self.enclose(reminder)
        pdf = letter_pdf(
            letter_text(text, template=f"{words['purpose']}/{words['language']}/{LETTER}"),
            addressee,
            subject=subject,
            company=company,
            sheet=sheet_of(paper, self.settings.window),
            language=words["language"],
            as_of=self.creditor.as_of,
            enclosed=[file.name.removesuffix(".pdf") for file in enclosed],
        )
        return OutboundLetter(
            reminder_id=reminder_id_of(reminder.reminder_key),
            language=words["language"],
            as_of=self.creditor.as_of,
            addressee=addressee.lines,
            country=addressee.country,
            is_addressed=addressee.is_usable,
            subject=subject,
            paper=paper,
            pages=pdf.count,
            pdf=pdf.content,
            attachments=enclosed,
            fax=fax_of(reminder.recipient_address, country=reminder.customer_country or company.country),
        )

    def render_all(self, reminders: Iterable[Reminder]) -> Iterator[tuple[str, OutboundLetter]]:
        """Each reminder's key with its letter; a template problem says for which reminder it showed."""
        for reminder in reminders:
            try:
                yield reminder.reminder_key, self.render(reminder)
            except SettingsProblem as problem:
                problem.add_note(f"while rendering {reminder.reminder_key}")
                raise

    def _paper(self, country: str) -> Paper:
        paper = self.settings.paper
        return usual_paper(country) if paper == "by_country" else paper
