"""What each channel is: what it can prove, whether it keeps the debtor's hours, and what others than the debtor may see or hear.

What a contact costs is the strategy's to say (`credit_policy.cost_to_serve.contact_cost`), and so is what follows where a channel
cannot be used (`fallback_channels`); `tasks.remind.channels.table` puts all of it side by side.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from types import MappingProxyType

from tasks.segment.ladders import Channel
from tasks.settings.sending import SendgridChannel, Sending, SmtpChannel


class Proof(IntEnum):
    """What can be shown afterwards, weakest first.

    `NONE`: our own note. `SENT`: that a provider or service took it. `DELIVERED`: the provider's word that it reached the debtor's
    mailbox or phone. `REGISTERED`: an independent third party's word that it was received, as a formal demand needs.
    """

    NONE = 0
    SENT = 1
    DELIVERED = 2
    REGISTERED = 3


@dataclass(frozen=True)
class ChannelFacts:
    """Facts of one channel.

    `keeps_hours`: it can disturb somebody, so it waits for the hours of the debtor's clock (`quiet_hours`). `shows`: what a third
    person may see or hear of it, in English.
    """

    keeps_hours: bool
    shows: str


FACTS: Mapping[Channel, ChannelFacts] = MappingProxyType(
    {
        "email": ChannelFacts(True, "sender and subject, on a screen or a locked phone"),
        "whatsapp": ChannelFacts(True, "the company's name and the whole message, on a locked phone"),
        "letter": ChannelFacts(False, "sender and address, in the window of the envelope"),
        "call": ChannelFacts(True, "who called, and a voicemail played aloud"),
        "visit": ChannelFacts(True, "who came, and what is said at the reception"),
        "sales": ChannelFacts(True, "what a salesperson says among others"),
        "executive": ChannelFacts(True, "what an executive says among others"),
        "legal": ChannelFacts(False, "nothing from us: people decide what leaves"),
        "agency": ChannelFacts(False, "nothing from us: the agency writes in its own name"),
    }
)


def proof_of(sending: Sending, channel: Channel) -> Proof:
    """What a message by `channel` proves in a workspace with these settings; what people do proves nothing but their note."""
    match channel:
        case "email":
            return _proof_of_email(sending)
        case "whatsapp" if sending.whatsapp is not None:
            return Proof.SENT if sending.whatsapp.events is None else Proof.DELIVERED
        case "letter" if sending.letter is not None:
            return Proof.SENT if sending.letter.proof == "none" else Proof.REGISTERED
        case _:
            return Proof.NONE


def _proof_of_email(sending: Sending) -> Proof:
    match sending.email:
        case SendgridChannel(events=events):
            return Proof.SENT if events is None else Proof.DELIVERED
        case SmtpChannel():
            return Proof.SENT
        case _:
            return Proof.NONE
