"""Chooses the channel that a workspace's settings name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tasks.remind.channels.files import FilesChannel
from tasks.remind.channels.protocol import Channel, Environment
from tasks.remind.channels.sendgrid import SendgridChannel
from tasks.remind.channels.smtp import SmtpChannel
from tasks.settings import sending as settings
from tasks.settings.load import Workspace


@contextmanager
def open_channel(workspace: Workspace, environment: Environment) -> Iterator[Channel]:
    """The workspace's e-mail channel; its connection is closed afterwards.

    Raises:
        SettingsProblem: a secret the channel needs is not in `environment`.
    """
    channel = _channel(workspace, environment)
    try:
        yield channel
    finally:
        channel.close()


def _channel(workspace: Workspace, environment: Environment) -> Channel:
    match workspace.settings.sending.email:
        case settings.SmtpChannel() as smtp:
            return SmtpChannel(smtp, environment)
        case settings.SendgridChannel() as sendgrid:
            return SendgridChannel(sendgrid, environment)
        case _:
            return FilesChannel(workspace.paths.outbox)
