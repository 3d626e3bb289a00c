"""Collection metrics and roll rates of a small ledger by walking through it receivable by receivable, sharing nothing with the SQL."""

from __future__ import annotations

import calendar
import random
import statistics
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
BUCKETS = ((0, "current"), (30, "1-30"), (60, "31-60"), (90, "61-90"))
SECTORS = {"C1": "water", "C2": "mining", "C3": "unknown"}
Metrics = dict[tuple[date, str, str, str], Decimal]
Steps = dict[tuple[date, str, str], tuple[Decimal, Decimal]]


@dataclass(frozen=True)
class Debt:
    """An invoice with what was paid on it, and when."""

    receivable_id: str
    customer_id: str
    currency: str
    invoice_date: date
    due_date: date
    amount: Decimal
    payments: tuple[tuple[date, Decimal], ...]

    def open_on(self, day: date) -> Decimal:
        """What is open at the end of `day`: nothing before the invoice."""
        if day < self.invoice_date:
            return Decimal(0)
        return self.amount - sum((amount for paid_on, amount in self.payments if paid_on <= day), Decimal(0))

    def settled_on(self, day: date) -> date | None:
        """When it was paid in full, as known on `day`."""
        known = [paid_on for paid_on, _ in self.payments if paid_on <= day]
        return max(known) if known and sum(amount for _, amount in self.payments[: len(known)]) == self.amount else None


def random_debts(seed: int, *, since: date, until: date, count: int) -> list[Debt]:
    """Debts of three customers in two currencies: paid early, late, in parts, before their invoice, or never."""
    dice = random.Random(seed)  # noqa: S311 no secret hangs on these dice
    debts = []
    for number in range(count):
        invoiced = since + timedelta(dice.randrange((until - since).days))
        due = invoiced + timedelta(dice.choice((0, 10, 30, 60, 90)))
        amount = Decimal(dice.randrange(100, 100_000)) / 100
        parts = dice.choice((0, 1, 1, 1, 2, 3))
        shares = sorted(dice.randrange(1, int(amount * 100)) for _ in range(parts - 1))
        cents = [b - a for a, b in zip([0, *shares], [*shares, int(amount * 100)], strict=True)] if parts else []
        if parts and dice.random() < 0.2:
            cents = cents[:-1]
        lags = (-100, -10, -3, 0, 1, 5, 20, 31, 61, 90, 91, 150, 361, 362, 400)
        days = sorted(due + timedelta(dice.choice(lags)) for _ in cents)
        paid = tuple((day, Decimal(cent) / 100) for day, cent in zip(days, cents, strict=True) if cent and day <= until)
        customer = dice.choice(sorted(SECTORS))
        debts.append(Debt(f"R{number}", customer, dice.choice(("EUR", "CLP")), invoiced, due, amount, paid))
    return debts


def months_until(first: date, as_of: date) -> Iterator[tuple[date, date]]:
    """First day and end of every month from `first` on; the last one ends on `as_of`."""
    month = first.replace(day=1)
    while month <= as_of:
        end = last_day(month)
        yield month, min(end, as_of)
        month = end + timedelta(1)


def last_day(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def bucket_of(age: int) -> str:
    return next((name for limit, name in BUCKETS if age <= limit), "90+")


def metrics_of(debts: list[Debt], as_of: date) -> Metrics:
    """Every metric of `report.metrics` for all customers and by sector: by month, sector ('*': all), currency and name."""
    groups: dict[tuple[str, str], list[Debt]] = defaultdict(list)
    for debt in debts:
        if debt.invoice_date <= as_of:
            groups["*", debt.currency].append(debt)
            groups[SECTORS[debt.customer_id], debt.currency].append(debt)
    found: Metrics = {}
    for (sector, currency), members in groups.items():
        for month, end in months_until(min(debt.invoice_date for debt in members), as_of):
            for name, value in _metrics_of_month(members, month, end, as_of).items():
                found[month, sector, currency, name] = value.quantize(CENT, ROUND_HALF_UP)
    return found


def _metrics_of_month(debts: list[Debt], month: date, end: date, as_of: date) -> dict[str, Decimal]:
    def in_month(day: date | None) -> bool:
        return day is not None and month <= day <= end

    values: dict[str, Decimal] = {}
    by_due: dict[str, Decimal] = defaultdict(Decimal)
    by_invoice: dict[str, Decimal] = defaultdict(Decimal)
    for debt in debts:
        by_due[bucket_of((end - debt.due_date).days)] += debt.open_on(end)
        by_invoice[bucket_of((end - debt.invoice_date).days)] += debt.open_on(end)
    begin, total = (sum((d.open_on(day) for d in debts), Decimal(0)) for day in (month - timedelta(1), end))
    values |= {"receivables_begin": begin, "receivables_end": total, "current_end": by_due["current"]}
    values["overdue_end"] = total - by_due["current"]
    for bucket, name in (("1-30", "1_30"), ("31-60", "31_60"), ("61-90", "61_90"), ("90+", "over_90")):
        values |= {f"overdue_{name}_end": by_due[bucket], f"aged_{name}_end": by_invoice[bucket]}
    values["aged_0_end"] = by_invoice["current"]
    sold = [debt for debt in debts if in_month(debt.invoice_date)]
    sales = sum((debt.amount for debt in sold), Decimal(0))
    payments = [(debt, *payment) for debt in debts for payment in debt.payments]
    values["sales"] = sales
    values["collected"] = sum((amount for _, day, amount in payments if in_month(day)), Decimal(0))
    received = [((max(day, d.invoice_date) - d.invoice_date).days, amount) for d, day, amount in payments
                if in_month(max(day, d.invoice_date))]  # fmt: skip
    settled = [(debt, day) for debt in debts if (day := debt.settled_on(as_of)) is not None and in_month(day)]
    due = [debt for debt in debts if in_month(debt.due_date) and debt.due_date < as_of]
    late = [debt for debt in due if (debt.settled_on(as_of) or as_of) > debt.due_date]
    values |= {"settled_count": Decimal(len(settled)), "due_count": Decimal(len(due))}
    days = Decimal((end - month).days + 1)
    ratios = {
        "dso": (total * days, sales),
        "best_possible_dso": (by_due["current"] * days, sales),
        "average_days_delinquent": (values["overdue_end"] * days, sales),
        "collection_average": (sum(n * a for n, a in received), sum(a for _, a in received)),
        "collection_effectiveness": (100 * (begin + sales - total), begin + sales - by_due["current"]),
        "overdue_share": (100 * values["overdue_end"], total),
        "late_share": (Decimal(100 * len(late)), Decimal(len(due))),
        "late_amount_share": (100 * sum(d.amount for d in late), sum(d.amount for d in due)),
        "weighted_days_late": (sum((day - d.due_date).days * d.amount for d, day in settled), sum(d.amount for d, _ in settled)),
    }  # fmt: skip
    if all(debt.due_date + timedelta(90) < as_of for debt in sold):
        unpaid = sum(d.amount - sum(a for day, a in d.payments if day <= d.due_date + timedelta(90)) for d in sold)
        ratios["at_risk_share"] = (100 * unpaid, sales)
    values |= {name: Decimal(above) / Decimal(below) for name, (above, below) in ratios.items() if below}
    if settled:
        values["median_days_late"] = Decimal(str(statistics.median((day - d.due_date).days for d, day in settled)))
    countback = _countback(debts, end, total)
    return values if countback is None else values | {"countback_dso": countback}


def _countback(debts: list[Debt], end: date, balance: Decimal) -> Decimal | None:
    days = Decimal(0)
    first = min(debt.invoice_date for debt in debts).replace(day=1)
    while balance > 0:
        month = end.replace(day=1)
        if month < first:
            return None
        sales = sum((d.amount for d in debts if month <= d.invoice_date <= end), Decimal(0))
        length = Decimal((end - month).days + 1)
        days += length if balance >= sales else length * balance / sales
        balance, end = balance - sales, month - timedelta(1)
    return days


def steps_of(debts: list[Debt], as_of: date) -> Steps:
    """Balance before and after by month, currency and bucket, from the first month on in which money came."""
    found: dict[tuple[date, str, str], list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
    for currency in {debt.currency for debt in debts}:
        known = [debt for debt in debts if debt.currency == currency and debt.invoice_date <= as_of]
        closings = [max(day, d.invoice_date) for d in known for day, _ in d.payments if day <= as_of]
        if not closings:
            continue
        seen_from = last_day(min(closings))
        for debt in known:
            for month, end in months_until(seen_from, as_of):
                before = month - timedelta(1)
                if before < seen_from or end != last_day(end) or end >= as_of or debt.due_date >= end:
                    continue
                bucket = bucket_of((before - debt.due_date).days)
                if bucket != "90+":
                    found[month, currency, bucket][0] += debt.open_on(before)
                    found[month, currency, bucket][1] += debt.open_on(before) and debt.open_on(end)
            reached, lost = debt.due_date + timedelta(91), debt.due_date + timedelta(361)
            if reached >= seen_from and last_day(lost) < as_of:
                found[lost.replace(day=1), currency, "90+"][0] += debt.open_on(reached)
                found[lost.replace(day=1), currency, "90+"][1] += debt.open_on(lost)
    return {key: (before, after) for key, (before, after) in found.items() if before}
