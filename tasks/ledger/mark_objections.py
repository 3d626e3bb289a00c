"""What marks on addresses, and requests to be erased, say against messages that are to be claimed: they may have come since the plan."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date

from sqlalchemy import Connection, select

from tasks.ledger.aftermath_tables import erasures
from tasks.ledger.contact_marks import marked_addresses, stopped_channels
from tasks.ledger.erasures import Subject
from tasks.ledger.events import chunks
from tasks.ledger.recheck import Objection, address_of
from tasks.ledger.reminders import ClaimedReminder
from tasks.ledger.states import Reason


def objections_of_marks(
    connection: Connection, company_id: str, candidates: Sequence[ClaimedReminder], today: date
) -> Iterator[tuple[str, Objection]]:
    """Customers with what stands against writing to them: an address that must not be used, or a channel that they stopped."""
    places: defaultdict[str, defaultdict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for candidate in candidates:
        address = address_of(candidate.reminder)
        if address:
            places[candidate.reminder.channel][address].add(candidate.reminder.customer_id)
    for channel, customers_at in places.items():
        for address in marked_addresses(connection, company_id, channel, customers_at, today):
            objection = Objection(Reason.ADDRESS_MARKED, channel=channel, address=address)
            yield from ((customer, objection) for customer in customers_at[address])
    customers = sorted({candidate.reminder.customer_id for candidate in candidates})
    for customer, channel in stopped_channels(connection, company_id, customers, today):
        yield customer, Objection(Reason.OPTED_OUT, channel=channel)


def objections_of_erasures(
    connection: Connection, company_id: str, candidates: Sequence[ClaimedReminder]
) -> Iterator[tuple[str, Objection]]:
    """Customers with a contact of theirs who asked to be erased: he is not written to, whatever address he has by now.

    What of the request outlives the erasure is its hash, so that a contact whom an export brings back is not written to either.
    """
    asked_about: defaultdict[str, list[ClaimedReminder]] = defaultdict(list)
    for candidate in candidates:
        reminder = candidate.reminder
        if reminder.contact_id:
            contact = Subject(customer_id=reminder.customer_id, contact_id=reminder.contact_id)
            asked_about[contact.hash_of(company_id)].append(candidate)
    for chunk in chunks(sorted(asked_about)):
        hashes = connection.scalars(
            select(erasures.c.subject_hash).where(
                erasures.c.company_id == company_id, erasures.c.subject_hash.in_(chunk)
            )
        )
        for candidate in (one for found in hashes for one in asked_about[found]):
            reminder = candidate.reminder
            yield (
                reminder.customer_id,
                Objection(Reason.ADDRESS_MARKED, channel=reminder.channel, address=address_of(reminder)),
            )
