"""`sending.whatsapp` of `puntual.yaml`: the company's number at Meta's Cloud API, and the templates that Meta approved for it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from tasks.settings.strict import Strict


class WhatsappTemplate(Strict):
    """A template as Meta approved it for the company's account."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9_]{1,512}$")]
    language_code: Annotated[str, Field(pattern=r"^[a-z]{2,3}(_[A-Z]{2,3})?$")] | None = Field(
        None, description="The language it was approved in, such as es_MX; the language it stands under unless given."
    )
    parameters: tuple[str, ...] | None = Field(
        None, description="What fills it, in the order of its text; those of the shipped text unless given."
    )
    named: bool = Field(True, description="Its variables have names (parameter_format NAMED), else numbers.")


class WhatsappEvents(Strict):
    """Statuses and answers that WhatsApp posts to `puntual serve`; both secrets come from the environment variables named here."""

    app_secret_env: str = Field("WHATSAPP_APP_SECRET", description="The app's secret, which signs every delivery.")
    verify_token_env: str = Field(
        "WHATSAPP_VERIFY_TOKEN", description="Text of your choice, entered beside the callback URL as well."
    )


class WhatsappChannel(Strict):
    """WhatsApp through Meta's Cloud API. The access token comes from the environment variable named here."""

    type: Literal["cloud_api"] = "cloud_api"
    phone_number_id: Annotated[str, Field(pattern=r"^[0-9]{1,30}$")]
    token_env: str = "WHATSAPP_TOKEN"  # noqa: S105 - the name of a variable
    base_url: str = "https://graph.facebook.com"
    api_version: Annotated[str, Field(pattern=r"^v[0-9]{1,3}\.[0-9]$")] = "v23.0"
    timeout_seconds: float = Field(30, gt=0, le=120)
    templates: dict[str, dict[Literal["es", "en", "pt"], WhatsappTemplate]] = Field(
        default_factory=dict, description="By purpose and language: the approved template that says it."
    )
    events: WhatsappEvents | None = Field(None, description="Where what WhatsApp tells of messages is verified.")
