"""WhatsApp's webhook: whether a delivery is genuine, and what its statuses say; what people write is read by `whatsapp_answers`.

The format: https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages/status/ and
`…/messages`; the signature: HMAC-SHA256 of the body's bytes by the app's secret, in hex digits after `sha256=`.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from datetime import datetime

from tasks.events.event import EventBatch, EventKind, NotGenuine, NotReadable, ProviderEvent, WrittenAnswer
from tasks.remind.channels.http_client import secret_of
from tasks.remind.channels.protocol import Environment
from tasks.remind.channels.whatsapp_answers import stop_event, written_answer
from tasks.remind.channels.whatsapp_fields import LONGEST_TEXT, PROVIDER, moment, number, object_of, text
from tasks.settings.whatsapp import WhatsappEvents

SIGNATURE = "x-hub-signature-256"
_HARD = frozenset({131026})
_NOT_TRIED = frozenset(
    {368, 130429, 130472, 130497, 131031, 131030, 131037, 131042, 131045, 131047, 131048, 131049, 131050, 131056}
)
_TEMPLATE_ERRORS = range(132000, 133000)
_SIMPLE: Mapping[str, EventKind] = {
    "sent": EventKind.PROCESSED,
    "delivered": EventKind.DELIVERED,
    "read": EventKind.DELIVERED,  # `delivered` may be left out where a message is read at once
    "played": EventKind.DELIVERED,
}


class WhatsappReceiver:
    """Checks and reads deliveries for one number of one app."""

    def __init__(self, settings: WhatsappEvents, *, phone_number_id: str, environment: Environment) -> None:
        self._secret = _secret(environment, settings.app_secret_env, "app_secret_env", "an app secret")
        self._token = _secret(environment, settings.verify_token_env, "verify_token_env", "a verify token")
        self._number = phone_number_id

    def challenge(self, query: Mapping[str, str]) -> str | None:
        """What to answer when WhatsApp asks by GET whether the address is ours; None: whoever asks does not know the token."""
        given = query.get("hub.verify_token", "")
        if query.get("hub.mode") != "subscribe" or not hmac.compare_digest(given.encode(), self._token.encode()):
            return None
        asked = query.get("hub.challenge", "")
        return asked if asked.isascii() and asked.isalnum() and len(asked) <= LONGEST_TEXT else None

    def read(self, headers: Mapping[str, str], body: bytes, *, now: datetime) -> EventBatch:
        """What a delivery says. `headers`: names in small letters. Deliveries carry no time of their own: `now` is not looked at.

        Raises:
            NotGenuine: it is not signed by the app's secret.
            NotReadable: it is no delivery of this webhook.
        """
        expected = "sha256=" + hmac.new(self._secret.encode(), body, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(headers.get(SIGNATURE, "").encode(), expected.encode()):
            raise NotGenuine("the signature is not the provider's")
        return whatsapp_statuses(body, phone_number_id=self._number)


def whatsapp_statuses(body: bytes, *, phone_number_id: str) -> EventBatch:
    """The events of a delivery about `phone_number_id`; those of the account's other numbers are ignored.

    Raises:
        NotReadable: it is no delivery of this webhook.
    """
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        raise NotReadable("the body is no JSON") from None
    if not isinstance(content, dict) or not isinstance(content.get("entry"), list):
        raise NotReadable("the body is no delivery of WhatsApp's webhook")
    events: list[ProviderEvent] = []
    answers: list[WrittenAnswer] = []
    ignored = malformed = 0
    for name, entry in _entries(content["entry"], phone_number_id):
        try:
            answer = written_answer(entry) if name == "messages" else None
            event = _status(entry) if name == "statuses" else stop_event(entry, answer)
        except (KeyError, TypeError, ValueError, OverflowError, OSError):
            malformed += 1
            continue
        if answer is not None:
            answers.append(answer)
        if event is not None:
            events.append(event)
        ignored += answer is None and event is None
    return EventBatch(tuple(events), ignored, malformed, tuple(answers))


def _entries(accounts: list[object], phone_number_id: str) -> Iterator[tuple[str, object]]:
    """Each status and message of the number, with the name of the list it stands in."""
    for account in accounts:
        changes = account.get("changes") if isinstance(account, dict) else None
        for change in changes if isinstance(changes, list) else ():
            value = change.get("value") if isinstance(change, dict) else None
            about = value.get("metadata") if isinstance(value, dict) else None
            if (
                not isinstance(value, dict)
                or not isinstance(about, dict)
                or about.get("phone_number_id") != phone_number_id
            ):
                continue
            for name in ("statuses", "messages"):
                entries = value.get(name)
                yield from ((name, entry) for entry in (entries if isinstance(entries, list) else ()))


def _status(said: object) -> ProviderEvent | None:
    """A status as an event; None: of a kind that says nothing of where the message stands."""
    entry = object_of(said)
    name = text(entry, "status")
    code = _code(entry) if name == "failed" else None
    kind = _failure(code) if name == "failed" else _SIMPLE.get(name)
    if kind is None:
        return None
    return ProviderEvent(
        event_id=f"{text(entry, 'id')}:{name}",
        provider=PROVIDER,
        reminder_id=text(entry, "biz_opaque_callback_data") if entry.get("biz_opaque_callback_data") else None,
        address=number(entry, "recipient_id") if entry.get("recipient_id") else None,
        kind=kind,
        occurred_at=moment(entry),
        detail=None if code is None else str(code),
    )


def _code(entry: Mapping[str, object]) -> int | None:
    errors = entry.get("errors")
    first = errors[0] if isinstance(errors, list) and errors else None
    code = first.get("code") if isinstance(first, dict) else None
    return code if isinstance(code, int) and not isinstance(code, bool) else None


def _failure(code: int | None) -> EventKind:
    if code in _HARD:
        return EventKind.HARD_BOUNCED
    if code in _NOT_TRIED or (code is not None and code in _TEMPLATE_ERRORS):
        return EventKind.DROPPED
    return EventKind.SOFT_BOUNCED


def _secret(environment: Environment, variable: str, setting: str, what: str) -> str:
    return secret_of(
        environment,
        variable,
        setting=f"sending.whatsapp.events.{setting}",
        what=what,
        fix="docs/messages.md says where WhatsApp shows it, or asks for it.",
    )
