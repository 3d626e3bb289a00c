"""`sending` of `puntual.yaml`: through which providers messages leave, and what they must ask first."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from tasks.settings.strict import Strict
from tasks.settings.whatsapp import WhatsappChannel


class FilesChannel(Strict):
    """Writes `.eml` files and a manifest; nothing leaves the machine."""

    type: Literal["files"] = "files"


class SmtpChannel(Strict):
    """A mail server. User and password come from the environment variables named here."""

    type: Literal["smtp"] = "smtp"
    host: str
    port: int = Field(587, gt=0, lt=65536)
    security: Literal["starttls", "tls", "none"] = "starttls"
    user_env: str | None = None
    password_env: str | None = None
    timeout_seconds: float = Field(30, gt=0, le=120)


class SendgridChannel(Strict):
    """SendGrid's mail API. The key comes from the environment variable named here."""

    type: Literal["sendgrid"] = "sendgrid"
    api_key_env: str = "SENDGRID_API_KEY"
    base_url: str = "https://api.sendgrid.com"
    timeout_seconds: float = Field(30, gt=0, le=120)


EmailChannel = Annotated[FilesChannel | SmtpChannel | SendgridChannel, Field(discriminator="type")]


class Sending(Strict):
    """How reminders leave. The default writes files."""

    email: EmailChannel = FilesChannel()
    whatsapp: WhatsappChannel | None = None
    batch_size: int = Field(200, ge=1, le=500, description="Messages per Prefect task run.")
    copy_to_collector: bool = True
    strategy_approval: Literal["always", "changed", "never"] = Field(
        "changed",
        description="When a strategy sends nothing before a person approved it: always, when it is another than before, or never.",
    )
