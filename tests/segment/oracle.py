"""The decision about one customer's receivables, written from docs/strategy.md and not from the SQL, one rule after another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import holidays

from tasks.segment.ladders import Step
from tasks.segment.strategy import Strategy
from tests.segment.worlds import Contact, Customer, Entry, Receivable, World

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DECISION = {"step_due": "remind", "before_first_step": "wait", "until_next_step": "wait"}
COMPANY_COUNTRY = "ES"


@dataclass(frozen=True)
class Verdict:
    decision: str
    reason: str
    next_action_on: date | None
    step: str | None
    contact_id: str | None
    message: tuple[str, ...] | None


@dataclass
class _Case:
    """One receivable on its way through the rules."""

    receivable: Receivable
    reason: str | None = None
    earliest_on: date | None = None
    due: Step | None = None
    following: Step | None = None
    contact: Contact | None = None


def decide_customer(world: World, strategy: Strategy, customer: Customer) -> dict[str, Verdict]:
    """Each receivable's verdict, by id."""
    today = world.as_of
    ladder = _ladder(strategy, customer)
    cases = [_Case(receivable) for receivable in customer.receivables]
    for case in cases:
        if ladder is not None:
            _find_step(case, strategy, ladder, customer, today)
        _standing_reasons(case, ladder, customer, today)
    waiting = [case for case in cases if case.reason is None]
    for case in waiting:
        _contact_reasons(case, world, strategy, customer)
    for case in waiting:
        same = [c for c in waiting if c.contact and c.receivable.currency == case.receivable.currency]
        _money_and_day_reasons(case, same, strategy, customer, today)
    return {case.receivable.receivable_id: _verdict(case, cases, strategy, customer) for case in cases}


def _ladder(strategy: Strategy, customer: Customer) -> tuple[Step, ...] | None:
    name = segment_of(strategy, customer).ladder
    return None if name is None else strategy.ladders[name].steps


def segment_of(strategy: Strategy, customer: Customer):
    for segment in strategy.segments:
        when = segment.when
        grade = when.risk_grade is None or customer.risk_grade in when.risk_grade.any_of
        new = when.is_new is None or customer.is_new == when.is_new
        klass = when.customer_class is None or (
            customer.customer_class is not None
            and (
                customer.customer_class in when.customer_class.any_of
                if when.customer_class.any_of
                else customer.customer_class not in when.customer_class.none_of
            )
        )
        amounts = when.open_amount is None or any(
            (limits.at_least is None or _open(customer, currency) >= limits.at_least)
            and (limits.at_most is None or _open(customer, currency) <= limits.at_most)
            for currency, limits in when.open_amount.items()
        )
        if grade and new and klass and amounts:
            return segment
    raise AssertionError("no catch-all")


def _open(customer: Customer, currency: str) -> Decimal:
    return sum((r.open_amount for r in customer.receivables if r.currency == currency), Decimal(0))


def _find_step(case: _Case, strategy: Strategy, ladder: tuple[Step, ...], customer: Customer, today: date) -> None:
    said = {s.step: s for s in customer.said if s.receivable_id == case.receivable.receivable_id}
    highest = max((n for n, step in enumerate(ladder) if step.step in said), default=-1)
    to_come: list[tuple[date, int]] = []
    for number, step in enumerate(ladder):
        opens = None
        if number == highest:
            before = said[step.step]
            if step.repeat and before.times_sent - 1 < step.repeat.at_most:
                opens = before.last_sent_on + timedelta(days=step.repeat.every)
        elif number > highest:
            opens = _anchor(step, case.receivable, strategy, {name: s.last_sent_on for name, s in said.items()})
        if opens is None:
            continue
        overdue_from = case.receivable.due_date + timedelta(days=strategy.tolerance_days + 1)
        if step.purpose == "overdue" and opens < overdue_from:
            opens = overdue_from
        if step.purpose == "due" and opens < case.receivable.due_date:
            opens = case.receivable.due_date
        if step.purpose == "pre_due" and (opens >= case.receivable.due_date or today >= case.receivable.due_date):
            continue
        if opens <= today:
            case.due = step
        else:
            to_come.append((opens, -number))
    if case.due is None and to_come:
        case.earliest_on, number = min(to_come)
        case.following = ladder[-number]


def _anchor(step: Step, receivable: Receivable, strategy: Strategy, said: dict[str, date]) -> date | None:
    if step.before_due:
        return receivable.due_date - timedelta(days=step.before_due)
    if step.on_due:
        return receivable.due_date
    if step.after_due:
        return receivable.due_date + timedelta(days=strategy.tolerance_days + step.after_due)
    if step.after_invoice:
        return receivable.invoice_date + timedelta(days=step.after_invoice)
    assert step.after_step is not None
    anchor = said.get(step.after_step.step)
    return None if anchor is None else anchor + timedelta(days=step.after_step.days)


def _standing_reasons(case: _Case, ladder: tuple[Step, ...] | None, customer: Customer, today: date) -> None:
    opens_on, case.earliest_on = case.earliest_on, None
    mine = case.receivable

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
    promises = [
        p.until_on
        for p in customer.promises
        if concerns(p)
        and p.until_on >= today
        and (p.receivable_id is not None or p.currency is None or p.currency == mine.currency)
    ]
    said = {s.step for s in customer.said if s.receivable_id == mine.receivable_id}
    if mine.is_assigned:
        case.reason = "assigned"
    elif customer.financial_situation == "insolvent":
        case.reason = "insolvent"
    elif ladder is None:
        case.reason = "left_in_peace"
    elif holds:
        case.reason = "on_hold"
        ends = [h.until_on for h in holds]
        case.earliest_on = None if None in ends else max(ends) + timedelta(days=1)
    elif mine.dunning_block:
        case.reason = "dunning_block"
    elif disputes or mine.is_disputed:
        case.reason = "disputed"
    elif _owes(mine, today):
        case.reason = "own_duty"
    elif promises:
        case.reason = "promised"
        case.earliest_on = max(promises) + timedelta(days=1)
    elif mine.debit_until is not None and mine.debit_until >= today:
        case.reason = "direct_debit_ordered"
        case.earliest_on = mine.debit_until + timedelta(days=1)
    elif case.due is None and case.following is not None:
        case.reason = "until_next_step" if said & {s.step for s in ladder} else "before_first_step"
        case.earliest_on = opens_on
    elif case.due is None:
        case.reason = "ladder_finished"


def _owes(mine: Receivable, today: date) -> bool:
    """Whether the export says that something of ours is still to do; what it does not say is not owed."""
    days = (mine.delivered_on, mine.goods_received_on, mine.document_sent_on)
    late = any(day is not None and day > today for day in days)
    return mine.has_open_complaint is True or mine.is_price_agreed is False or late


def _contact_reasons(case: _Case, world: World, strategy: Strategy, customer: Customer) -> None:
    assert case.due is not None
    known = [d for d in (world.newest_payment_on, world.newest_clearing_on) if d is not None and d <= world.as_of]
    allowed = strategy.payments_fresh_within_days
    roles = [case.due.contact_role, *strategy.contact_fallback.get(case.due.contact_role, ())]
    opted_out = any(o.from_on <= world.as_of and o.channel in (None, case.due.channel) for o in customer.opt_outs)
    usable = sorted(
        (c for c in customer.contacts if c.email and c.role in roles),
        key=lambda c: (roles.index(c.role), -(c.last_verified_on or date.min).toordinal(), c.contact_id),
    )
    if usable and not opted_out:
        case.contact = usable[0]
    if allowed is not None and (not known or (world.as_of - max(known)).days > allowed):
        case.reason, case.earliest_on = "payments_not_fresh", world.as_of + timedelta(days=1)
    elif opted_out:
        case.reason = "opted_out"
    elif not usable:
        case.reason = "no_usable_contact"


def _money_and_day_reasons(case: _Case, same: list[_Case], strategy: Strategy, customer: Customer, today: date) -> None:
    if case.reason is not None:
        return
    currency = case.receivable.currency
    claim = sum((c.receivable.open_amount for c in same), Decimal(0))
    credit = customer.credits.get(currency, Decimal(0))
    cap = strategy.contact_cap
    recent = []
    if cap is not None:
        recent = sorted({d for d in customer.contact_days if 0 < (today - d).days < cap.per_days}, reverse=True)
    case.earliest_on = today
    if credit >= claim:
        case.reason, case.earliest_on = "covered_by_credit", None
    elif claim - credit < strategy.minimum_amount.get(currency, Decimal(0)):
        case.reason, case.earliest_on = "below_minimum", None
    elif is_quiet(today, strategy, customer.country):
        case.reason = "quiet_day"
    elif cap is not None and len(recent) >= cap.contacts:
        case.reason = "frequency_cap"
        case.earliest_on = recent[cap.contacts - 1] + timedelta(days=cap.per_days)
    else:
        case.reason = "step_due"


def is_quiet(day: date, strategy: Strategy, country: str | None) -> bool:
    rules = strategy.quiet_days
    if WEEKDAYS[day.weekday()] in rules.weekdays or day in rules.also:
        return True
    places = {"company": COMPANY_COUNTRY, "customer": country}
    return any(
        places[whose] in ("ES", "MX") and day in holidays.country_holidays(places[whose], years=day.year)
        for whose in rules.holidays
    )


def _verdict(case: _Case, cases: list[_Case], strategy: Strategy, customer: Customer) -> Verdict:
    assert case.reason is not None
    day = case.earliest_on
    while day is not None and is_quiet(day, strategy, customer.country):
        day += timedelta(days=1)
    step = case.due or case.following
    message = contact = None
    if case.reason == "step_due":
        assert case.contact is not None
        contact = case.contact.contact_id
        together = [
            c
            for c in cases
            if c.reason == "step_due"
            and c.contact == case.contact
            and c.receivable.currency == case.receivable.currency
        ]
        ladder = _ladder(strategy, customer) or ()
        highest = max((c.due for c in together if c.due), key=ladder.index)
        message = (highest.step, highest.tone, case.contact.role, case.receivable.currency)
    return Verdict(DECISION.get(case.reason, "silent"), case.reason, day, step.step if step else None, contact, message)
