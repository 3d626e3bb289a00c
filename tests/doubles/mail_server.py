"""A real SMTP server on loopback (aiosmtpd) that keeps what it took and misbehaves when told."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass
class Postbox:
    """Takes mail. Recipients that begin with `refused` get 550, with `later` 451; `reply` answers every message."""

    envelopes: list[Envelope] = field(default_factory=list)
    reply: str = "250 taken"
    hang_seconds: float = 0
    drop: bool = False

    async def handle_RCPT(  # noqa: N802 - the name is aiosmtpd's
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Accepts, refuses or puts off one recipient."""
        if address.startswith("refused"):
            return "550 no such user"
        if address.startswith("later"):
            return "451 greylisted"
        envelope.rcpt_tos.append(address)
        return "250 fine"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's
        """Takes the message if `reply` says so, and answers, late, or not at all."""
        if self.reply.startswith("250"):
            self.envelopes.append(envelope)
        if self.drop:
            assert server.transport is not None
            server.transport.abort()
        await asyncio.sleep(self.hang_seconds)
        return self.reply


@contextmanager
def serving(box: Postbox, port: int, certificate: Path | None = None) -> Iterator[None]:
    """Serves `box` on loopback in a thread; with a certificate (PEM with its key) it offers STARTTLS."""
    context = None
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
    controller = Controller(box, hostname="127.0.0.1", port=port, tls_context=context)
    controller.start()
    try:
        yield
    finally:
        controller.stop()


def parsed(envelope: Envelope) -> EmailMessage:
    """The message of an envelope, with plain line ends."""
    content = envelope.content
    assert isinstance(content, bytes)
    return message_from_bytes(content.replace(b"\r\n", b"\n"), policy=default)
