"""Chooses the channel that a workspace's settings name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tasks.problems import SettingsProblem
from tasks.remind.channels.files import FilesChannel
from tasks.remind.channels.letters import LetterChannel
from tasks.remind.channels.protocol import Channel, Environment
from tasks.remind.channels.sendgrid import SendgridChannel
from tasks.remind.channels.smtp import SmtpChannel
from tasks.remind.channels.whatsapp import WhatsappChannel
from tasks.segment.ladders import MESSAGE_CHANNELS, MessageChannel
from tasks.settings import sending as settings
from tasks.settings.letters import LetterChannel as LetterSettings
from tasks.settings.load import Workspace


@contextmanager
def open_channel(
    workspace: Workspace, environment: Environment, channel: MessageChannel = "email"
) -> Iterator[Channel]:
    """What carries the messages of `channel` in this workspace; its connection is closed afterwards.

    Raises:
        SettingsProblem: the channel is not set up, or a secret it needs is not in `environment`.
    """
    opened = _open(workspace, environment, channel)
    try:
        yield opened
    finally:
        opened.close()


@contextmanager
def open_channels(workspace: Workspace, environment: Environment) -> Iterator[dict[str, Channel]]:
    """Every channel that is set up in this workspace; closed afterwards.

    Raises:
        SettingsProblem: a secret that one of them needs is not in `environment`.
    """
    with ExitStack() as stack:
        yield {
            channel: stack.enter_context(open_channel(workspace, environment, channel))
            for channel in MESSAGE_CHANNELS
            if is_set_up(workspace, channel)
        }


def is_set_up(workspace: Workspace, channel: MessageChannel) -> bool:
    """Whether the workspace says how messages of `channel` leave."""
    sending = workspace.settings.sending
    return {"email": True, "letter": sending.letter is not None, "whatsapp": sending.whatsapp is not None}[channel]


def _open(workspace: Workspace, environment: Environment, channel: MessageChannel) -> Channel:
    sending = workspace.settings.sending
    if channel == "whatsapp" and sending.whatsapp is not None:
        return WhatsappChannel(sending.whatsapp, environment)
    if channel == "letter" and sending.letter is not None:
        return _letters(workspace, sending.letter)
    return _email(workspace, environment) if channel == "email" else _not_set_up(channel)


def _letters(workspace: Workspace, own: LetterSettings) -> Channel:
    folder = workspace.paths.root / own.folder
    if not Path(own.folder).is_absolute():
        folder.mkdir(parents=True, exist_ok=True)  # in the workspace; elsewhere it may be a share that is not mounted
    return LetterChannel(own, folder=folder, outbox=workspace.paths.outbox)


def _email(workspace: Workspace, environment: Environment) -> Channel:
    match workspace.settings.sending.email:
        case settings.SmtpChannel() as smtp:
            return SmtpChannel(smtp, environment)
        case settings.SendgridChannel() as sendgrid:
            return SendgridChannel(sendgrid, environment)
        case _:
            return FilesChannel(workspace.paths.outbox)


def _not_set_up(channel: MessageChannel) -> Channel:
    raise SettingsProblem.at(
        f"puntual.yaml: sending.{channel}",
        f"the strategy has messages by {channel}, but the workspace does not say how they leave",
        f"Set up sending.{channel}, or give those steps another channel.",
    )
