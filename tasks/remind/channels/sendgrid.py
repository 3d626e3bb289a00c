"""The channel to SendGrid's mail API: the payload by its own helpers, the transport by a pooled client that never repeats a POST."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx

from tasks.problems import SettingsProblem
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
    refuse_unusable,
)
from tasks.remind.channels.sendgrid_payload import mail_payload
from tasks.remind.outbound import Outbound, OutboundMessage, expected
from tasks.settings.sending import SendgridChannel as SendgridSettings

CONNECT_SECONDS = 10.0
KEEP_ALIVE_SECONDS = 5.0
"""Idle connections are given up before a provider's balancer does: a POST on a dead one has an unknown outcome."""
LONGEST_WAIT_SECONDS = 3600.0

# Errors of the client that are raised before the first byte of a request: no connection, or a request it will not put on one.
_BEFORE_ANY_BYTE = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.LocalProtocolError,
    httpx.UnsupportedProtocol,
    httpx.InvalidURL,
)


class SendgridChannel:
    """Sends through `POST /v3/mail/send`. 202 means that SendGrid has queued the message."""

    name = "sendgrid"
    proves_absence = False

    def __init__(self, settings: SendgridSettings, environment: Environment) -> None:
        key = _key(settings, environment)
        self._client = httpx.Client(
            base_url=settings.base_url,
            headers={"Authorization": f"Bearer {key}", "User-Agent": "puntual"},
            timeout=httpx.Timeout(settings.timeout_seconds, connect=min(CONNECT_SECONDS, settings.timeout_seconds)),
            limits=httpx.Limits(max_connections=4, max_keepalive_connections=4, keepalive_expiry=KEEP_ALIVE_SECONDS),
            transport=httpx.HTTPTransport(retries=0),
            follow_redirects=False,
            trust_env=False,
        )

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
        except _BEFORE_ANY_BYTE as error:
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
            raise NothingLeft("SendGrid asks to send more slowly (429)", retry_after_seconds=_wait_of(response))
        if status in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
            raise NotAllowed(f"SendGrid does not accept the API key or the sender ({status}){_reason(response)}")
        if httpx.codes.is_client_error(status) and status != httpx.codes.REQUEST_TIMEOUT:
            raise Refused(f"SendGrid refused the message ({status}){_reason(response)}")
        raise OutcomeUnknown(f"SendGrid answered {status}")


def _key(settings: SendgridSettings, environment: Environment) -> str:
    """The API key, without the line end that files and consoles leave on it."""
    key = environment.get(settings.api_key_env, "").strip()
    if key and key.isascii() and key.isprintable() and " " not in key:
        return key
    what = "is not an API key: it has blanks or other characters that no key has" if key else "is not set"
    raise SettingsProblem.at(
        "puntual.yaml: sending.email.api_key_env",
        f"the environment variable {settings.api_key_env} {what}",
        "Set it to an API key that may send mail.",
    )


def _wait_of(response: httpx.Response) -> float | None:
    """Seconds to wait: `Retry-After`, or `X-RateLimit-Reset` (epoch seconds) against the response's own `Date`, so no clock is read."""
    try:
        if "Retry-After" in response.headers:
            wait = float(response.headers["Retry-After"])
        else:
            reset = datetime.fromtimestamp(int(response.headers["X-RateLimit-Reset"]), UTC)
            wait = (reset - parsedate_to_datetime(response.headers["Date"])).total_seconds()
    except (KeyError, ValueError, TypeError, OverflowError, OSError):
        return None
    return min(max(wait, 0.0), LONGEST_WAIT_SECONDS)


def _reason(response: httpx.Response) -> str:
    """The field the provider complains about. Its sentence may quote an address and is not repeated; the body may be HTML or cut off."""
    try:
        errors = response.json()["errors"]
        fields = [str(error["field"]) for error in errors if error.get("field")]
    except (json.JSONDecodeError, UnicodeDecodeError, KeyError, TypeError, AttributeError):
        return ""
    named = [field for field in fields if field != "null" and "@" not in field]
    return f": {', '.join(named[:3])}" if named else ""
