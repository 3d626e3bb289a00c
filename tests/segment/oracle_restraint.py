"""Amounts, pay runs, quiet days and caps, written from docs/strategy.md and not from the SQL: reasons 20 to 27."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from functools import cache

import holidays

from tasks.segment.strategy import Strategy
from tests.segment.oracle_case import ONE_DAY, Case
from tests.segment.oracle_contact import free_channels, free_on
from tests.segment.oracle_ladder import first_of_a_delay
from tests.segment.oracle_pay_runs import Habit, last_run, next_run
from tests.segment.worlds import Customer, Receivable, World

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def tell_by(strategy: Strategy, habit: Habit | None, receivable: Receivable, today: date) -> date | None:
    if habit is None or strategy.pay_run is None or strategy.pay_run.lead_days is None or receivable.due_date <= today:
        return None
    day = last_run(habit, receivable.due_date) - timedelta(days=strategy.pay_run.lead_days)
    return day if day >= receivable.invoice_date else None


def money_and_day_reasons(
    case: Case, same: list[Case], world: World, strategy: Strategy, customer: Customer, *, habit: Habit | None
) -> None:
    if case.reason is not None:
        return
    assert case.reach is not None
    today, currency = world.as_of, case.receivable.currency
    claim = sum((c.receivable.open_amount for c in same), Decimal(0))
    credit = customer.credits.get(currency, Decimal(0))
    cap = strategy.contact_cap
    capped = [free_channels(strategy, customer, today).get(case.reach.routes[0].channel)]
    capped += [] if cap is None else [free_on(customer.contacted(), cap.contacts, cap.per_days, today)]
    freed_on = max((day for day in capped if day is not None), default=None)
    run_on = _explaining_run(case, strategy, habit, today)
    case.earliest_on = today
    if credit >= claim:
        case.reason, case.earliest_on = "covered_by_credit", None
    elif claim - credit < strategy.minimum_amount.get(currency, Decimal(0)):
        case.reason, case.earliest_on = "below_minimum", None
    elif run_on is not None:
        case.reason, case.earliest_on = "pay_run", run_on + ONE_DAY
    elif case.place.is_in_doubt:
        case.reason, case.earliest_on = "not_announced", None
    elif is_quiet(today, world, strategy, customer.country):
        case.reason = "quiet_day"
    elif freed_on is not None:
        case.reason, case.earliest_on = "frequency_cap", freed_on
    elif case.held_out_until is not None:
        case.reason, case.earliest_on = "hold_out_group", case.held_out_until + ONE_DAY
    else:
        case.reason = "step_due"


def _explaining_run(case: Case, strategy: Strategy, habit: Habit | None, today: date) -> date | None:
    """The pay run that the first word of a delay waits for."""
    assert case.ladder is not None
    if habit is None or strategy.pay_run is None or case.place.due is not first_of_a_delay(case.ladder):
        return None
    run_on, due = next_run(habit, case.receivable.due_date), case.receivable.due_date
    return run_on if run_on >= today and (run_on - due).days <= strategy.pay_run.wait_days else None


def is_quiet(day: date, world: World, strategy: Strategy, country: str | None) -> bool:
    rules = strategy.quiet_days
    if WEEKDAYS[day.weekday()] in rules.weekdays or day in rules.also:
        return True
    places = {"company": world.company_country, "customer": country}
    return any(day in _holidays(places[whose], day.year) for whose in rules.holidays)


@cache
def _holidays(country: str | None, year: int) -> frozenset[date]:
    known = ("ES", "MX")
    return frozenset(holidays.country_holidays(country, years=year)) if country in known else frozenset()
