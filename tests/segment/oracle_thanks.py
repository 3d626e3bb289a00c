"""Who is thanked for what, written from the part "Saying thank you" of docs/strategy.md and not from the SQL."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from tasks.segment.strategy import Strategy
from tasks.segment.thank_you import ThankYou
from tests.segment.oracle_contact import free_channels, free_on
from tests.segment.oracle_experiments import arm_of, is_left_alone
from tests.segment.oracle_promises import judge
from tests.segment.oracle_restraint import is_quiet
from tests.segment.oracle_routes import Route, has_opted_out, route_by
from tests.segment.oracle_segments import segment_of
from tests.segment.oracle_standing import marks_of
from tests.segment.oracle_verdicts import Verdict
from tests.segment.worlds import COMPANY, Customer, Entry, Paid, World

RULES = (
    *("1 document", "1 window", "1 guessed", "1 cleared", "1 in full"),
    *(
        "2 direct debit",
        "2 disputed",
        "2 block",
        "2 assigned",
        "2 hold",
        "2 dispute",
        "2 handed over",
        "3 thanked",
        "4 deed",
    ),
    *("5 segment", "5 override", "6 overdue", "6 planned"),
    *("7 insolvent", "7 deceased", "7 closed", "7 represented_by_lawyer", "7 hold", "7 dispute", "7 experiment"),
    *("8 opted out", "8 contact", "9 stale", "9 quiet", "9 cap", "9 channel", "10 thanked", "minimum"),
)
"""All that can stand against thanks, numbered as in the documentation."""
SILENT_MARKS = ("insolvent", "deceased", "closed", "represented_by_lawyer")


@dataclass(frozen=True)
class Thanks:
    """A message of thanks; items are (receivable, what was paid, when)."""

    key: str
    channel: str
    contact_id: str
    role: str
    address: str
    language: str
    currency: str
    total: Decimal
    items: frozenset[tuple[str, Decimal, date]]


@dataclass(frozen=True)
class Thanked:
    """A customer's messages of thanks, for how many receivables each deed alone let them be thanked, and what each rule alone stopped.

    `alone`: those of `RULES` that alone stood against thanks for a receivable (1 to 4, the others aside) or to the customer (5 to 10
    and the minimum).
    """

    messages: frozenset[Thanks] = frozenset()
    deeds: tuple[str, ...] = ()
    alone: tuple[str, ...] = ()


def thank(world: World, strategy: Strategy, customer: Customer, verdicts: dict[str, Verdict]) -> Thanked:
    """The messages of thanks of the day; `verdicts`: what is decided about what is open of the customer."""
    asked = strategy.thank_you
    if asked is None:
        return Thanked()
    found = {paid.receivable_id: _against(paid, asked, strategy, customer, world.as_of) for paid in customer.paid}
    alone = [rules[0] for rules in found.values() if len(rules) == 1]
    thankable = [paid for paid in customer.paid if not found[paid.receivable_id]]
    deeds = [_deeds(paid, strategy, customer, world.as_of) & set(asked.deeds) for paid in thankable]
    if not thankable:
        return Thanked(alone=tuple(alone))
    route = _route(asked, strategy, customer, world.as_of)
    is_spoken_to = any(verdict.reason == "step_due" for verdict in verdicts.values())
    against = _against_customer(world, strategy, customer, asked=asked, is_spoken_to=is_spoken_to, route=route)
    if against or route is None:
        return Thanked(alone=(*alone, *(against if len(against) == 1 else ())))
    messages = []
    for currency in sorted({paid.currency for paid in thankable}):
        same = [paid for paid in thankable if paid.currency == currency]
        total = sum((paid.amount for paid in same), Decimal(0))
        if total < asked.minimum_amount.get(currency, Decimal(0)):
            alone.append("minimum")
            continue
        messages.append(_message(strategy, customer, same, route, world.as_of))
    said = {item for message in messages for item, _, _ in message.items}
    return Thanked(
        frozenset(messages),
        tuple(
            next(iter(of))
            for paid, of in zip(thankable, deeds, strict=True)
            if len(of) == 1 and paid.receivable_id in said
        ),
        tuple(alone),
    )


def _against(paid: Paid, asked: ThankYou, strategy: Strategy, customer: Customer, today: date) -> list[str]:
    """The rules 1 to 4 that stand against thanks for a receivable."""
    mine = paid.receivable_id
    rules = {
        "1 document": paid.document_type in ("invoice", "debit_note"),
        "1 window": today - timedelta(days=asked.within_days) <= paid.settled_on <= today,
        "1 guessed": not paid.guessed,
        "1 cleared": not paid.cleared,
        "1 in full": not paid.never_came,
        "2 direct debit": paid.debit is None,
        "2 disputed": not paid.is_disputed,
        "2 block": not paid.dunning_block,
        "2 assigned": not paid.is_assigned,
        "2 hold": not any(e.receivable_id == mine and _holds(e, today) for e in customer.holds),
        "2 dispute": not any(e.receivable_id == mine and _is_open(e, today) for e in customer.disputes),
        "2 handed over": not any(s.receivable_id == mine and s.channel in ("legal", "agency") for s in customer.said),
        "3 thanked": all(receivable_id != mine for receivable_id, _ in customer.thanks),
        "4 deed": bool(_deeds(paid, strategy, customer, today) & set(asked.deeds)),
    }
    return [rule for rule, holds in rules.items() if not holds]


def _deeds(paid: Paid, strategy: Strategy, customer: Customer, today: date) -> set[str]:
    """What the payment was, of what can be thanked for."""
    reminded = any(
        said.receivable_id == paid.receivable_id
        and said.delivery != "returned"
        and said.channel in ("email", "letter", "whatsapp", "call", "visit")
        and min(said.days) <= paid.settled_on
        for said in customer.said
    )
    promise_kept = any(
        one.state == "kept"
        and one.promise.from_on is not None
        and one.promise.from_on <= paid.settled_on <= one.last_day
        and (
            one.promise.receivable_id == paid.receivable_id
            or (one.promise.receivable_id is None and one.promise.currency in (None, paid.currency))
        )
        for one in judge(customer, strategy.promise_grace_days, today)
    )
    deeds = {"reminded": reminded, "promise_kept": promise_kept, "in_time": paid.settled_on <= paid.due_date}
    return {deed for deed, was in deeds.items() if was}


def _against_customer(
    world: World,
    strategy: Strategy,
    customer: Customer,
    *,
    asked: ThankYou,
    is_spoken_to: bool,
    route: Route | None,
) -> list[str]:
    """The rules 5 to 10 that stand against thanks to a customer."""
    today = world.as_of
    known = [day for day in (world.newest_payment_on, world.newest_clearing_on) if day is not None and day <= today]
    fresh = strategy.payments_fresh_within_days
    cap = strategy.contact_cap
    is_opted_out = has_opted_out(customer, asked.channel, today)
    marks = marks_of(customer, today)
    rules = {
        "5 segment": segment_of(strategy, customer, today).name in asked.segments,
        "5 override": not any(o.customer == customer.customer_id and today <= o.until for o in strategy.overrides),
        "6 overdue": not any(r.due_date < today and r.open_amount > 0 for r in customer.receivables),
        "6 planned": not is_spoken_to,
        **{f"7 {mark}": mark not in marks for mark in SILENT_MARKS},
        "7 hold": not any(e.receivable_id is None and _holds(e, today) for e in customer.holds),
        "7 dispute": not any(e.receivable_id is None and _is_open(e, today) for e in customer.disputes),
        "7 experiment": not is_left_alone(arm_of(strategy, customer, today), customer),
        "8 opted out": not is_opted_out,
        "8 contact": route is not None or is_opted_out,
        "9 stale": fresh is None or (bool(known) and (today - max(known)).days <= fresh),
        "9 quiet": not is_quiet(today, world, strategy, customer.country),
        "9 cap": cap is None or free_on(customer.contacted(), cap.contacts, cap.per_days, today) is None,
        "9 channel": asked.channel not in free_channels(strategy, customer, today),
        "10 thanked": not any((today - day).days < asked.every_days for _, day in customer.thanks),
    }
    return [rule for rule, holds in rules.items() if not holds]


def _holds(hold: Entry, today: date) -> bool:
    assert hold.from_on is not None
    return hold.from_on <= today and (hold.until_on is None or today <= hold.until_on)


def _is_open(dispute: Entry, today: date) -> bool:
    assert dispute.from_on is not None
    return dispute.from_on <= today and (dispute.until_on is None or today < dispute.until_on)


def _route(asked: ThankYou, strategy: Strategy, customer: Customer, today: date) -> Route | None:
    role = asked.contact_role
    roles = [role, *(other for other in strategy.contact_fallback.get(role, ()) if other != role)]
    return route_by(asked.channel, roles, role, customer, today)


def _message(strategy: Strategy, customer: Customer, paid: list[Paid], route: Route, today: date) -> Thanks:
    contact = route.contact
    assert contact is not None
    addresses = {"email": contact.email, "whatsapp": contact.mobile, "letter": contact.postal_address}
    parts = (COMPANY, customer.customer_id, strategy.version, "thank_you", today.isoformat(), route.channel)
    return Thanks(
        key="|".join((*parts, route.role, paid[0].currency)),
        channel=route.channel,
        contact_id=contact.contact_id,
        role=route.role,
        address=addresses[route.channel] or "",
        language=contact.language or "es",
        currency=paid[0].currency,
        total=sum((one.amount for one in paid), Decimal(0)),
        items=frozenset((one.receivable_id, one.amount, one.settled_on) for one in paid),
    )
