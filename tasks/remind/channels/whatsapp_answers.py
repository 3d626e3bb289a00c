"""What people write to us by WhatsApp: kept for a person to read, and the few plain words that end the channel.

The format: https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages/text/ and its
neighbours.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from tasks.answers.texts import clean_text
from tasks.events.event import EventKind, ProviderEvent, WrittenAnswer
from tasks.remind.channels.whatsapp_fields import LONGEST_TEXT, PROVIDER, moment, number, object_of, text

STOP_WORDS = frozenset(
    {"stop", "baja", "alto", "parar", "pare", "sair", "salir", "unsubscribe", "cancelar subscricao", "no mas mensajes"}
    | {"darme de baja", "stop all", "descadastrar", "remover"}
)
"""Answers that end WhatsApp for the number, without accents and marks. `cancelar` alone means to pay in much of America."""

LONGEST_KEPT = 2_000
"""Characters of an answer that are kept; WhatsApp allows 4,096."""

_PRESSED = frozenset({"button_reply", "list_reply"})
_FILES = frozenset({"image", "audio", "video", "document", "sticker", "location", "contacts"})
_STATUSES = ("sent", "delivered", "read", "failed")


def written_answer(said: object) -> WrittenAnswer | None:
    """An entry of `messages` as an answer; None: it is neither words nor a file, such as a reaction or a notice of the system.

    Raises:
        KeyError, TypeError, ValueError, OverflowError, OSError: it is not as WhatsApp writes one.
    """
    entry = object_of(said)
    kind = entry.get("type")
    words = _words(entry)
    sent = str(kind) if kind in _FILES else "text"
    if sent == "text" and not words:
        return None
    replies_to = _replies_to(entry)
    moment(entry)
    return WrittenAnswer(
        message_id=text(entry, "id"),
        provider=PROVIDER,
        channel=PROVIDER,
        address=number(entry, "from"),
        text=words if len(words) <= LONGEST_KEPT else words[: LONGEST_KEPT - 1] + "…",
        sent=sent,
        replies_to=replies_to,
        told_by=tuple(f"{replies_to}:{status}" for status in _STATUSES) if replies_to else (),
        asks_to_stop=sent == "text" and len(words) <= LONGEST_TEXT and _plain(words) in STOP_WORDS,
    )


def stop_event(said: object, answer: WrittenAnswer | None) -> ProviderEvent | None:
    """The event that an answer asks us to stop; None: it does not. Raises as `written_answer` does."""
    if answer is None or not answer.asks_to_stop:
        return None
    return ProviderEvent(
        event_id=answer.message_id,
        provider=PROVIDER,
        reminder_id=None,
        address=answer.address,
        kind=EventKind.UNSUBSCRIBED,
        occurred_at=moment(object_of(said)),
        detail="stop_word",
    )


def _words(entry: Mapping[str, object]) -> str:
    """What was typed, what stands on the button that was pressed, or below a file; on one line."""
    kind = entry.get("type")
    part = entry.get(kind) if isinstance(kind, str) else None
    if not isinstance(part, dict):
        return ""
    if kind == "interactive":
        chosen = part.get("type")
        reply = part.get(chosen if chosen in _PRESSED else "button_reply")
        said = reply.get("title") if isinstance(reply, dict) else None
    elif kind in ("text", "button"):
        said = part.get("body" if kind == "text" else "text")
    else:
        said = part.get("caption") if kind in _FILES else None
    return clean_text(said[: 2 * LONGEST_KEPT]) if isinstance(said, str) else ""


def _replies_to(entry: Mapping[str, object]) -> str | None:
    context = entry.get("context")
    return text(context, "id") if isinstance(context, dict) and context.get("id") else None


def _plain(words: str) -> str:
    letters = unicodedata.normalize("NFKD", words.casefold())
    return " ".join(re.findall(r"[a-z]+", "".join(letter for letter in letters if not unicodedata.combining(letter))))
