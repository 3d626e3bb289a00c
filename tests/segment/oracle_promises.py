"""How a promise stands, written from the part "Promises" of docs/strategy.md and not from the SQL."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from tests.segment.worlds import Customer, Entry, Paid, Receivable

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Judged:
    """A promise, the last day on which it can be kept, how it stands, and what of an amount came by then or ever."""

    promise: Entry
    last_day: date
    state: Literal["open", "kept", "broken"]
    came_in_time: Decimal
    came: Decimal


def judge(customer: Customer, grace_days: int, today: date) -> list[Judged]:
    """The customer's promises that were made by today."""
    return [
        _judged(customer, promise, grace_days, today)
        for promise in customer.promises
        if promise.from_on is not None and promise.from_on <= today
    ]


def _judged(customer: Customer, promise: Entry, grace_days: int, today: date) -> Judged:
    assert promise.until_on is not None
    last_day = promise.until_on + timedelta(days=grace_days)
    in_time = _came(customer, promise, last_day)
    came = _came(customer, promise, today)
    if promise.amount is not None and in_time >= promise.amount:
        state: Literal["open", "kept", "broken"] = "kept"
    elif today <= last_day:
        # Where nothing is open any more it is kept; there is nothing left that it could silence.
        state = "open"
    else:
        late = [r for r in customer.receivables if covers(promise, r)]
        paid_late = [p for p in customer.paid if covers(promise, p) and p.settled_on > last_day]
        state = "broken" if late or paid_late else "kept"
    return Judged(promise, last_day, state, in_time, came)


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


def silences(judged: list[Judged], customer: Customer, receivable: Receivable) -> date | None:
    """The last day on which an open promise about the receivable can be kept, the latest of several; None without one."""
    open_ones = [j for j in judged if j.state == "open"]
    days = [
        j.last_day
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
    if of_amounts:
        to_come = sum((j.promise.amount - j.came_in_time for j in of_amounts if j.promise.amount), Decimal(0))
        before = [
            r.open_amount
            for r in customer.receivables
            if r.currency == receivable.currency
            and (r.due_date, r.receivable_id) < (receivable.due_date, receivable.receivable_id)
        ]
        if sum(before, Decimal(0)) < to_come:
            days.append(max(j.last_day for j in of_amounts))
    return max(days, default=None)


def broken_on(judged: list[Judged], receivable: Receivable) -> date | None:
    """The last day on which a promise about the receivable was broken, while the money is missing."""
    days = [
        j.last_day + ONE_DAY
        for j in judged
        if j.state == "broken"
        and covers(j.promise, receivable)
        and j.promise.until_on is not None
        and receivable.due_date <= j.promise.until_on
        and (j.promise.amount is None or j.came < j.promise.amount)
    ]
    return max(days, default=None)
