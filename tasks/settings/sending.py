"""`sending` of `puntual.yaml`: through which providers messages leave, and what they must ask first."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from tasks.settings.attachments import AttachmentSettings
from tasks.settings.letters import LetterChannel, LetterService
from tasks.settings.limits import Addressee, Limits
from tasks.settings.strict import Strict
from tasks.settings.whatsapp import WhatsappChannel


class FilesChannel(Strict):
    """Writes `.eml` files and a manifest; nothing leaves the machine."""

    type: Literal["files"] = "files"


class MaildirBounces(Strict):
    """Bounces as files: a Maildir, an mbox file, or a folder of .eml files, relative to the workspace or absolute."""

    type: Literal["maildir"] = "maildir"
    path: str


class ImapBounces(Strict):
    """The mailbox that bounces come back to, over TLS. User and password come from the environment variables named here."""

    type: Literal["imap"] = "imap"
    host: str
    port: int = Field(993, gt=0, lt=65536)
    user_env: str = "PUNTUAL_BOUNCES_USER"
    password_env: str = "PUNTUAL_BOUNCES_PASSWORD"  # noqa: S105 the name of a variable
    mailbox: str = "INBOX"
    days: int = Field(
        30, ge=1, le=365, description="How far back messages are read; those that were read change nothing."
    )
    timeout_seconds: float = Field(30, gt=0, le=120)


class SmtpChannel(Strict):
    """A mail server. User and password come from the environment variables named here."""

    type: Literal["smtp"] = "smtp"
    host: str
    port: int = Field(587, gt=0, lt=65536)
    security: Literal["starttls", "tls", "none"] = "starttls"
    user_env: str | None = None
    password_env: str | None = None
    timeout_seconds: float = Field(30, gt=0, le=120)
    bounces: Annotated[MaildirBounces | ImapBounces, Field(discriminator="type")] | None = None


class SendgridEvents(Strict):
    """SendGrid's signed event webhook. The verification key comes from the environment variable named here.

    SendGrid repeats a delivery for 24 hours; a window shorter than that would refuse what a day without the server has missed.
    """

    public_key_env: str = "SENDGRID_EVENTS_PUBLIC_KEY"
    window_hours: float = Field(25, gt=0, le=168, description="How old a signed delivery may be.")


class SendgridChannel(Strict):
    """SendGrid's mail API. The key comes from the environment variable named here."""

    type: Literal["sendgrid"] = "sendgrid"
    api_key_env: str = "SENDGRID_API_KEY"
    base_url: str = "https://api.sendgrid.com"
    timeout_seconds: float = Field(30, gt=0, le=120)
    events: SendgridEvents | None = None


EmailChannel = Annotated[FilesChannel | SmtpChannel | SendgridChannel, Field(discriminator="type")]


class Sending(Strict):
    """How reminders leave. The default writes files."""

    email: EmailChannel = FilesChannel()
    letter: LetterChannel | None = None
    whatsapp: WhatsappChannel | None = None
    batch_size: int = Field(200, ge=1, le=500, description="Messages per Prefect task run.")
    copy_to_collector: bool = True
    attachments: AttachmentSettings | None = None
    strategy_approval: Literal["always", "changed", "never"] = Field(
        "changed",
        description="When a strategy sends nothing before a person approved it: always, when it is another than before, or never.",
    )
    limits: Limits = Limits()
    only_to: tuple[Addressee, ...] | None = Field(
        None,
        description="Outside production: nobody else is written to, copies included. Addresses, domains, numbers, patterns.",
    )

    @property
    def letter_service(self) -> LetterService | None:
        """Whom letters are handed to; None where none are."""
        return None if self.letter is None else self.letter.service
