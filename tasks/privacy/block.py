"""Blocking: from now on nobody writes to the subject, and his data wait for the day on which they need not be kept any longer.

What the law may ask to keep (claims, taxes) is kept blocked meanwhile: Spain's Ley Orgánica 3/2018, art. 32, asks for just that.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from tasks.ledger.contact_marks import ContactMark, MarkKind, comparable
from tasks.ledger.erasures import Held, Subject
from tasks.ledger.ledger import Ledger


@dataclass(frozen=True)
class Blocked:
    """A request that was recorded, what is held of its subject, and from when it can be erased."""

    erasure_id: str
    held: Held
    erase_after_on: date


def block(ledger: Ledger, subject: Subject, *, author: str, today: date, keep_days: int) -> Blocked:
    """Stops everything to `subject` and asks for his erasure `keep_days` from `today`.

    A customer gets a hold without end. A contact is not written to at any address; those that he was written to are marked, whoever
    has them.
    """
    held = ledger.held_of(subject)
    until = today + timedelta(keep_days)
    known = {request.erasure_id for request in ledger.erasure_requests()}
    erasure_id = ledger.block(subject, author=author, erase_after_on=until, today=today)
    if erasure_id in known:
        request = next(one for one in ledger.erasure_requests() if one.erasure_id == erasure_id)
        return Blocked(erasure_id, held, request.erase_after_on)
    if subject.contact_id is not None:
        ledger.add_marks([
            ContactMark(
                customer_id=subject.customer_id,
                contact_id=subject.contact_id,
                channel=channel,
                address=comparable(channel, address),
                kind=MarkKind.SUPPRESSED,
                source="erasure",
                from_on=today,
                recorded_on=today,
                evidence=erasure_id,
            )
            for address in held.addresses
            for channel in _channels_of(address)
        ])  # fmt: skip
    return Blocked(erasure_id, held, until)


def _channels_of(address: str) -> tuple[str, ...]:
    """The channels that use an address: what it looks like says which."""
    if "\n" in address:
        return ("letter",)
    return ("email",) if "@" in address else ("whatsapp", "call")
