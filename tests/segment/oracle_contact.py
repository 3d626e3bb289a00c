"""Whether a step that is due can be said to anybody, and by what, written from docs/strategy.md: reasons 16 to 19."""

from __future__ import annotations

from datetime import date, timedelta

from tasks.segment.strategy import Strategy
from tests.segment.oracle_case import ONE_DAY, THREATS, Case
from tests.segment.oracle_ladder import announcing
from tests.segment.oracle_routes import reach
from tests.segment.oracle_standing import marks_of
from tests.segment.worlds import Customer, World


def contact_reasons(case: Case, world: World, strategy: Strategy, customer: Customer) -> None:
    assert case.place.due is not None
    known = [d for d in (world.newest_payment_on, world.newest_clearing_on) if d is not None and d <= world.as_of]
    allowed = strategy.payments_fresh_within_days
    marks, step = marks_of(customer, world.as_of), case.place.due
    has_lawyer = "represented_by_lawyer" in marks
    case.reach = reach(
        step,
        strategy,
        customer,
        world.as_of,
        only_lawyer=has_lawyer,
        came_back=_came_back(case, customer),
        free_on=free_channels(strategy, customer, world.as_of),
    )
    case.needs_approval = step.needs_approval or (
        "vulnerable" in marks and (step.tone == "firm" or step.purpose in THREATS)
    )
    if allowed is not None and (not known or (world.as_of - max(known)).days > allowed):
        case.reason, case.earliest_on = "payments_not_fresh", world.as_of + ONE_DAY
    elif not case.reach.routes:
        otherwise = "represented_by_lawyer" if has_lawyer else "no_usable_contact"
        case.reason = "opted_out" if case.reach.is_opted_out else otherwise


def _came_back(case: Case, customer: Customer) -> frozenset[str]:
    """The channels by which the announcement that is due came back when it was said last."""
    assert case.ladder is not None
    assert case.place.due is not None
    name = case.place.due.step
    if name not in announcing(case.ladder):
        return frozenset()
    last: dict[str, tuple[date, bool]] = {}
    for said in customer.said:
        if said.step == name:
            told = (said.last_sent_on, said.delivery != "returned")
            last[said.channel] = max(last.get(said.channel, told), told)
    return frozenset(channel for channel, (_, did_not) in last.items() if not did_not)


def free_channels(strategy: Strategy, customer: Customer, today: date) -> dict[str, date]:
    """The channels at caps of their own, with the day from which the cap lets them go again."""
    if strategy.contact_cap is None:
        return {}
    found = {
        channel: free_on(customer.contacted(channel), own.contacts, own.per_days, today)
        for channel, own in strategy.contact_cap.per_channel.items()
    }
    return {channel: day for channel, day in found.items() if day is not None}


def free_on(contacted: set[date], contacts: int, per_days: int, today: date) -> date | None:
    recent = sorted((d for d in contacted if 0 < (today - d).days < per_days), reverse=True)
    return recent[contacts - 1] + timedelta(days=per_days) if len(recent) >= contacts else None
