"""The decision about one customer's receivables, written from docs/strategy.md and not from the SQL, one rule after another."""

from __future__ import annotations

from tasks.segment.strategy import Strategy
from tests.segment.oracle_case import Case
from tests.segment.oracle_contact import contact_reasons
from tests.segment.oracle_experiments import arm_of, left_alone_until, other_ladder
from tests.segment.oracle_ladder import Place, place_on
from tests.segment.oracle_pay_runs import habit_of
from tests.segment.oracle_promises import judge, silences
from tests.segment.oracle_restraint import money_and_day_reasons, tell_by
from tests.segment.oracle_segments import ladder_name, override_of
from tests.segment.oracle_standing import standing_reasons
from tests.segment.oracle_verdicts import Verdict, verdict_of
from tests.segment.worlds import Customer, World


def decide_customer(world: World, strategy: Strategy, customer: Customer) -> dict[str, Verdict]:
    """Each receivable's verdict, by id."""
    today = world.as_of
    judged = judge(customer, strategy.promise_grace_days, today)
    arm = arm_of(strategy, customer, today)
    habit = None if strategy.pay_run is None else habit_of(customer, today)
    cases = []
    for receivable in customer.receivables:
        name = ladder_name(strategy, customer, receivable, today, other_ladder(arm))
        ladder = None if name is None else strategy.ladders[name]
        place = Place()
        if ladder is not None:
            tolerance = strategy.tolerance_days if ladder.tolerance_days is None else ladder.tolerance_days
            place = place_on(
                ladder,
                tolerance,
                receivable,
                customer,
                judged=judged,
                today=today,
                tell_by=tell_by(strategy, habit, receivable, today),
            )
        case = Case(receivable, name, ladder, place)
        standing_reasons(case, customer, silences(judged, customer, receivable), today)
        cases.append(case)
    waiting = [case for case in cases if case.reason is None]
    for case in waiting:
        contact_reasons(case, world, strategy, customer)
        assert case.place.due is not None
        case.held_out_until = left_alone_until(
            arm,
            customer,
            case.receivable,
            case.place.due,
            needs_approval=case.needs_approval,
            has_override=override_of(strategy, customer, case.receivable, today) is not None,
            today=today,
        )
    for case in waiting:
        same = [c for c in waiting if c.reach and c.reach.routes and c.receivable.currency == case.receivable.currency]
        money_and_day_reasons(case, same, world, strategy, customer, habit=habit)
    return {case.receivable.receivable_id: verdict_of(case, cases, world, strategy, customer) for case in cases}
