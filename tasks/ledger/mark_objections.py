"""What marks on addresses say against messages that are to be claimed: they may have come since the plan was made."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date

from sqlalchemy import Connection

from tasks.ledger.contact_marks import marked_addresses, stopped_channels
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
