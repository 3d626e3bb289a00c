"""The channel to WhatsApp: Meta's Cloud API, which takes a message once for each request and has no way to ask for it again."""

from __future__ import annotations

import json
import re

import httpx

from tasks.remind.channels.http_client import BEFORE_ANY_BYTE, open_client, secret_of
from tasks.remind.channels.protocol import (
    CannotTell,
    Environment,
    Lookup,
    NothingLeft,
    OutcomeUnknown,
    Receipt,
    Refused,
)
from tasks.remind.channels.whatsapp_errors import error_of
from tasks.remind.channels.whatsapp_payload import template_payload
from tasks.remind.outbound import Outbound, expected
from tasks.remind.whatsapp.message import OutboundWhatsapp
from tasks.settings.whatsapp import WhatsappChannel as WhatsappSettings

NAME = "whatsapp"
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")


class WhatsappChannel:
    """Sends templates through `POST /{version}/{phone number id}/messages`. 200 with an id means that WhatsApp has the message."""

    name = NAME
    proves_absence = False

    def __init__(self, settings: WhatsappSettings, environment: Environment) -> None:
        token = secret_of(
            environment,
            settings.token_env,
            setting="sending.whatsapp.token_env",
            what="an access token",
            fix="Set it to a token of the system user that may send for this number.",
        )
        self._path = f"/{settings.api_version}/{settings.phone_number_id}/messages"
        self._client = open_client(base_url=settings.base_url, token=token, timeout_seconds=settings.timeout_seconds)

    def send(self, message: Outbound) -> Receipt:
        """One POST; see `Channel.send`."""
        template = expected(OutboundWhatsapp, message)
        _refuse_unusable(template)
        try:
            request = self._client.build_request("POST", self._path, json=template_payload(template))
        except UnicodeError:
            raise Refused("the message holds characters that cannot be sent") from None
        try:
            response = self._client.send(request)
        except BEFORE_ANY_BYTE as error:
            raise NothingLeft(f"WhatsApp was not reached: {type(error).__name__}") from None
        except httpx.HTTPError as error:
            raise OutcomeUnknown(f"no answer from WhatsApp: {type(error).__name__}") from None
        if response.is_success:
            return Receipt(self.name, _id_of(response))
        raise error_of(response)

    def lookup(self, reminder_id: str) -> Lookup:
        """The API lists no messages; statuses that its webhook sends settle what is unknown."""
        return CannotTell("WhatsApp cannot be asked; a status of the message, if one comes, settles it")

    def close(self) -> None:
        """Closes pooled connections."""
        self._client.close()


def _refuse_unusable(message: OutboundWhatsapp) -> None:
    if not _E164.fullmatch(message.recipient):
        raise Refused("the recipient has no usable mobile number")
    empty = [
        parameter.name or str(place) for place, parameter in enumerate(message.parameters, 1) if not parameter.text
    ]
    if empty:
        raise Refused(f"the template's parameter {empty[0]} is empty")


def _id_of(response: httpx.Response) -> str:
    """The provider's id of the message that it says it took; without one nobody can say what it did."""
    try:
        found = response.json()["messages"][0]["id"]
    except (json.JSONDecodeError, UnicodeDecodeError, KeyError, IndexError, TypeError):
        found = None
    if not isinstance(found, str) or not found:
        raise OutcomeUnknown(f"WhatsApp answered {response.status_code} without the message's id")
    return found
