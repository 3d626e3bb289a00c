"""The decision of a receivable and the messages it stands in, once the reasons are found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tasks.segment.strategy import Strategy
from tests.segment.oracle_case import ONE_DAY, THREATS, Case
from tests.segment.oracle_questions import QUESTIONS
from tests.segment.oracle_restraint import is_quiet
from tests.segment.worlds import Customer, World

DECISION = {
    "step_due": "remind",
    "before_first_step": "wait",
    "until_next_step": "wait",
    "not_announced": "wait",
    "pay_run": "wait",
}


@dataclass(frozen=True)
class Message:
    """What a receivable's message by one channel says of all its items together."""

    channel: str
    contact_id: str | None
    role: str
    currency: str
    step: str
    tone: str
    needs_approval: bool
    item_count: int
    total: Decimal


@dataclass(frozen=True)
class Verdict:
    """The decision about a receivable; the messages are those it stands in, one a channel, in no order."""

    decision: str
    reason: str
    next_action_on: date | None
    step: str | None
    channel: str | None = None
    contact_id: str | None = None
    messages: frozenset[Message] = frozenset()


def verdict_of(case: Case, cases: list[Case], world: World, strategy: Strategy, customer: Customer) -> Verdict:
    assert case.reason is not None
    day = case.earliest_on
    while day is not None and is_quiet(day, world, strategy, customer.country):
        day += ONE_DAY
    step = case.place.due or case.place.following
    verdict = Verdict(DECISION.get(case.reason, "silent"), case.reason, day, step.step if step else None)
    if case.reason != "step_due":
        return verdict
    assert case.reach is not None
    first = case.reach.routes[0]
    return Verdict(
        verdict.decision,
        verdict.reason,
        day,
        verdict.step,
        first.channel,
        first.contact.contact_id if first.contact else None,
        frozenset(_messages(case, [c for c in cases if c.reason == "step_due"])),
    )


def _messages(case: Case, said: list[Case]) -> list[Message]:
    """The message of each channel, with all that the customer is told in it."""
    assert case.reach is not None
    found = []
    for route in case.reach.routes:
        together = [
            c
            for c in said
            if c.reach
            and any((r.channel, r.role) == (route.channel, route.role) for r in c.reach.routes)
            and c.receivable.currency == case.receivable.currency
            and _kind(c) == _kind(case)
        ]
        highest = max(together, key=_height).place.due
        assert highest is not None
        found.append(
            Message(
                route.channel,
                route.contact.contact_id if route.contact else None,
                route.role,
                case.receivable.currency,
                highest.step,
                highest.tone,
                any(c.needs_approval for c in together),
                len(together),
                sum((c.receivable.open_amount for c in together), Decimal(0)),
            )
        )
    return found


def _height(case: Case) -> tuple[int, str]:
    assert case.ladder is not None
    assert case.place.due is not None
    assert case.ladder_name is not None
    return case.ladder.steps.index(case.place.due), case.ladder_name


def _kind(case: Case) -> str:
    """What may share a message: threats and questions only with their own kind, offers with offers."""
    assert case.place.due is not None
    purpose = case.place.due.purpose
    if purpose in THREATS or purpose in QUESTIONS:
        return purpose
    return "offer" if purpose == "discount_offer" else "payment"
