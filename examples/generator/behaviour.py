"""How a customer pays: hidden types that no export carries, and the day on which one receivable gets paid."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from examples.generator.days import AS_OF, on_or_after, on_or_before


class Kind(StrEnum):
    """Hidden types of payers."""

    PROMPT = "prompt"
    SLOW = "slow"
    DETERIORATING = "deteriorating"
    IMPROVING = "improving"
    PAY_RUN = "pay_run"
    DISPUTER = "disputer"
    IRREGULAR = "irregular"
    SEASONAL = "seasonal"
    FAILED = "failed"


SHARES = {
    Kind.PROMPT: 38,
    Kind.SLOW: 18,
    Kind.DETERIORATING: 9,
    Kind.IMPROVING: 3,
    Kind.PAY_RUN: 13,
    Kind.DISPUTER: 4,
    Kind.IRREGULAR: 8,
    Kind.SEASONAL: 4,
    Kind.FAILED: 3,
}
SLACK_MONTHS = frozenset({1, 7, 8, 12})
DISPUTE_SHARE = 0.25


@dataclass(frozen=True)
class Payer:
    """A type with its own figures. `usual_days_late` and `spread` are days; `turned_on` is when the behaviour changed."""

    kind: Kind
    usual_days_late: float
    spread: float
    turned_on: date
    pay_days: tuple[int, ...]  # days of the month; empty: Fridays


def draw_payer(rng: random.Random) -> Payer:
    """A payer of a random type."""
    kind = rng.choices(list(SHARES), weights=list(SHARES.values()))[0]
    usual = {
        Kind.SLOW: rng.uniform(20, 80),
        Kind.FAILED: rng.uniform(8, 25),
        Kind.IMPROVING: rng.uniform(25, 45),
        Kind.SEASONAL: rng.uniform(18, 40),
        Kind.IRREGULAR: rng.uniform(20, 38),
    }.get(kind, rng.uniform(-6, -0.5))
    turned = AS_OF - timedelta(days=rng.randint(60, 130) if kind is Kind.FAILED else rng.randint(140, 250))
    return Payer(kind, usual, rng.uniform(2, 5), turned, rng.choice([(), (), (5, 20), (10,), (1, 15)]))


def pays_on(payer: Payer, due: date, *, times_usual_amount: float, rng: random.Random) -> date | None:
    """The working day on which the payer settles what fell due on `due`; None: never, as far as anyone knows.

    `times_usual_amount` is the amount over the customer's usual one: large bills pass more desks.
    """
    if rng.random() < 0.011 or (payer.kind is Kind.FAILED and due + timedelta(days=10) > payer.turned_on):
        return None
    if payer.kind is Kind.PAY_RUN:
        return _pay_run(payer.pay_days, due, is_patient=rng.random() < 0.45)
    days = _days_late(payer, due, rng)
    if times_usual_amount > 2:
        days += rng.uniform(0, 9)
    if rng.random() < 0.02:
        days += rng.expovariate(1 / 30)
    wanted = due + timedelta(days=max(round(days), -25))
    return on_or_before(wanted) if payer.kind is Kind.PROMPT else on_or_after(wanted)


def _days_late(payer: Payer, due: date, rng: random.Random) -> float:
    since_turn = (due - payer.turned_on).days
    match payer.kind:
        case Kind.DETERIORATING:
            return rng.gauss(payer.usual_days_late + max(since_turn, 0) * 0.28, payer.spread + 3)
        case Kind.IMPROVING:
            return rng.gauss(max(payer.usual_days_late - max(since_turn, 0) * 0.4, -1), payer.spread + 2)
        case Kind.SEASONAL:
            return rng.gauss(payer.usual_days_late if due.month in SLACK_MONTHS else -2, 6)
        case Kind.IRREGULAR:
            return rng.expovariate(1 / payer.usual_days_late) if rng.random() < 0.5 else rng.gauss(-3, 4)
        case _:
            return rng.gauss(payer.usual_days_late, 9 if payer.kind in {Kind.SLOW, Kind.FAILED} else payer.spread)


def _pay_run(pay_days: tuple[int, ...], due: date, *, is_patient: bool) -> date:
    """The next pay day from `due` on, or, for the impatient, the last one before."""
    step = timedelta(days=1 if is_patient else -1)
    day = due
    while (day.day not in pay_days) if pay_days else (day.weekday() != 4):
        day += step
    return on_or_after(day)
