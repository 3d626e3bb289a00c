"""Which step of its ladder a receivable has reached, written from docs/strategy.md and not from the SQL."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date, timedelta

from tasks.segment.ladders import Ladder, Step
from tests.segment.oracle_promises import Judged, broken_on
from tests.segment.oracle_questions import QUESTIONS, is_missing
from tests.segment.worlds import Customer, Receivable

UNTIL_THE_DAY_BEFORE_DUE = (
    "invoice_received",
    "goods_received",
    "direct_debit_ready",
    "payment_scheduled",
    "pre_due",
    "discount_offer",
)
FROM_OVERDUE_ON = ("overdue", "suspension_deadline", "suspension", "legal_deadline", "hand_over")
ANNOUNCED = ("suspension", "hand_over")
DAYS_OF_PAYABLE_ON_RECEIPT = 15


@dataclass(frozen=True)
class Place:
    """The step that is due, else the one to come with its day; whether a step of the ladder was said.

    `is_in_doubt`: the step that is due hurts, and nobody knows whether its announcement arrived.
    """

    due: Step | None = None
    following: Step | None = None
    opens_on: date | None = None
    has_begun: bool = False
    is_in_doubt: bool = False


@dataclass(frozen=True)
class _Case:
    """What opening days are counted from."""

    receivable: Receivable
    ladder: Ladder
    tolerance: int
    said: dict[str, set[date]]
    arrived: frozenset[str]
    any_said_on: date
    events: dict[str, date]
    restarted_on: date | None
    not_before: date
    missing: frozenset[str]
    tell_by: date | None


def place_on(
    ladder: Ladder,
    tolerance: int,
    receivable: Receivable,
    customer: Customer,
    *,
    judged: list[Judged],
    today: date,
    tell_by: date | None,
) -> Place:
    """`tell_by`: the last day on which a step before the due date comes in time for the customer's pay run."""
    case = replace(_case(ladder, tolerance, receivable, customer, judged=judged, today=today), tell_by=tell_by)
    steps = ladder.steps
    ranks = [n for n, step in enumerate(steps) if step.step in case.said and step.after_event is None]
    highest = max(ranks, default=-1)
    due: Step | None = None
    to_come: list[tuple[date, int]] = []
    for number, step in enumerate(steps):
        opens = _opens(case, number, highest)
        if opens is None:
            continue
        closes = step.purpose in UNTIL_THE_DAY_BEFORE_DUE
        if closes and (opens >= receivable.due_date or today >= receivable.due_date):
            continue
        if opens <= today:
            due = step
        else:
            to_come.append((opens, -number))
    if due is not None or not to_come:
        return Place(due=due, has_begun=bool(ranks), is_in_doubt=due is not None and _is_in_doubt(case, due))
    opens_on, number = min(to_come)
    return Place(following=steps[-number], opens_on=opens_on, has_begun=bool(ranks))


def announcing(ladder: Ladder) -> set[str]:
    """The steps that announce what hurts."""
    return {s.after_step.step for s in ladder.steps if s.purpose in ANNOUNCED and s.after_step is not None}


def _case(
    ladder: Ladder, tolerance: int, receivable: Receivable, customer: Customer, *, judged: list[Judged], today: date
) -> _Case:
    parts = [d for d, amount in receivable.part_payments if receivable.due_date < d <= today and amount > 0]
    restarted_on = max(parts, default=None) if ladder.on_part_payment == "restart" else None
    not_before = date.min
    if isinstance(ladder.on_part_payment, int) and parts:
        not_before = max(parts) + timedelta(days=ladder.on_part_payment)
    said: dict[str, set[date]] = {}
    tried: set[date] = set()
    arrived: set[str] = set()
    announcements = announcing(ladder)
    for entry in customer.said:
        if entry.receivable_id == receivable.receivable_id:
            days = {day for day in entry.days if restarted_on is None or day > restarted_on}
            tried |= days
            # A message that came back announced nothing.
            if days and not (entry.step in announcements and entry.delivery == "returned"):
                said.setdefault(entry.step, set()).update(days)
            if days and entry.delivery == "arrived":
                arrived.add(entry.step)
    any_said_on = max(tried, default=date.min)
    events = {
        event: happened
        for event, happened in _events(receivable, customer, judged, today).items()
        if restarted_on is None or happened > restarted_on
    }
    missing = frozenset(question for question in QUESTIONS if is_missing(question, receivable, customer, today))
    return _Case(
        receivable,
        ladder,
        tolerance,
        said,
        frozenset(arrived),
        any_said_on,
        events,
        restarted_on,
        not_before,
        missing,
        None,
    )


def _events(receivable: Receivable, customer: Customer, judged: list[Judged], today: date) -> dict[str, date]:
    """The last day of each thing that happened to the receivable."""
    found: dict[str, list[date]] = {}
    broken = broken_on(judged, receivable)
    if broken is not None:
        found["promise_broken"] = [broken]
    if receivable.debit_returned_on is not None:
        found["direct_debit_returned"] = [receivable.debit_returned_on]
    for dispute in customer.disputes:
        if dispute.receivable_id in (None, receivable.receivable_id) and dispute.until_on is not None:
            found.setdefault("dispute_resolved", []).append(dispute.until_on)
    for fact in customer.confirmations:
        if fact.receivable_id in (None, receivable.receivable_id) and fact.from_on is not None:
            found.setdefault(f"confirmed_{fact.kind}", []).append(fact.from_on)
    past = {event: [day for day in days if day <= today] for event, days in found.items()}
    return {event: max(days) for event, days in past.items() if days}


def _opens(case: _Case, number: int, highest: int) -> date | None:
    """The day a step opens on, by its anchor and then by its purpose."""
    step, receivable = case.ladder.steps[number], case.receivable
    if step.purpose in QUESTIONS and step.purpose not in case.missing:
        return None
    if step.purpose in ANNOUNCED and (step.after_step is None or step.after_step.step not in case.said):
        return None
    if step.after_event is not None:
        opens = _after_event(case, step)
    elif number == highest:
        opens = _again(case, step)
    else:
        opens = _anchored(case, step) if number > highest else None
    if opens is None:
        return None
    if step.purpose in FROM_OVERDUE_ON:
        opens = max(opens, receivable.due_date + timedelta(days=case.tolerance + 1))
        # The fifteen days are for the first time it is said, not for saying it again.
        on_receipt = receivable.due_date <= receivable.invoice_date and number != highest
        is_first_time = number > highest
        if on_receipt and is_first_time and step is first_of_a_delay(case.ladder) and case.restarted_on is None:
            opens = min(opens, receivable.invoice_date + timedelta(days=DAYS_OF_PAYABLE_ON_RECEIPT))
    elif step.purpose == "due":
        opens = max(opens, receivable.due_date)
    elif step.purpose in UNTIL_THE_DAY_BEFORE_DUE and opens >= receivable.due_date:
        return None
    return max(opens, case.not_before)


def _is_in_doubt(case: _Case, due: Step) -> bool:
    return due.purpose in ANNOUNCED and due.after_step is not None and due.after_step.step not in case.arrived


def first_of_a_delay(ladder: Ladder) -> Step | None:
    calendar = ("after_due", "after_invoice", "end_of_month")
    return next((s for s in ladder.steps if s.purpose in FROM_OVERDUE_ON and s.anchor in calendar), None)


def _after_event(case: _Case, step: Step) -> date | None:
    assert step.after_event is not None
    happened = case.events.get(step.after_event.event)
    if happened is None:
        return None
    opens = happened + timedelta(days=step.after_event.days)
    return None if case.any_said_on >= opens else opens


def _again(case: _Case, step: Step) -> date | None:
    days = case.said[step.step]
    if step.repeat is None or len(days) > step.repeat.at_most:
        return None
    opens = max(days) + timedelta(days=step.repeat.every)
    if step.purpose in ANNOUNCED and step.after_step is not None:
        opens = max(opens, max(case.said[step.after_step.step]) + timedelta(days=step.after_step.days))
    return opens


def _anchored(case: _Case, step: Step) -> date | None:
    receivable, restarted = case.receivable, case.restarted_on
    if step.after_step is not None:
        days = case.said.get(step.after_step.step)
        return None if days is None else max(days) + timedelta(days=step.after_step.days)
    if step.before_due is not None or step.on_due is not None:
        if restarted:
            return None
        opens = receivable.due_date - timedelta(days=step.before_due or 0)
        return min(opens, case.tell_by) if step.before_due is not None and case.tell_by is not None else opens
    if step.after_due is not None:
        return (restarted or receivable.due_date) + timedelta(days=case.tolerance + step.after_due)
    if step.after_invoice is not None:
        return (restarted or receivable.invoice_date) + timedelta(days=step.after_invoice)
    assert step.end_of_month is not None
    base = restarted or receivable.due_date
    return base.replace(day=monthrange(base.year, base.month)[1]) + timedelta(days=step.end_of_month)
