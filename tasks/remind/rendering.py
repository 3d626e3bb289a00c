"""From decided reminders to messages ready to leave."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tasks.ledger.reminders import reminder_id_of
from tasks.problems import SettingsProblem
from tasks.remind.creditor import Creditor
from tasks.remind.enclosures import NOTHING, Enclosures
from tasks.remind.outbound import Mailbox, OutboundMessage, mailbox
from tasks.remind.reminder import Reminder
from tasks.remind.templates import Templates


@dataclass(frozen=True)
class Renderer:
    """Writes the messages of one company on one business date."""

    creditor: Creditor
    templates: Templates
    copies_collector: bool
    enclosures: Enclosures = NOTHING

    def render(self, reminder: Reminder) -> OutboundMessage:
        """The message of `reminder`.

        Raises:
            SettingsProblem: a template cannot be used.
            ValueError: the lines do not add up to what was decided: a defect of ours, and nobody may be told a wrong sum.
        """
        shown = sum(item.said_amount for item in reminder.items)
        if shown != reminder.total_amount:
            raise ValueError(f"{reminder.reminder_key}: lines add up to {shown}, decided were {reminder.total_amount}")
        company = self.creditor.company
        words = self.creditor.words(reminder)
        rendered = self.templates.render(words)
        collector = mailbox(name=company.collector.name, email=company.collector.email)
        return OutboundMessage(
            reminder_id=reminder_id_of(reminder.reminder_key),
            sender=mailbox(name=company.sender.name, email=company.sender.email),
            reply_to=collector,
            recipient=mailbox(name=reminder.recipient_name, email=reminder.recipient_address or ""),
            copy_to=self._copy_to(reminder, collector),
            subject=rendered.subject,
            text=rendered.text,
            html=rendered.html,
            language=words["language"],
            as_of=self.creditor.as_of,
            attachments=self.enclosures.of(reminder),
        )

    def _copy_to(self, reminder: Reminder, collector: Mailbox) -> Mailbox | None:
        if reminder.copy_to is not None:
            return mailbox(name="", email=reminder.copy_to)
        return collector if self.copies_collector else None

    def render_all(self, reminders: Iterable[Reminder]) -> Iterator[tuple[str, OutboundMessage]]:
        """Each reminder's key with its message; a template problem says for which reminder it showed."""
        for reminder in reminders:
            try:
                yield reminder.reminder_key, self.render(reminder)
            except SettingsProblem as problem:
                problem.add_note(f"while rendering {reminder.reminder_key}")
                raise
