"""How a promise stands, written from the part "Promises" of docs/strategy.md and not from the SQL."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from tests.segment.worlds import Customer, Entry, Paid, Receivable

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Judged:
    """A promise, the last day on which it can be kept, how it stands, and what of an amount came by then or ever.

    `wanted`: what must have come by then: of an instalment, with those of its plan before it.
    """

    promise: Entry
    last_day: date
    state: Literal["open", "kept", "broken", "lapsed"]
    came_in_time: Decimal
    came: Decimal
    wanted: Decimal | None

    @property
    def to_come(self) -> Decimal:
        """What of its own amount is still to come; money counts for the earliest instalments first."""
        assert self.promise.amount is not None
        assert self.wanted is not None
        missing = self.wanted - self.came_in_time
        return missing if self.promise.plan is None else min(self.promise.amount, missing)


def judge(customer: Customer, grace_days: int, today: date) -> list[Judged]:
    """The customer's promises that were made by today."""
    known = [promise for promise in customer.promises if promise.from_on is not None and promise.from_on <= today]
    judged = [_judged(customer, promise, _wanted(known, promise), grace_days, today) for promise in known]
    broken: dict[str, date] = {}
    for one in judged:
        if one.promise.plan is not None and one.state == "broken":
            broken[one.promise.plan] = min(broken.get(one.promise.plan, one.last_day), one.last_day)
    return [
        replace(one, state="lapsed")
        if one.state != "kept" and one.last_day > broken.get(one.promise.plan or "", date.max)
        else one
        for one in judged
    ]


def _wanted(known: list[Entry], promise: Entry) -> Decimal | None:
    if promise.plan is None:
        return promise.amount
    assert promise.until_on is not None
    plan = [p for p in known if p.plan == promise.plan and p.until_on is not None and p.until_on <= promise.until_on]
    return sum((p.amount for p in plan if p.amount is not None), Decimal(0))


def _judged(customer: Customer, promise: Entry, wanted: Decimal | None, grace_days: int, today: date) -> Judged:
    assert promise.until_on is not None
    last_day = promise.until_on + timedelta(days=grace_days)
    in_time = _came(customer, promise, last_day)
    came = _came(customer, promise, today)
    if wanted is not None and in_time >= wanted:
        state: Literal["open", "kept", "broken", "lapsed"] = "kept"
    elif today <= last_day:
        state = "open" if _has_open(customer, promise, last_day) else "kept"
    else:
        late = [r for r in customer.receivables if covers(promise, r)]
        paid_late = [p for p in customer.paid if covers(promise, p) and p.is_settled(after=last_day)]
        state = "broken" if late or paid_late else "kept"
    return Judged(promise, last_day, state, in_time, came, wanted)


def covers(promise: Entry, receivable: Receivable | Paid) -> bool:
    """What it has to do with once its time is over."""
    assert promise.from_on is not None
    assert promise.until_on is not None
    if promise.receivable_id is not None:
        return promise.receivable_id == receivable.receivable_id
    return (
        promise.currency in (None, receivable.currency)
        and receivable.invoice_date <= promise.from_on
        and receivable.due_date <= promise.until_on
    )


def _has_open(customer: Customer, promise: Entry, last_day: date) -> bool:
    """Whether something is still to be settled of what it covers while its time runs, or is by money booked for too late a day."""
    return any(
        promise.receivable_id == receivable.receivable_id
        or (promise.receivable_id is None and promise.currency in (None, receivable.currency))
        for receivable in customer.receivables
    ) or any(covers(promise, paid) and paid.is_settled(after=last_day) for paid in customer.paid)


def _came(customer: Customer, promise: Entry, until: date) -> Decimal:
    """What came from the day it was recorded on, less what went back."""
    assert promise.from_on is not None
    money = [
        (day, r.receivable_id, r.currency, amount) for r in customer.receivables for day, amount in r.part_payments
    ]
    money += [(p.settled_on, p.receivable_id, p.currency, p.amount) for p in customer.paid]
    money += [(day, None, currency, amount) for day, currency, amount in customer.money_on_nothing]
    return sum(
        (
            amount
            for day, receivable_id, currency, amount in money
            if promise.from_on <= day <= until
            and currency == promise.currency
            and promise.receivable_id in (None, receivable_id)
        ),
        Decimal(0),
    )


@dataclass(frozen=True)
class Silence:
    """Until when a receivable is silent for an open promise (the latest), or for a payment plan in force (its next instalment)."""

    promised: date | None
    plan: date | None


def silences(judged: list[Judged], customer: Customer, receivable: Receivable) -> Silence:
    """What open promises and plans say of the receivable."""
    open_ones = [j for j in judged if j.state == "open"]
    about = [
        j
        for j in open_ones
        if j.promise.receivable_id == receivable.receivable_id
        or (
            j.promise.receivable_id is None
            and j.promise.amount is None
            and j.promise.currency in (None, receivable.currency)
        )
    ]
    of_amounts = [
        j
        for j in open_ones
        if j.promise.receivable_id is None
        and j.promise.amount is not None
        and j.promise.currency == receivable.currency
    ]
    before = [
        r.open_amount
        for r in customer.receivables
        if r.currency == receivable.currency
        and (r.due_date, r.receivable_id) < (receivable.due_date, receivable.receivable_id)
    ]
    if of_amounts and sum(before, Decimal(0)) < sum((j.to_come for j in of_amounts), Decimal(0)):
        # Beside a plan, what was promised reaches as far as both together, for the plan.
        plans = [j for j in of_amounts if j.promise.plan is not None]
        about += plans or of_amounts
    return Silence(
        promised=max((j.last_day for j in about if j.promise.plan is None), default=None),
        plan=min((j.last_day for j in about if j.promise.plan is not None), default=None),
    )


def broken_on(judged: list[Judged], receivable: Receivable) -> date | None:
    """The last day on which a promise about the receivable was broken, while the money is missing."""
    days = [
        j.last_day + ONE_DAY
        for j in judged
        if j.state == "broken"
        and covers(j.promise, receivable)
        and j.promise.until_on is not None
        and receivable.due_date <= j.promise.until_on
        and (j.wanted is None or j.came < j.wanted)
    ]
    return max(days, default=None)
