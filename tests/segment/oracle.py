"""The decision about one customer's receivables, written from docs/strategy.md and not from the SQL, one rule after another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache

import holidays

from tasks.segment.ladders import Ladder
from tasks.segment.strategy import Strategy
from tests.segment.oracle_experiments import arm_of, left_alone_until, other_ladder
from tests.segment.oracle_ladder import Place, announcing, first_of_a_delay, place_on
from tests.segment.oracle_pay_runs import Habit, habit_of, last_run, next_run
from tests.segment.oracle_promises import Silence, judge, silences
from tests.segment.oracle_questions import QUESTIONS
from tests.segment.oracle_routes import Reach, reach
from tests.segment.oracle_segments import ladder_name, override_of
from tests.segment.worlds import Customer, Entry, Receivable, World

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DECISION = {
    "step_due": "remind",
    "before_first_step": "wait",
    "until_next_step": "wait",
    "not_announced": "wait",
    "pay_run": "wait",
}
MARKS = ("insolvent", "deceased", "closed", "represented_by_lawyer", "vulnerable")
THREATS = ("suspension_deadline", "suspension", "legal_deadline", "hand_over")
ONE_DAY = timedelta(days=1)


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


@dataclass
class _Case:
    """One receivable on its way through the rules."""

    receivable: Receivable
    ladder_name: str | None
    ladder: Ladder | None
    place: Place
    reason: str | None = None
    earliest_on: date | None = None
    reach: Reach | None = None
    held_out_until: date | None = None
    needs_approval: bool = False


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
                tell_by=_tell_by(strategy, habit, receivable, today),
            )
        case = _Case(receivable, name, ladder, place)
        _standing_reasons(case, customer, silences(judged, customer, receivable), today)
        cases.append(case)
    waiting = [case for case in cases if case.reason is None]
    for case in waiting:
        _contact_reasons(case, world, strategy, customer)
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
        _money_and_day_reasons(case, same, world, strategy, customer, habit=habit)
    return {case.receivable.receivable_id: _verdict(case, cases, world, strategy, customer) for case in cases}


def _tell_by(strategy: Strategy, habit: Habit | None, receivable: Receivable, today: date) -> date | None:
    if habit is None or strategy.pay_run is None or strategy.pay_run.lead_days is None or receivable.due_date <= today:
        return None
    day = last_run(habit, receivable.due_date) - timedelta(days=strategy.pay_run.lead_days)
    return day if day >= receivable.invoice_date else None


def _standing_reasons(case: _Case, customer: Customer, silence: Silence, today: date) -> None:
    mine, place = case.receivable, case.place

    def concerns(entry: Entry) -> bool:
        return entry.receivable_id in (None, mine.receivable_id)

    holds = [
        h for h in customer.holds if concerns(h) and h.from_on <= today and (h.until_on is None or h.until_on >= today)
    ]
    disputes = [
        d
        for d in customer.disputes
        if concerns(d) and d.from_on <= today and (d.until_on is None or d.until_on > today)
    ]
    marks = marks_of(customer, today)
    if mine.is_assigned:
        case.reason = "assigned"
    elif marks & {"insolvent", "deceased", "closed"}:
        case.reason = next(kind for kind in ("insolvent", "deceased", "closed") if kind in marks)
    elif case.ladder is None:
        case.reason = "left_in_peace"
    elif holds:
        case.reason = "on_hold"
        ends = [h.until_on for h in holds]
        case.earliest_on = None if None in ends else max(ends) + ONE_DAY
    elif mine.dunning_block:
        case.reason = "dunning_block"
    elif disputes or mine.is_disputed:
        case.reason = "disputed"
    elif _owes(mine, today):
        case.reason = "own_duty"
    elif silence.plan is not None:
        case.reason = "payment_plan"
        case.earliest_on = silence.plan + ONE_DAY
    elif silence.promised is not None:
        case.reason = "promised"
        case.earliest_on = silence.promised + ONE_DAY
    elif mine.debit_returned_on is None and mine.debit_until is not None and mine.debit_until >= today:
        case.reason = "direct_debit_ordered"
        case.earliest_on = mine.debit_until + ONE_DAY
    elif place.due is None and place.following is not None:
        case.reason = "until_next_step" if place.has_begun else "before_first_step"
        case.earliest_on = place.opens_on
    elif place.due is None:
        case.reason = "ladder_finished"


def marks_of(customer: Customer, today: date) -> set[str]:
    """What is marked about the customer, by people while it is in force or by the export."""
    found = {f.kind for f in customer.flags if f.from_on <= today and (f.until_on is None or today <= f.until_on)}
    return {kind for kind in (*found, customer.financial_situation) if kind in MARKS}


def _owes(mine: Receivable, today: date) -> bool:
    """Whether the export says that something of ours is still to do; what it does not say is not owed."""
    days = (mine.delivered_on, mine.goods_received_on, mine.document_sent_on)
    late = any(day is not None and day > today for day in days)
    return mine.has_open_complaint is True or mine.is_price_agreed is False or late


def _contact_reasons(case: _Case, world: World, strategy: Strategy, customer: Customer) -> None:
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


def _came_back(case: _Case, customer: Customer) -> frozenset[str]:
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
        channel: _free_on(customer.contacted(channel), own.contacts, own.per_days, today)
        for channel, own in strategy.contact_cap.per_channel.items()
    }
    return {channel: day for channel, day in found.items() if day is not None}


def _free_on(contacted: set[date], contacts: int, per_days: int, today: date) -> date | None:
    recent = sorted((d for d in contacted if 0 < (today - d).days < per_days), reverse=True)
    return recent[contacts - 1] + timedelta(days=per_days) if len(recent) >= contacts else None


def _money_and_day_reasons(
    case: _Case, same: list[_Case], world: World, strategy: Strategy, customer: Customer, *, habit: Habit | None
) -> None:
    if case.reason is not None:
        return
    assert case.reach is not None
    today, currency = world.as_of, case.receivable.currency
    claim = sum((c.receivable.open_amount for c in same), Decimal(0))
    credit = customer.credits.get(currency, Decimal(0))
    cap = strategy.contact_cap
    capped = [free_channels(strategy, customer, today).get(case.reach.routes[0].channel)]
    capped += [] if cap is None else [_free_on(customer.contacted(), cap.contacts, cap.per_days, today)]
    free_on = max((day for day in capped if day is not None), default=None)
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
    elif free_on is not None:
        case.reason, case.earliest_on = "frequency_cap", free_on
    elif case.held_out_until is not None:
        case.reason, case.earliest_on = "hold_out_group", case.held_out_until + ONE_DAY
    else:
        case.reason = "step_due"


def _explaining_run(case: _Case, strategy: Strategy, habit: Habit | None, today: date) -> date | None:
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


def _verdict(case: _Case, cases: list[_Case], world: World, strategy: Strategy, customer: Customer) -> Verdict:
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


def _messages(case: _Case, said: list[_Case]) -> list[Message]:
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


def _height(case: _Case) -> tuple[int, str]:
    assert case.ladder is not None
    assert case.place.due is not None
    assert case.ladder_name is not None
    return case.ladder.steps.index(case.place.due), case.ladder_name


def _kind(case: _Case) -> str:
    """What may share a message: threats only with their own kind, questions with questions, offers with offers."""
    assert case.place.due is not None
    purpose = case.place.due.purpose
    if purpose in THREATS:
        return purpose
    return "question" if purpose in QUESTIONS else "offer" if purpose == "discount_offer" else "payment"
