"""Who writes the messages of a channel."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Protocol

from tasks.answers.links import links_of
from tasks.remind.creditor import Creditor
from tasks.remind.enclosures import enclosures_of
from tasks.remind.letters.rendering import LetterRenderer
from tasks.remind.outbound import Outbound
from tasks.remind.reminder import Reminder
from tasks.remind.rendering import Renderer
from tasks.remind.templates import templates_of
from tasks.remind.whatsapp.rendering import WhatsappRenderer
from tasks.segment.ladders import MessageChannel
from tasks.settings.load import Workspace


class Writer(Protocol):
    """Writes the messages of one company on one business date, in the form of one channel."""

    def render_all(self, reminders: Iterable[Reminder]) -> Iterator[tuple[str, Outbound]]:
        """Each reminder's key with its message.

        Raises:
            SettingsProblem: a template cannot be used.
        """
        ...


def writer_of(workspace: Workspace, channel: MessageChannel, as_of: date) -> Writer:
    """What writes the messages of `channel`.

    Raises:
        SettingsProblem: the secret that signs answer links cannot be used.
    """
    creditor = Creditor(workspace.settings.company, as_of, links_of(workspace))
    if channel == "whatsapp":
        return WhatsappRenderer(workspace, creditor)
    letter = workspace.settings.sending.letter
    if channel == "letter" and letter is not None:
        enclose = enclosures_of(workspace, as_of).of
        return LetterRenderer(creditor, templates_of(workspace.paths.templates), letter, enclose)
    return email_renderer(workspace, as_of)


def email_renderer(workspace: Workspace, as_of: date) -> Renderer:
    """What writes e-mails, with the files that go with them.

    Raises:
        SettingsProblem: the secret that signs answer links cannot be used.
    """
    creditor = Creditor(workspace.settings.company, as_of, links_of(workspace))
    return Renderer(
        creditor,
        templates_of(workspace.paths.templates),
        copies_collector=workspace.settings.sending.copy_to_collector,
        enclosures=enclosures_of(workspace, as_of),
    )
