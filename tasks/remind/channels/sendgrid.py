"""The channel to SendGrid's mail API: the payload by its own helpers, the transport by a pooled client that never repeats a POST."""

from __future__ import annotations

import json

import httpx

from tasks.remind.channels.http_client import BEFORE_ANY_BYTE, open_client, secret_of, wait_of
from tasks.remind.channels.protocol import (
    CannotTell,
    Environment,
    Found,
    Lookup,
    NotAllowed,
    NotFound,
    NothingLeft,
    OutcomeUnknown,
    Receipt,
    Refused,
    SlowDown,
    refuse_unusable,
)
from tasks.remind.channels.sendgrid_payload import mail_payload
from tasks.remind.outbound import Outbound, OutboundMessage, expected
from tasks.settings.sending import SendgridChannel as SendgridSettings


class SendgridChannel:
    """Sends through `POST /v3/mail/send`. 202 means that SendGrid has queued the message."""

    name = "sendgrid"
    proves_absence = False

    def __init__(self, settings: SendgridSettings, environment: Environment) -> None:
        key = secret_of(
            environment,
            settings.api_key_env,
            setting="sending.email.api_key_env",
            what="an API key",
            fix="Set it to an API key that may send mail.",
        )
        self._client = open_client(base_url=settings.base_url, token=key, timeout_seconds=settings.timeout_seconds)

    def send(self, message: Outbound) -> Receipt:
        """One POST; see `Channel.send`."""
        email = expected(OutboundMessage, message)
        refuse_unusable(email)
        try:
            request = self._client.build_request("POST", "/v3/mail/send", json=mail_payload(email))
        except UnicodeError:
            raise Refused("the message holds characters that cannot be sent") from None
        try:
            response = self._client.send(request)
        except BEFORE_ANY_BYTE as error:
            raise NothingLeft(f"SendGrid was not reached: {type(error).__name__}") from None
        except httpx.HTTPError as error:
            raise OutcomeUnknown(f"no answer from SendGrid: {type(error).__name__}") from None
        return self._settled(response)

    def lookup(self, reminder_id: str) -> Lookup:
        """Asks the Email Activity feed, which lags behind and is an option of the account."""
        query = f"unique_args['reminder_id']=\"{reminder_id}\""
        try:
            response = self._client.get("/v3/messages", params={"limit": 1, "query": query})
            content = response.json() if response.status_code == httpx.codes.OK else None
        except (httpx.HTTPError, json.JSONDecodeError) as error:
            return CannotTell(f"no usable answer from SendGrid: {type(error).__name__}")
        if not isinstance(content, dict) or not isinstance(content.get("messages"), list):
            return CannotTell(f"SendGrid answered {response.status_code} instead of a list of messages")
        messages = content["messages"]
        return Found(Receipt(self.name, str(messages[0].get("msg_id", "")))) if messages else NotFound()

    def close(self) -> None:
        """Closes pooled connections."""
        self._client.close()

    def _settled(self, response: httpx.Response) -> Receipt:
        status = response.status_code
        if status == httpx.codes.ACCEPTED:
            return Receipt(self.name, response.headers.get("X-Message-Id", ""))
        if status == httpx.codes.TOO_MANY_REQUESTS:
            raise SlowDown("SendGrid asks to send more slowly (429)", retry_after_seconds=wait_of(response))
        if status in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
            raise NotAllowed(f"SendGrid does not accept the API key or the sender ({status}){_reason(response)}")
        if httpx.codes.is_client_error(status) and status != httpx.codes.REQUEST_TIMEOUT:
            raise Refused(f"SendGrid refused the message ({status}){_reason(response)}")
        raise OutcomeUnknown(f"SendGrid answered {status}")


def _reason(response: httpx.Response) -> str:
    """The field the provider complains about. Its sentence may quote an address and is not repeated; the body may be HTML or cut off."""
    try:
        errors = response.json()["errors"]
        fields = [str(error["field"]) for error in errors if error.get("field")]
    except (json.JSONDecodeError, UnicodeDecodeError, KeyError, TypeError, AttributeError):
        return ""
    named = [field for field in fields if field != "null" and "@" not in field]
    return f": {', '.join(named[:3])}" if named else ""
