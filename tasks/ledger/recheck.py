"""The last look before a claim: as it was planned, paid since, disputed, held, promised, opted out, written to already, or too often.

Who is thanked must have paid still, and nothing else may have been said to him that day.

The rules, on values; `tasks.ledger.situation` reads those values from the ledger.
"""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from tasks.ledger.contact_marks import comparable
from tasks.ledger.flags import FlagKind
from tasks.ledger.reminders import ClaimedReminder, PlannedItem, Reminder
from tasks.ledger.states import Reason, Status
from tasks.segment.families import Family, family_of
from tasks.segment.ladders import ANNOUNCED_BY

ANNOUNCING: Mapping[str, str] = {str(hurting): str(announcing) for hurting, announcing in ANNOUNCED_BY.items()}
"""By the purpose of what hurts, the purpose that announces it."""
_HARSH = frozenset(ANNOUNCED_BY) | frozenset(ANNOUNCED_BY.values())

_FIRST_REASON_FIRST = (
    Reason.FLAGGED,
    Reason.DISPUTED,
    Reason.ON_HOLD,
    Reason.PROMISED,
    Reason.OPTED_OUT,
    Reason.ADDRESS_MARKED,
    Reason.ALREADY_CONTACTED_TODAY,
    Reason.FREQUENCY_CAP,
)


@dataclass(frozen=True)
class ContactCap:
    """At most `contacts` days of contact with a customer in any `per_days` days, by `channel` (None: over all of them)."""

    contacts: int
    per_days: int
    channel: str | None = None


@dataclass(frozen=True, kw_only=True)
class Rendered:
    """What the sender has ready to leave for one message. `items`: the amount it states, by receivable: what is open, or was paid."""

    recipient_address: str | None
    total_amount: Decimal
    items: Mapping[str, Decimal]


@dataclass(frozen=True)
class Refusal:
    """Why a reminder is not claimed, and what it becomes."""

    status: Literal[Status.CANCELLED, Status.CANCELLED_PAID]
    reason: Reason


@dataclass(frozen=True)
class Objection:
    """Something that stands against writing to a customer; currency or channel None: in every one.

    `flag`: one of tasks.ledger.flags.FlagKind, which may leave some messages be. `address`: only messages to it, as
    tasks.ledger.contact_marks.comparable writes it.
    """

    reason: Reason
    currency: str | None = None
    channel: str | None = None
    flag: FlagKind | None = None
    address: str | None = None

    def concerns(self, reminder: Reminder) -> bool:
        """Whether it stands against this message of the customer."""
        if self.flag is FlagKind.REPRESENTED_BY_LAWYER:
            return not (reminder.contact_role == "legal" and reminder.contact_id) and reminder.channel != "legal"
        if self.flag is FlagKind.VULNERABLE:
            return not reminder.needs_approval and (reminder.tone == "firm" or reminder.purpose in _HARSH)
        if self.address is not None and self.address != address_of(reminder):
            return False
        if self.reason is Reason.PROMISED and family_of(reminder.purpose) == "thank_you":
            return False  # who promised the rest may be thanked for what he paid
        return self.currency in (None, reminder.currency) and self.channel in (None, reminder.channel)


def address_of(reminder: Reminder) -> str | None:
    """Where the message goes, as marks name it; None: it has no address."""
    return comparable(reminder.channel, reminder.recipient_address) if reminder.recipient_address else None


@dataclass(frozen=True)
class Said:
    """A message of the day that was, or may have been, sent; in what makes another one a repetition of it."""

    customer_id: str
    channel: str
    currency: str
    contact_role: str
    strategy_version: str
    family: Family

    def is_repeated_by(self, reminder: Reminder) -> bool:
        """Whether `reminder` would be a second message about the same debt on one day.

        A plan holds one message per customer, channel, currency, role and family of purposes, so one like it is a repetition, whatever
        its step. One to another role or of another family belongs beside it only if the same strategy means both: after a change of
        strategy it is the same debt said anew, which thanks never are. Nobody is thanked on the day of any other message.
        """
        family = family_of(reminder.purpose)
        if family == "thank_you" != self.family and self.customer_id == reminder.customer_id:
            return True
        if (self.customer_id, self.channel, self.currency) != (
            reminder.customer_id,
            reminder.channel,
            reminder.currency,
        ):
            return False
        is_alike = (self.contact_role, self.family) == (reminder.contact_role, family)
        return is_alike or (self.strategy_version != reminder.strategy_version and self.family != "thank_you")


@dataclass(frozen=True)
class SaidItem:
    """A receivable in a message of the day; the same step of the same strategy may say it by another channel, too."""

    receivable_id: str
    channel: str
    step: str
    strategy_version: str


@dataclass
class SaidToday:
    """What is taken on a day by messages that were, or may have been, sent: their receivables, and themselves."""

    receivables: dict[str, set[SaidItem]]
    messages: set[Said]

    def add(self, claimed: ClaimedReminder) -> None:
        """Takes what `claimed` says."""
        reminder = claimed.reminder
        for item in _said_items(claimed):
            self.receivables.setdefault(item.receivable_id, set()).add(item)
        self.messages.add(
            Said(
                reminder.customer_id,
                reminder.channel,
                reminder.currency,
                reminder.contact_role,
                reminder.strategy_version,
                family_of(reminder.purpose),
            )
        )

    def is_repeated_by(self, candidate: ClaimedReminder) -> bool:
        """Whether `candidate` says a receivable, or all in all the same, a second time."""
        again = (
            said.channel == item.channel or (said.step, said.strategy_version) != (item.step, item.strategy_version)
            for item in _said_items(candidate)
            for said in self.receivables.get(item.receivable_id, ())
        )
        return any(again) or any(said.is_repeated_by(candidate.reminder) for said in self.messages)


def _said_items(claimed: ClaimedReminder) -> list[SaidItem]:
    reminder = claimed.reminder
    return [
        SaidItem(item.receivable_id, reminder.channel, item.step, reminder.strategy_version) for item in claimed.items
    ]


@dataclass(frozen=True)
class Situation:
    """Everything that can stand against the reminders of one claim. `said_today` of the same customers and receivables.

    `announced`: by receivable, the purposes of earlier days' messages that were taken for delivery and did not come back.
    """

    of_customer: Mapping[str, AbstractSet[Objection]]
    of_receivable: Mapping[str, AbstractSet[Objection]]
    said_today: SaidToday
    announced: Mapping[str, AbstractSet[str]]

    def is_unannounced(self, candidate: ClaimedReminder) -> bool:
        """Whether it hurts and speaks of a receivable about which what announces it did not arrive, as far as anybody knows."""
        announcement = ANNOUNCING.get(candidate.reminder.purpose)
        return announcement is not None and any(
            announcement not in self.announced.get(item.receivable_id, ()) for item in candidate.items
        )


def refusal_of(candidate: ClaimedReminder, situation: Situation, open_amounts: Mapping[str, Decimal]) -> Refusal | None:
    """The first reason to cancel, or None. One receivable that fails stops its message: the amounts in it would be wrong.

    `open_amounts`: by receivable; what is absent is not known to be paid: it may be reminded of, and is not thanked for.
    """
    if any(_is_paid(item, open_amounts) for item in candidate.items if item.paid_amount is None):
        return Refusal(Status.CANCELLED_PAID, Reason.PAID)
    if not all(_is_paid(item, open_amounts) for item in candidate.items if item.paid_amount is not None):
        return Refusal(Status.CANCELLED, Reason.NOT_PAID)
    if situation.is_unannounced(candidate):
        return Refusal(Status.CANCELLED, Reason.NOT_ANNOUNCED)
    reminder = candidate.reminder
    objections = set(situation.of_customer.get(reminder.customer_id, ()))
    objections.update(*(situation.of_receivable.get(item.receivable_id, ()) for item in candidate.items))
    reasons = {objection.reason for objection in objections if objection.concerns(reminder)}
    if situation.said_today.is_repeated_by(candidate):
        reasons.add(Reason.ALREADY_CONTACTED_TODAY)
    return Refusal(Status.CANCELLED, min(reasons, key=_FIRST_REASON_FIRST.index)) if reasons else None


def _is_paid(item: PlannedItem, open_amounts: Mapping[str, Decimal]) -> bool:
    as_planned = item.open_amount if item.paid_amount is None else item.paid_amount
    return open_amounts.get(item.receivable_id, as_planned) <= 0


def difference_from(
    candidate: ClaimedReminder, rendered: Rendered | None, open_amounts: Mapping[str, Decimal]
) -> Reason | None:
    """How what the sender has ready differs from what the ledger holds, would record and had approved; None: in nothing."""
    planned = {item.receivable_id: item.said_amount for item in candidate.items}
    ready = rendered.items if rendered is not None else {}
    for item in candidate.items:
        is_open_as_said = open_amounts.get(item.receivable_id, item.open_amount) == item.open_amount
        if not is_open_as_said or ready.get(item.receivable_id, item.said_amount) != item.said_amount:
            return Reason.AMOUNT_CHANGED
    left_out = planned.keys() - ready.keys()
    if left_out and left_out <= open_amounts.keys():
        return Reason.NO_LONGER_PLANNED
    reminder = candidate.reminder
    is_same = (
        rendered is not None
        and ready.keys() == planned.keys()
        and rendered.total_amount == reminder.total_amount
        and rendered.recipient_address == reminder.recipient_address
    )
    return None if is_same else Reason.NOT_AS_PLANNED
