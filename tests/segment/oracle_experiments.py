"""What an experiment does to a customer, written from docs/measurement.md and not from the SQL."""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import date, timedelta

from tasks.experiment.policy import Experiment
from tasks.segment.ladders import Step
from tasks.segment.strategy import Strategy
from tests.segment.oracle_segments import segment_of
from tests.segment.worlds import COMPANY, Customer, Receivable

HARD = ("suspension_deadline", "suspension", "legal_deadline", "hand_over")
NOT_HELD_OUT = ("executive", "legal", "agency")


def arm_of(strategy: Strategy, customer: Customer, today: date) -> tuple[Experiment, str] | None:
    """The running experiment that the customer is in, and the arm: as the ledger knows it, else as today's run draws it."""
    running = [e for e in strategy.experiments if e.from_on <= today <= e.until]
    if not running:
        return None
    experiment = running[0]
    if customer.arms:
        return experiment, str(customer.arms[0].kind)
    ids = {receivable.receivable_id for receivable in customer.receivables}
    takes_part = (
        segment_of(strategy, customer, today).name in experiment.segments
        and bool(ids)
        and not any(said.receivable_id in ids for said in customer.said)
        and not any(o.customer == customer.customer_id and today <= o.until for o in strategy.overrides)
        and (not experiment.never_above or _owes_little(experiment, customer))
    )
    if not takes_part:
        return None
    number = _drawn(experiment.name, customer.customer_id)
    return experiment, next(name for name, start, end, _ in experiment.arms() if start <= number < end)


def other_ladder(found: tuple[Experiment, str] | None) -> str | None:
    """The ladder of the arm, where it has one of its own."""
    if found is None:
        return None
    experiment, arm = found
    return next((ladder for name, _, _, ladder in experiment.arms() if name == arm), None)


def is_left_alone(found: tuple[Experiment, str] | None, customer: Customer) -> bool:
    """Whether nothing is said to the customer for the sake of an experiment."""
    return found is not None and found[1] == "hold_out" and _owes_little(found[0], customer)


def left_alone_until(
    found: tuple[Experiment, str] | None,
    customer: Customer,
    receivable: Receivable,
    step: Step,
    *,
    needs_approval: bool,
    has_override: bool,
    today: date,
) -> date | None:
    """The last day on which the receivable is left alone; None: it is treated as everybody's."""
    if found is None or found[1] != "hold_out" or has_override:
        return None
    experiment = found[0]
    last = receivable.due_date + timedelta(days=experiment.at_most_days_overdue)
    named = (*step.channels, *step.fallback_channels)
    if needs_approval or step.purpose in HARD or set(named) & set(NOT_HELD_OUT) or today > last:
        return None
    return min(last, experiment.until) if _owes_little(experiment, customer) else None


def _owes_little(experiment: Experiment, customer: Customer) -> bool:
    owed: Counter[str] = Counter()
    for receivable in customer.receivables:
        owed[receivable.currency] += receivable.open_amount
    return all(
        currency in experiment.never_above and amount <= experiment.never_above[currency]
        for currency, amount in owed.items()
    )


def _drawn(experiment: str, customer_id: str) -> float:
    text = "\x1f".join((experiment, COMPANY, customer_id))
    return int(hashlib.sha256(text.encode()).hexdigest()[:12], 16) / 16**12
