"""`claim(item, as_of, policy, rates)`: what a receivable that was not paid on time may be claimed for, from its state alone.

The same figures in SQL: `sql/consequences`. Sources of the rules: docs/consequences.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from tasks.consequences.policy import ClaimKind, Consequences, LateInterest, Terms
from tasks.consequences.rates import Rates, missing_rate
from tasks.contracts.currencies import DECIMALS
from tasks.problems import SettingsProblem

Status = Literal["claimed", "waived", "carried", "invoiced", "paid"]
DAYS_OF_YEAR = 365
_DAY = timedelta(days=1)
_PERCENT_DAYS = 100 * DAYS_OF_YEAR
_CENTS = 2


@dataclass(frozen=True)
class Item:
    """A receivable as its ledger stands. Amounts positive, in `currency`.

    `principal` is what was laid on it and what is open; `settled_on` None while something is. `payments` are dated and may be
    negative (money returned). `is_excused`: something of ours is missing, it is disputed, or it was ceded: no claim.
    """

    customer_id: str
    receivable_id: str
    segment: str
    country: str
    currency: str
    due_date: date
    principal: Decimal
    settled_on: date | None = None
    payments: tuple[tuple[date, Decimal], ...] = ()
    said_steps: frozenset[str] = frozenset()
    is_first_of_document: bool = True
    is_excused: bool = False


@dataclass(frozen=True)
class InterestPeriod:
    """Days, both ends included, in which neither balance nor rate (percent a year) changed."""

    from_on: date
    to_on: date
    percent: Decimal
    balance: Decimal

    @property
    def days(self) -> int:
        return (self.to_on - self.from_on).days + 1

    @property
    def exact(self) -> Fraction:
        """Interest, not rounded."""
        return Fraction(self.balance) * Fraction(self.percent) * self.days / _PERCENT_DAYS


@dataclass(frozen=True)
class Fee:
    """The fee of a step that was said."""

    step: str
    amount: Decimal


@dataclass(frozen=True)
class Claim:
    """One kind of claim on one receivable: its amount, how it stands and what it is made of."""

    receivable_id: str
    kind: ClaimKind
    basis: str
    currency: str
    amount: Decimal
    status: Status
    periods: tuple[InterestPeriod, ...] = ()
    fees: tuple[Fee, ...] = ()


def claim(item: Item, as_of: date, policy: Consequences, rates: Rates) -> tuple[Claim, ...]:
    """Every claim on `item` on the day `as_of`: interest, compensation, fees, those let off too.

    Raises:
        SettingsProblem: a day of statutory interest has no rate; it names the half-year and what to add.
    """
    ends_on = min(item.settled_on or as_of, as_of)
    if ends_on <= item.due_date or item.due_date < policy.since or item.is_excused:
        return ()
    terms = policy.terms_of(item.segment)
    return tuple(
        replace(found, status=_status(item, found.kind, ends_on, policy, terms))
        for found in (
            *_interest(item, ends_on, terms.late_interest, rates),
            *_compensation(item, ends_on, terms, rates),
            *_fees(item, terms),
        )
    )


def rounded(exact: Fraction, currency: str) -> Decimal:
    """Rounded once, half up, to the currency's smallest unit, at finest cents; `exact` is not negative."""
    digits = min(DECIMALS.get(currency, _CENTS), _CENTS)
    units = (2 * exact.numerator * 10**digits + exact.denominator) // (2 * exact.denominator)
    return Decimal(units).scaleb(-digits).quantize(Decimal("0.01"))


def interest_periods(item: Item, ends_on: date, interest: LateInterest, rates: Rates) -> Iterator[InterestPeriod]:
    """The days from the one after the due date to `ends_on`, cut where balance or rate changes; none with balance 0."""
    known = [
        period for period in rates.periods_of(interest) if period.to_on > item.due_date and period.from_on <= ends_on
    ]
    for start, end, balance in _balances(item, ends_on):
        free = start
        for period in known:
            first, last = max(start, period.from_on), min(end, period.to_on)
            if first > last:
                continue
            if first > free:
                break
            yield InterestPeriod(first, last, period.percent, balance)
            free = last + _DAY
        if free <= end and interest.country is not None:
            raise SettingsProblem(
                missing_rate(interest.country, rates.missing(interest.country, first=start, last=end))
            )


def _balances(item: Item, ends_on: date) -> Iterator[tuple[date, date, Decimal]]:
    """What was open from when to when: the day of a payment still bears interest on what stood before it."""
    first = item.due_date + _DAY
    changes: dict[date, Decimal] = {first: item.principal}
    for paid_on, amount in item.payments:
        day = max(paid_on + _DAY, first)
        changes[day] = changes.get(day, Decimal(0)) - amount
    days = sorted(day for day in changes if day <= ends_on)
    balance = Decimal(0)
    for day, following in zip(days, (*days[1:], ends_on + _DAY), strict=True):
        balance += changes[day]
        if balance > 0:
            yield day, following - _DAY, balance


def _interest(item: Item, ends_on: date, interest: LateInterest, rates: Rates) -> Iterator[Claim]:
    if interest.rate_name is None:
        return
    periods = tuple(interest_periods(item, ends_on, interest, rates))
    amount = rounded(max(sum((period.exact for period in periods), Fraction(0)), Fraction(0)), item.currency)
    if amount > 0 and amount >= interest.minimum.get(item.currency, Decimal(0)):
        yield Claim(
            item.receivable_id, "late_interest", interest.rate_name, item.currency, amount, "claimed", periods=periods
        )


def _compensation(item: Item, ends_on: date, terms: Terms, rates: Rates) -> Iterator[Claim]:
    amount = terms.compensation.amount.get(item.currency) if terms.compensation else None
    in_force = any(
        item.country in law.countries and law.currency == item.currency and law.from_on <= item.due_date <= law.to_on
        for law in rates.compensations()
    )
    if amount and in_force and item.is_first_of_document and ends_on > item.due_date:
        yield Claim(item.receivable_id, "compensation", "2011/7/EU", item.currency, amount, "claimed")


def _fees(item: Item, terms: Terms) -> Iterator[Claim]:
    fees = tuple(
        Fee(step, amounts[item.currency])
        for step, amounts in sorted(terms.fees.items())
        if step in item.said_steps and amounts.get(item.currency)
    )
    if fees:
        total = sum((fee.amount for fee in fees), Decimal(0))
        yield Claim(item.receivable_id, "fee", "contract", item.currency, total, "claimed", fees=fees)


def _status(item: Item, kind: ClaimKind, on: date, policy: Consequences, terms: Terms) -> Status:
    """Claimed while the principal is open; then what the treatment says; waived where somebody let the customer off."""
    customer, receivable = item.customer_id, item.receivable_id
    if any(
        waiver.covers(customer_id=customer, receivable_id=receivable, kind=kind, on=on) for waiver in policy.waivers
    ):
        return "waived"
    if item.settled_on is None:
        return "claimed"
    after: dict[str, Status] = {"waive": "waived", "carry": "carried", "invoice": "invoiced"}
    return after[terms.treatment]
