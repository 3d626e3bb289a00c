"""By which channels a customer is reached for a step and by whom, written from docs/strategy.md and not from the SQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tasks.segment.ladders import Step
from tasks.segment.strategy import Strategy
from tests.segment.worlds import Contact, Customer

KEPT_FROM_THE_REPRESENTED = ("sales", "executive", "agency")
OUR_OWN_PEOPLE = ("sales", "executive", "legal", "agency")


@dataclass(frozen=True)
class Route:
    """A channel that is used, the contact, and the role that the message is for."""

    channel: str
    contact: Contact | None
    role: str


@dataclass(frozen=True)
class Reach:
    """The channels that are used, in order; where there is none, whether the customer opted out of one."""

    routes: tuple[Route, ...]
    is_opted_out: bool


def reach(
    step: Step,
    strategy: Strategy,
    customer: Customer,
    today: date,
    *,
    only_lawyer: bool,
    came_back: frozenset[str],
    free_on: Mapping[str, date],
) -> Reach:
    """All wanted channels that can be used, else the first fallback that can; a represented customer only through the lawyer.

    What came back by a channel goes by others, and by that one again only where there is no other. `free_on`: the channels at caps
    of their own, with the day that frees them: the wanted ones go by others too, and where there is none the one free first comes first.
    """
    asked = step.contact_role
    roles = [asked, *(role for role in strategy.contact_fallback.get(asked, ()) if role != asked)]
    if only_lawyer:
        roles = ["legal"]

    def usable(channels: Sequence[str]) -> list[Route]:
        found = [route_by(channel, roles, asked, customer, today) for channel in channels]
        return [route for route in found if route and not (only_lawyer and route.channel in KEPT_FROM_THE_REPRESENTED)]

    wanted, others = usable(step.channels), usable(step.fallback_channels)
    if any(route.channel not in came_back for route in (*wanted, *others)):
        wanted = [route for route in wanted if route.channel not in came_back]
        others = [route for route in others if route.channel not in came_back]
    order = sorted((*wanted,) if wanted else (*others,), key=lambda route: free_on.get(route.channel, date.min))
    used = [route for route in order if route.channel not in free_on] or order
    named = (*step.channels, *step.fallback_channels)
    return Reach(tuple(used if wanted else used[:1]), any(has_opted_out(customer, channel, today) for channel in named))


def has_opted_out(customer: Customer, channel: str, today: date) -> bool:
    """Whether the customer wants no word by the channel."""
    return any(o.channel in (None, channel) and o.from_on is not None and o.from_on <= today for o in customer.opt_outs)


def route_by(channel: str, roles: list[str], asked: str, customer: Customer, today: date) -> Route | None:
    """The best usable contact of the roles, in their order, by a channel."""
    if has_opted_out(customer, channel, today):
        return None
    usable = sorted(
        (c for c in customer.contacts if c.role in roles and _has_what_is_needed(c, channel, customer, today)),
        key=lambda c: (roles.index(c.role), -(c.last_verified_on or date.min).toordinal(), c.contact_id),
    )
    if usable:
        return Route(channel, usable[0], usable[0].role)
    return Route(channel, None, asked) if channel in OUR_OWN_PEOPLE else None


def _has_what_is_needed(contact: Contact, channel: str, customer: Customer, today: date) -> bool:
    if channel == "email":
        return bool(contact.email) and not (contact.marked_on is not None and contact.marked_on <= today)
    if channel == "whatsapp":
        return bool(contact.mobile) and any(
            c.kind == "whatsapp_opt_in" and c.from_on is not None and c.from_on <= today for c in customer.confirmations
        )
    if channel == "call":
        return bool(contact.phone or contact.mobile)
    if channel in ("letter", "visit"):
        return contact.postal_address is not None
    return channel in OUR_OWN_PEOPLE
