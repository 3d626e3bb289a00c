"""The last look before a claim: paid since, disputed, held, promised, opted out, written to already, or too often.

The rules, on values; `tasks.ledger.situation` reads those values from the ledger.
"""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from tasks.ledger.reminders import ClaimedReminder, Reminder
from tasks.ledger.states import Reason, Status

Place = tuple[str, str, str]
"""(receivable, channel, contact role): one live message a day in each."""

_FIRST_REASON_FIRST = (
    Reason.DISPUTED,
    Reason.ON_HOLD,
    Reason.PROMISED,
    Reason.OPTED_OUT,
    Reason.ALREADY_CONTACTED_TODAY,
    Reason.FREQUENCY_CAP,
)


@dataclass(frozen=True)
class ContactCap:
    """At most `contacts` days of contact with a customer in any `per_days` days, over all channels."""

    contacts: int
    per_days: int


@dataclass(frozen=True)
class Refusal:
    """Why a reminder is not claimed, and what it becomes."""

    status: Literal[Status.CANCELLED, Status.CANCELLED_PAID]
    reason: Reason


@dataclass(frozen=True)
class Objection:
    """Something that stands against writing to a customer; currency or channel None: in every one."""

    reason: Reason
    currency: str | None = None
    channel: str | None = None

    def concerns(self, reminder: Reminder) -> bool:
        """Whether it stands against this message of the customer."""
        return self.currency in (None, reminder.currency) and self.channel in (None, reminder.channel)


@dataclass(frozen=True)
class Situation:
    """Everything that can stand against the reminders of one claim.

    `open_amounts`: by receivable; absent means paid. `taken`: places of messages that were, or may have been, sent on the same day.
    """

    open_amounts: Mapping[str, Decimal]
    of_customer: Mapping[str, AbstractSet[Objection]]
    of_receivable: Mapping[str, AbstractSet[Objection]]
    taken: AbstractSet[Place]


def refusal_of(candidate: ClaimedReminder, situation: Situation, taken: AbstractSet[Place]) -> Refusal | None:
    """The first reason not to send, or None. One receivable that fails stops its message: the amounts in it would be wrong.

    `taken`: the places of the messages that were claimed before it in the same claim.
    """
    for item in candidate.items:
        now_open = situation.open_amounts.get(item.receivable_id, Decimal(0))
        if now_open <= 0:
            return Refusal(Status.CANCELLED_PAID, Reason.PAID)
        if now_open != item.open_amount:
            return Refusal(Status.CANCELLED_PAID, Reason.AMOUNT_CHANGED)
    reminder = candidate.reminder
    objections = set(situation.of_customer.get(reminder.customer_id, ()))
    objections.update(*(situation.of_receivable.get(item.receivable_id, ()) for item in candidate.items))
    reasons = {objection.reason for objection in objections if objection.concerns(reminder)}
    places = places_of(candidate)
    if places & situation.taken or places & taken:
        reasons.add(Reason.ALREADY_CONTACTED_TODAY)
    return Refusal(Status.CANCELLED, min(reasons, key=_FIRST_REASON_FIRST.index)) if reasons else None


def places_of(candidate: ClaimedReminder) -> set[Place]:
    """What a message takes for its day once it is claimed."""
    reminder = candidate.reminder
    return {(item.receivable_id, reminder.channel, reminder.contact_role) for item in candidate.items}
