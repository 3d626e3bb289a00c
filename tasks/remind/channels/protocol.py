"""What every channel promises, and its errors, named by what the caller may do next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from tasks.remind.outbound import Outbound, OutboundMessage


@dataclass(frozen=True)
class Receipt:
    """The provider has taken the message; `provider_message_id` is what it calls it."""

    provider: str
    provider_message_id: str


@dataclass(frozen=True)
class Found:
    """The provider has the message."""

    receipt: Receipt


@dataclass(frozen=True)
class NotFound:
    """The provider answered and does not list the message. A provider's list may lag behind by minutes: this proves nothing young."""


@dataclass(frozen=True)
class CannotTell:
    """The channel has no way to know, or the provider did not answer."""

    reason: str


Lookup = Found | NotFound | CannotTell


class ChannelError(Exception):
    """A message was not, or perhaps not, taken. The text holds no personal data and no secret."""


class NothingLeft(ChannelError):
    """Proof that no message left: it may be sent again, not before `retry_after_seconds` when the provider said so."""

    def __init__(self, what: str, *, retry_after_seconds: float | None = None) -> None:
        super().__init__(what)
        self.retry_after_seconds = retry_after_seconds


class SlowDown(NothingLeft):
    """Nothing left, because the provider wants fewer messages a second (429): a matter of pace, not of the message."""


class Refused(ChannelError):
    """The provider's definite no to this message: sending the same again is pointless."""


class NotAllowed(Refused):
    """The provider's definite no to us (credentials, permissions, sender): every further message would be refused too."""


class OutcomeUnknown(ChannelError):
    """Bytes left and no answer settles what became of them. Never to be sent again without evidence."""


class Channel(Protocol):
    """One way to send. A channel serves one thread at a time; `close` frees its connection.

    `proves_absence`: a `NotFound` of its `lookup` is final, because nothing can turn up later.
    """

    name: str
    proves_absence: bool

    def send(self, message: Outbound) -> Receipt:
        """Hands over one message, once, within the channel's time limit.

        Raises:
            NothingLeft: it may be tried again.
            Refused: it was refused for good (`NotAllowed`: everything will be).
            OutcomeUnknown: it may or may not have been taken.
        """
        ...

    def lookup(self, reminder_id: str) -> Lookup:
        """What the provider knows of an earlier `send` of this id. Does not raise."""
        ...

    def close(self) -> None:
        """Gives back connections and files."""
        ...


Environment = Mapping[str, str]
"""Where channels find their secrets; the door passes the process's environment."""


def refuse_unusable(message: OutboundMessage) -> None:
    """Raises `Refused` before anything leaves when an address cannot work; the address itself is not named."""
    for role, box in (("recipient", message.recipient), ("sender", message.sender), ("reply-to", message.reply_to)):
        if not box.is_usable:
            raise Refused(f"the {role} has no usable address")
