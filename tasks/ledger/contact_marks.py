"""Marks on addresses: what must not be written to, who says so, and since when it works again.

A mark stands against its address, whoever has it. One of a complaint or of a wish for no more messages stands also against its channel
for the customer, whatever address he gets (`tasks.ledger.facts` tells it among the opt-outs).
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import ColumnElement, Connection, and_, or_, select, update

from tasks.ledger.aftermath_tables import contact_marks
from tasks.ledger.bulk import insert_rows
from tasks.ledger.events import chunks

_DIGITS_THAT_TELL = 9
_PHONE_CHANNELS = frozenset({"whatsapp", "call"})


class MarkKind(StrEnum):
    """Why an address must not be used."""

    BOUNCED = "bounced"
    COMPLAINED = "complained"
    UNSUBSCRIBED = "unsubscribed"
    SUPPRESSED = "suppressed"


STOPPING = (MarkKind.COMPLAINED, MarkKind.UNSUBSCRIBED)
"""What a person wants, and not what an address cannot: the channel stops for the customer."""


@dataclass(frozen=True, kw_only=True)
class ContactMark:
    """`address`: as `comparable` writes it. `customer_id` None: of a list, whoever has the address. `source`: the provider or list.

    `evidence`: what it stands on, a reminder's id or a list: the same mark on the same evidence is one, and once cleared stays so.
    """

    customer_id: str | None
    contact_id: str | None
    channel: str
    address: str
    kind: MarkKind
    source: str
    from_on: date
    recorded_on: date
    evidence: str

    def mark_id(self, company_id: str) -> str:
        """The same on every machine, so that what is told twice is one mark."""
        parts = (company_id, self.channel, self.address, self.kind, self.evidence)
        return f"mark-{hashlib.sha256('|'.join(parts).encode()).hexdigest()[:20]}"


def comparable(channel: str, address: str) -> str:
    """`address` as it is compared: e-mail in small letters without blanks, its domain in letters; of a number the last nine digits.

    Numbers are written with and without the country's prefix, and providers insert digits into some countries' mobile numbers.
    `sql/decide/marked.sql` compares in the same way.
    """
    if channel in _PHONE_CHANNELS:
        return "".join(character for character in address if character in "0123456789")[-_DIGITS_THAT_TELL:]
    local, at, domain = "".join(address.split()).lower().rpartition("@")
    if "xn--" in domain:
        with contextlib.suppress(UnicodeError):  # no domain that could be: stays as written
            domain = domain.encode("ascii").decode("idna")
    return f"{local}{at}{domain}"


SEALED = "sha256:"
"""How the address of a mark begins whose owner was erased: what must not be written to is still known, and no longer readable."""


def sealed(address: str) -> str:
    """A comparable address as its hash. `sql/decide/marked.sql` writes it in the same way."""
    return SEALED + hashlib.sha256(address.encode()).hexdigest()


def add_marks(connection: Connection, company_id: str, marks: Iterable[ContactMark]) -> int:
    """Writes the marks that are not there; gives how many were new."""
    by_id = {mark.mark_id(company_id): mark for mark in marks}
    known: set[str] = set()
    for chunk in chunks(by_id):
        known.update(connection.scalars(select(contact_marks.c.mark_id).where(contact_marks.c.mark_id.in_(chunk))))
    new = {mark_id: mark for mark_id, mark in by_id.items() if mark_id not in known}
    insert_rows(
        connection,
        contact_marks,
        [
            {
                "mark_id": mark_id,
                "company_id": company_id,
                "customer_id": mark.customer_id,
                "contact_id": mark.contact_id,
                "channel": mark.channel,
                "address": mark.address,
                "kind": mark.kind.value,
                "source": mark.source,
                "from_on": mark.from_on,
                "recorded_on": mark.recorded_on,
            }
            for mark_id, mark in sorted(new.items())
        ],
    )
    return len(new)


def clear_marks(
    connection: Connection, company_id: str, *, channel: str, address: str, cleared_on: date
) -> tuple[MarkKind, ...]:
    """The address works again from `cleared_on`, as a person found out; gives the kinds of the marks that this ended."""
    mark = contact_marks.c
    is_it = and_(
        mark.company_id == company_id,
        mark.channel == channel,
        mark.address.in_([comparable(channel, address), sealed(comparable(channel, address))]),
        mark.cleared_on.is_(None),
    )
    kinds = connection.scalars(select(mark.kind).where(is_it).order_by(mark.kind)).all()
    connection.execute(update(contact_marks).where(is_it).values(cleared_on=cleared_on))
    return tuple(MarkKind(kind) for kind in kinds)


def last_cleared(connection: Connection, company_id: str, channel: str, addresses: Collection[str]) -> dict[str, date]:
    """The day on which each of `addresses` was last said to work again; those of which nobody said so are absent."""
    mark = contact_marks.c
    found: dict[str, date] = {}
    for chunk in chunks(sorted(addresses)):
        rows = connection.execute(
            select(mark.address, mark.cleared_on)
            .where(
                mark.company_id == company_id,
                mark.channel == channel,
                mark.address.in_(chunk),
                mark.cleared_on.is_not(None),
            )
            .order_by(mark.cleared_on)
        )
        found.update((row.address, row.cleared_on) for row in rows)
    return found


def marked_addresses(
    connection: Connection, company_id: str, channel: str, addresses: Collection[str], today: date
) -> set[str]:
    """Those of `addresses` that must not be written to on `today`."""
    mark = contact_marks.c
    written = {form: address for address in addresses for form in (address, sealed(address))}
    found: set[str] = set()
    for chunk in chunks(sorted(written)):
        rows = connection.scalars(
            select(mark.address).where(
                mark.company_id == company_id, mark.channel == channel, mark.address.in_(chunk), stands_on(today)
            )
        )
        found.update(written[address] for address in rows)
    return found


def stopped_channels(
    connection: Connection, company_id: str, customers: Sequence[str], today: date
) -> set[tuple[str, str]]:
    """Customers of `customers` and the channels that a complaint or a wish for no more messages has stopped for them."""
    mark = contact_marks.c
    found: set[tuple[str, str]] = set()
    for chunk in chunks(customers):
        rows = connection.execute(
            select(mark.customer_id, mark.channel).where(
                mark.company_id == company_id,
                mark.customer_id.in_(chunk),
                mark.kind.in_([kind.value for kind in STOPPING]),
                stands_on(today),
            )
        )
        found.update((row.customer_id, row.channel) for row in rows)
    return found


def stands_on(day: date) -> ColumnElement[bool]:
    """Whether a mark stands on `day`."""
    mark = contact_marks.c
    return and_(mark.from_on <= day, or_(mark.cleared_on.is_(None), mark.cleared_on > day))
