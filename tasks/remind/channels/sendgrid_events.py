"""SendGrid's signed event webhook: whether a delivery is genuine, and what its entries say.

The format: https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event; the signature: ECDSA with SHA-256 over the
time stamp's text followed by the body's bytes, by the key of the account's webhook settings.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from sendgrid.helpers.eventwebhook import EventWebhook, EventWebhookHeader

from tasks.events.event import EventBatch, EventKind, NotGenuine, NotReadable, ProviderEvent
from tasks.problems import SettingsProblem
from tasks.remind.channels.protocol import Environment
from tasks.settings.sending import SendgridEvents

PROVIDER = "sendgrid"
AHEAD = timedelta(minutes=5)
"""How far the provider's clock may be before ours."""
LONGEST_TEXT = 200
"""Characters of an event's id, an address or a class; what is longer is no such thing."""

_SIGNATURE = EventWebhookHeader.SIGNATURE.lower()
_TIMESTAMP = EventWebhookHeader.TIMESTAMP.lower()
_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
_PERMANENT = "bounce"  # the type of a bounce that SendGrid takes for final; "blocked" and "expired" are not

_KINDS: Mapping[str, EventKind] = MappingProxyType(
    {
        "processed": EventKind.PROCESSED,
        "deferred": EventKind.DEFERRED,
        "delivered": EventKind.DELIVERED,
        "dropped": EventKind.DROPPED,
        "spamreport": EventKind.COMPLAINED,
        "unsubscribe": EventKind.UNSUBSCRIBED,
        "group_unsubscribe": EventKind.UNSUBSCRIBED,
    }
)
_DROPS: Mapping[str, str] = MappingProxyType(
    {
        "bounced address": "bounced_address",
        "unsubscribed address": "unsubscribed_address",
        "spam reporting address": "spam_reporting_address",
        "invalid": "invalid_address",
    }
)


class SendgridReceiver:
    """Checks and reads deliveries for one account's key."""

    def __init__(self, settings: SendgridEvents, environment: Environment) -> None:
        self._key = _public_key(settings, environment)
        self._window = timedelta(hours=settings.window_hours)

    def read(self, headers: Mapping[str, str], body: bytes, *, now: datetime) -> EventBatch:
        """What a delivery says, if the provider sent it within the window before `now`. `headers`: names in small letters.

        Raises:
            NotGenuine: it is not signed by the provider, or was too long ago.
            NotReadable: it is no JSON array.
        """
        self._verify(headers.get(_SIGNATURE, ""), headers.get(_TIMESTAMP, ""), body, now)
        try:
            entries = json.loads(body)
        except (ValueError, RecursionError):
            raise NotReadable("the body is no JSON") from None
        if not isinstance(entries, list):
            raise NotReadable("the body is no JSON array")
        return read_entries(entries)

    def _verify(self, signature: str, timestamp: str, body: bytes, now: datetime) -> None:
        try:
            signed = base64.b64decode(signature, validate=True)
            self._key.verify(signed, timestamp.encode("ascii") + body, ec.ECDSA(hashes.SHA256()))
        except (InvalidSignature, binascii.Error, ValueError):
            raise NotGenuine("the signature is not the provider's") from None
        # The time is what the provider signed, so it is looked at only now.
        try:
            sent_at = datetime.fromtimestamp(int(timestamp), UTC)
        except (ValueError, OverflowError, OSError):
            raise NotGenuine("the time stamp is none") from None
        if not now - self._window <= sent_at <= now + AHEAD:
            raise NotGenuine("the time stamp is outside the window")


def read_entries(entries: list[object]) -> EventBatch:
    """The events of a delivery; entries that are none are counted."""
    events, ignored, malformed = [], 0, 0
    for entry in entries:
        try:
            event = _event(entry)
        except (KeyError, TypeError, ValueError, OverflowError, OSError):
            malformed += 1
            continue
        if event is None:
            ignored += 1
        else:
            events.append(event)
    return EventBatch(tuple(events), ignored, malformed)


def _event(entry: object) -> ProviderEvent | None:
    """An entry as an event; None: of a kind that says nothing of where the message stands, such as open and click."""
    if not isinstance(entry, dict):
        raise TypeError("an entry is no object")
    name = _text(entry, "event")
    kind = _bounce(entry) if name == "bounce" else _KINDS.get(name)
    if kind is None:
        return None
    seconds = entry["timestamp"]
    if not isinstance(seconds, int) or isinstance(seconds, bool):
        raise TypeError("the time is no whole number")
    return ProviderEvent(
        event_id=_text(entry, "sg_event_id"),
        provider=PROVIDER,
        reminder_id=_text(entry, "reminder_id") if entry.get("reminder_id") is not None else None,
        address=_text(entry, "email") if entry.get("email") is not None else None,
        kind=kind,
        occurred_at=datetime.fromtimestamp(seconds, UTC),
        detail=_detail(entry, kind),
    )


def _bounce(entry: Mapping[str, object]) -> EventKind:
    """Whether nothing will ever arrive: the provider's type says so, unless the mail server's own class is that of a passing fault."""
    is_final = entry.get("type", _PERMANENT) == _PERMANENT and not str(entry.get("status", "")).startswith("4")
    return EventKind.HARD_BOUNCED if is_final else EventKind.SOFT_BOUNCED


def _detail(entry: Mapping[str, object], kind: EventKind) -> str | None:
    """The class of what happened. Servers' sentences quote addresses and are not kept."""
    if kind is EventKind.DROPPED:
        return _DROPS.get(str(entry.get("reason", "")).strip().lower(), "other")
    status = str(entry.get("status", ""))
    return status if _STATUS.fullmatch(status) else None


def _text(entry: Mapping[str, object], name: str) -> str:
    value = entry[name]
    if not isinstance(value, str) or not value or len(value) > LONGEST_TEXT or not value.isprintable():
        raise ValueError(f"{name} is no usable text")
    return value


def _public_key(settings: SendgridEvents, environment: Environment) -> ec.EllipticCurvePublicKey:
    """The account's key, as its settings page shows it: base64 without head and foot."""
    text = "".join(environment.get(settings.public_key_env, "").split())
    where = "puntual.yaml: sending.email.events.public_key_env"
    fix = "Copy the verification key from SendGrid: Settings, Mail Settings, Event Webhook, Signature Verification."
    if not text:
        raise SettingsProblem.at(where, f"the environment variable {settings.public_key_env} is not set", fix)
    try:
        key = EventWebhook(text).public_key
    except (ValueError, UnicodeError):
        key = None
    if not isinstance(key, ec.EllipticCurvePublicKey):
        raise SettingsProblem.at(
            where, f"the environment variable {settings.public_key_env} is no verification key", fix
        )
    return key
