"""WhatsApp's webhook: whether a delivery is genuine, what its statuses say, and which answers ask us to stop.

The format: https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages/status/ and
`…/messages`; the signature: HMAC-SHA256 of the body's bytes by the app's secret, in hex digits after `sha256=`.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from tasks.events.event import EventBatch, EventKind, NotGenuine, NotReadable, ProviderEvent
from tasks.remind.channels.http_client import secret_of
from tasks.remind.channels.protocol import Environment
from tasks.settings.whatsapp import WhatsappEvents

PROVIDER = "whatsapp"
SIGNATURE = "x-hub-signature-256"
LONGEST_TEXT = 200
"""Characters of an id or a number; what is longer is no such thing."""
STOP_WORDS = frozenset(
    {"stop", "baja", "alto", "parar", "pare", "sair", "salir", "unsubscribe", "cancelar subscricao", "no mas mensajes"}
    | {"darme de baja", "stop all", "descadastrar", "remover"}
)
"""Answers that end WhatsApp for the number, without accents and marks. `cancelar` alone means to pay in much of America."""

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
_NUMBER = re.compile(r"[0-9]{6,15}")
_BRAZIL_WITHOUT_NINE = re.compile(r"(55[1-9][0-9])([6-9][0-9]{7})")


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
    ignored = malformed = 0
    for name, entry in _entries(content["entry"], phone_number_id):
        try:
            event = _status(entry) if name == "statuses" else _stop(entry)
        except (KeyError, TypeError, ValueError, OverflowError, OSError):
            malformed += 1
            continue
        if event is None:
            ignored += 1
        else:
            events.append(event)
    return EventBatch(tuple(events), ignored, malformed)


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


def _status(entry: object) -> ProviderEvent | None:
    """A status as an event; None: of a kind that says nothing of where the message stands."""
    if not isinstance(entry, dict):
        raise TypeError("an entry is no object")
    name = _text(entry, "status")
    code = _code(entry) if name == "failed" else None
    kind = _failure(code) if name == "failed" else _SIMPLE.get(name)
    if kind is None:
        return None
    return ProviderEvent(
        event_id=f"{_text(entry, 'id')}:{name}",
        provider=PROVIDER,
        reminder_id=_text(entry, "biz_opaque_callback_data") if entry.get("biz_opaque_callback_data") else None,
        address=_number(entry, "recipient_id") if entry.get("recipient_id") else None,
        kind=kind,
        occurred_at=_moment(entry),
        detail=None if code is None else str(code),
    )


def _stop(entry: object) -> ProviderEvent | None:
    """An answer that asks us to stop; None: any other, which people read in WhatsApp's own inbox."""
    if not isinstance(entry, dict):
        raise TypeError("an entry is no object")
    if _plain(_said(entry)) not in STOP_WORDS:
        return None
    return ProviderEvent(
        event_id=_text(entry, "id"),
        provider=PROVIDER,
        reminder_id=None,
        address=_number(entry, "from"),
        kind=EventKind.UNSUBSCRIBED,
        occurred_at=_moment(entry),
        detail="stop_word",
    )


def _said(entry: Mapping[str, object]) -> str:
    """The text of an answer: typed, or on the button that was pressed."""
    kind = entry.get("type")
    part = entry.get(kind) if isinstance(kind, str) and kind in {"text", "button", "interactive"} else None
    if kind == "interactive" and isinstance(part, dict):
        part = part.get("button_reply")
    if not isinstance(part, dict):
        return ""
    said = part.get({"text": "body", "button": "text"}.get(str(kind), "title"))
    return said if isinstance(said, str) and len(said) <= LONGEST_TEXT else ""


def _plain(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text.casefold())
    return " ".join(re.findall(r"[a-z]+", "".join(letter for letter in letters if not unicodedata.combining(letter))))


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


def _moment(entry: Mapping[str, object]) -> datetime:
    return datetime.fromtimestamp(int(_text(entry, "timestamp")), UTC)


def _number(entry: Mapping[str, object], name: str) -> str:
    """In E.164. Older Brazilian accounts are named without the ninth digit of the mobile."""
    digits = _text(entry, name).removeprefix("+")
    if not _NUMBER.fullmatch(digits):
        raise ValueError(f"{name} is no number")
    old = _BRAZIL_WITHOUT_NINE.fullmatch(digits)
    return "+" + (f"{old[1]}9{old[2]}" if old else digits)


def _text(entry: Mapping[str, object], name: str) -> str:
    value = entry[name]
    if not isinstance(value, str) or not value or len(value) > LONGEST_TEXT or not value.isprintable():
        raise ValueError(f"{name} is no usable text")
    return value


def _secret(environment: Environment, variable: str, setting: str, what: str) -> str:
    return secret_of(
        environment,
        variable,
        setting=f"sending.whatsapp.events.{setting}",
        what=what,
        fix="docs/messages.md says where WhatsApp shows it, or asks for it.",
    )
