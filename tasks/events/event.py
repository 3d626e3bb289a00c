"""One thing that a provider says of one message, in words that are the same for every provider."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class EventKind(StrEnum):
    """What happened. Everything but `complained` and `unsubscribed` says where the message stands; those two follow a delivery.

    `soft_bounced`: it did not arrive, and the next one may; `hard_bounced`: nothing will arrive at this address. `dropped`: the
    provider did not try. A message that was read was delivered; being read is nobody's business and no kind.
    """

    PROCESSED = "processed"
    DEFERRED = "deferred"
    DELIVERED = "delivered"
    SOFT_BOUNCED = "soft_bounced"
    HARD_BOUNCED = "hard_bounced"
    DROPPED = "dropped"
    COMPLAINED = "complained"
    UNSUBSCRIBED = "unsubscribed"


@dataclass(frozen=True, slots=True)
class ProviderEvent:
    """`event_id`: the provider's own, the same in every repetition; the ledger puts company and provider before it.

    `reminder_id`: ours, as the provider gives it back (None: about no message of ours). `address`: e-mail address or number it is
    about (None: not said); it is compared with the message's recipient and not kept. `final_address`: where it ended, if a mail server
    says that this is not the address it was sent to, because somebody forwards it; compared and not kept, either. `occurred_at`: with
    its time zone. `detail`: a code or class such as `5.1.1` or `bounced_address`, never a server's words.
    """

    event_id: str
    provider: str
    reminder_id: str | None
    address: str | None
    kind: EventKind
    occurred_at: datetime
    detail: str | None = None
    final_address: str | None = None


@dataclass(frozen=True, slots=True)
class WrittenAnswer:
    """What a person wrote to us in his own words, for a person to read; nothing is guessed from it. Personal data: number and text.

    `message_id`: the provider's id of it, the same in every repetition. `address`: the number that wrote, E.164. `text`: bounded;
    empty where he sent only a file. `sent`: `text`, or what kind of file he sent, which stays with the provider. `replies_to`: the
    provider's id of the message that it answers (None: not said), `told_by`: ids of the events that could have told of that one.
    `asks_to_stop`: it is a word that ends the channel, and an event says so beside it.
    """

    message_id: str
    provider: str
    channel: str
    address: str = field(repr=False)
    text: str = field(repr=False)
    sent: str
    replies_to: str | None
    told_by: tuple[str, ...]
    asks_to_stop: bool


@dataclass(frozen=True)
class EventBatch:
    """What one delivery of a provider says.

    `ignored`: entries of kinds that say nothing of where a message stands, such as opened. `malformed`: entries that could not be
    read, which lose the others nothing.
    """

    events: tuple[ProviderEvent, ...]
    ignored: int = 0
    malformed: int = 0
    answers: tuple[WrittenAnswer, ...] = ()


class NotGenuine(Exception):
    """A delivery that the provider did not sign, or signed too long ago. The text holds nothing of the delivery."""


class NotReadable(Exception):
    """A genuine delivery that is not in the provider's format as a whole. The text holds nothing of the delivery."""
