"""Clears up reminders whose outcome is unknown, by what the channel can prove; what is left is for a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from tasks.ledger.ledger import Ledger
from tasks.ledger.reminders import Reminder
from tasks.ledger.states import Status
from tasks.progress import report
from tasks.remind.channels.protocol import CannotTell, Found, Lookup, NotFound

Finding = Literal["told", "accepted", "not_sent", "open"]


@dataclass(frozen=True)
class Reconciled:
    """What was found of one unknown reminder.

    `told`: the provider's events had said it before; `open`: nothing proves it, a person has to say. `why` holds no personal data.
    """

    reminder_id: str
    customer_id: str
    finding: Finding
    why: str


class Witness(Protocol):
    """What can say what became of a reminder: a channel, or the lists for people."""

    @property
    def proves_absence(self) -> bool:
        """Whether its `NotFound` is final."""
        ...

    def lookup(self, reminder_id: str) -> Lookup:
        """What it knows of the reminder."""
        ...


class NotSetUp:
    """Stands for a channel that the workspace does not know (any more): nobody can be asked."""

    proves_absence = False

    def lookup(self, reminder_id: str) -> Lookup:
        """Nothing."""
        return CannotTell("its channel is not set up in this workspace")


def reconcile(
    ledger: Ledger, witnesses: Mapping[str, Witness], *, claimed_before: datetime | None = None
) -> tuple[Reconciled, ...]:
    """Settles unknown reminders by events that are kept, looks the others up with the witness of their own channel, and records what is proven.

    A reminder of a channel without a witness stays for a person: another channel's "no" would plan again what may have arrived.
    Claims of dead processes are given up first, and those made before `claimed_before` (`tasks.ledger.holder.LEASE` ago; None: only what
    died on this machine). A message the channel does not list goes back to `planned` only where the channel's answer is final
    (`proves_absence`); a provider's list may lag behind.
    """
    ledger.abandon_claims(claimed_before=claimed_before)
    findings, waiting = _told_before(ledger)
    for done, reminder in enumerate(waiting, start=1):
        findings.append(_look_up(ledger, witnesses.get(reminder.channel, NotSetUp()), reminder))
        report("reconcile", done, len(waiting))
    return tuple(findings)


def _told_before(ledger: Ledger) -> tuple[list[Reconciled], tuple[Reminder, ...]]:
    """What events say that came before the ledger knew their message, and what is still unknown after that."""
    unknown = ledger.unknown()
    if not ledger.fold_kept_events([reminder.reminder_id for reminder in unknown]):
        return [], unknown
    waiting = ledger.unknown()
    left = {reminder.reminder_id for reminder in waiting}
    told = [
        Reconciled(reminder.reminder_id, reminder.customer_id, "told", "the provider told what became of it")
        for reminder in unknown
        if reminder.reminder_id not in left
    ]
    return told, waiting


def _look_up(ledger: Ledger, channel: Witness, reminder: Reminder) -> Reconciled:
    answer = channel.lookup(reminder.reminder_id)
    match answer:
        case Found(receipt):
            ledger.resolve(
                reminder.reminder_id,
                Status.ACCEPTED,
                evidence="found by lookup",
                provider=receipt.provider,
                provider_message_id=receipt.provider_message_id,
            )
            return Reconciled(reminder.reminder_id, reminder.customer_id, "accepted", "the provider has it")
        case NotFound() if channel.proves_absence:
            ledger.resolve(reminder.reminder_id, Status.PLANNED, evidence="proven absent by lookup")
            return Reconciled(reminder.reminder_id, reminder.customer_id, "not_sent", "it never left; planned again")
        case NotFound():
            return Reconciled(
                reminder.reminder_id,
                reminder.customer_id,
                "open",
                "the provider does not list it, which proves nothing yet",
            )
        case CannotTell(reason):
            return Reconciled(reminder.reminder_id, reminder.customer_id, "open", reason)
