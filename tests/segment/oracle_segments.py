"""In which segment a customer falls and which ladder a receivable is on, written from docs/strategy.md and not from the SQL."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from tasks.credit.entries import Guarantee
from tasks.segment.conditions import Limits, Words
from tasks.segment.strategy import Override, Segment, Strategy
from tests.segment.worlds import Customer, Receivable


def segment_of(strategy: Strategy, customer: Customer, today: date) -> Segment:
    """The segment of an override that is in force, else the first whose conditions all hold."""
    override = next((o for o in strategy.overrides if o.customer == customer.customer_id and today <= o.until), None)
    if override is not None and override.segment is not None:
        return next(segment for segment in strategy.segments if segment.name == override.segment)
    facts = _facts(strategy, customer, today)
    return next(
        segment
        for segment in strategy.segments
        if all(_fulfils(facts[name], asked) for name, asked in segment.when.given().items())
    )


Fact = str | bool | int | None | dict[str, Decimal]


def _facts(strategy: Strategy, customer: Customer, today: date) -> dict[str, Fact]:
    insured = _insured(strategy, customer, today)
    is_open = _sums(customer.receivables)
    late = [r for r in customer.receivables if r.due_date < today]
    days = [(today - r.due_date).days for r in customer.receivables]

    return {
        "risk_grade": customer.risk_grade,
        "is_new": customer.is_new,
        "sector": customer.sector,
        "customer_class": customer.customer_class,
        "country": customer.country,
        "financial_situation": customer.financial_situation,
        "days_overdue": max(days, default=None),
        "overdue_count": len(late),
        "open_amount": is_open,
        "overdue_amount": _sums(late),
        "has_guarantee": bool(_guarantees(strategy, customer, today)),
        "insured_amount": insured,
        "insured_share": {
            currency: min(insured[currency] / amount, Decimal(1)) for currency, amount in is_open.items() if amount
        },
    }


def _sums(receivables: list[Receivable]) -> dict[str, Decimal]:
    found = {"EUR": Decimal(0), "MXN": Decimal(0)}
    for r in receivables:
        found[r.currency] += r.open_amount
    return found


def _guarantees(strategy: Strategy, customer: Customer, today: date) -> list[Guarantee]:
    return [
        one
        for one in strategy.credit_policy.guarantees
        if one.customer == customer.customer_id
        and one.amount > 0
        and (one.valid_from is None or one.valid_from <= today)
        and today <= one.until
    ]


def _insured(strategy: Strategy, customer: Customer, today: date) -> dict[str, Decimal]:
    found = {"EUR": Decimal(0), "MXN": Decimal(0)}
    for one in _guarantees(strategy, customer, today):
        found[one.currency] += one.amount if one.kind == "insurance" else 0
    return found


def _fulfils(found: Fact, asked: Words | Limits | bool | dict[str, Limits]) -> bool:
    if found is None:
        return False
    if isinstance(asked, bool):
        return found == asked
    if isinstance(asked, Words):
        return found in asked.any_of if asked.any_of else found not in asked.none_of
    if isinstance(asked, Limits):
        assert isinstance(found, int)
        return _within(Decimal(found), asked)
    assert isinstance(found, dict)
    return any(currency in found and _within(found[currency], limits) for currency, limits in asked.items())


def _within(number: Decimal, limits: Limits) -> bool:
    return (limits.at_least is None or number >= limits.at_least) and (
        limits.at_most is None or number <= limits.at_most
    )


def override_of(strategy: Strategy, customer: Customer, receivable: Receivable, today: date) -> Override | None:
    """An override of the receivable wins over one of its customer."""
    in_force = [o for o in strategy.overrides if today <= o.until]
    of_receivable = next((o for o in in_force if o.receivable == receivable.receivable_id), None)
    return of_receivable or next((o for o in in_force if o.customer == customer.customer_id), None)


def ladder_name(
    strategy: Strategy, customer: Customer, receivable: Receivable, today: date, other: str | None
) -> str | None:
    """An override wins over the segments; `other`: the ladder of an experiment, in place of the segment's where it has one."""
    override = override_of(strategy, customer, receivable, today)
    if override is not None:
        return _ladder_of(strategy, override)
    usual = segment_of(strategy, customer, today).ladder
    return usual if usual is None else other or usual


def _ladder_of(strategy: Strategy, override: Override) -> str | None:
    if override.segment is not None:
        return next(segment.ladder for segment in strategy.segments if segment.name == override.segment)
    return None if override.ladder == "none" else override.ladder
