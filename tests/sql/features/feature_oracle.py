"""The customer's features as a person would count them, item by item: no SQL, and none of the program's code."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import fmean, median, pstdev

HISTORY, RECENT, LATEST, BASE = 1095, 150, 60, 90
CUSTOMER_WEIGHT, BASE_WEIGHT = 5.0, 30.0


@dataclass(frozen=True)
class Item:
    """An invoice; `settled_on` None while it is open, `is_silent` where it was closed on an unknown day."""

    customer: str
    branch: str
    invoice_date: date
    due_on: date
    settled_on: date | None
    is_silent: bool

    def outcome_on(self, day: date) -> bool | None:
        """Whether it is late, as a person knows on the morning of `day` who saw every payment before it; None: not yet."""
        if self.is_silent or self.invoice_date >= day:
            return None
        if self.settled_on is not None and self.settled_on < day and self.settled_on <= self.due_on:
            return False
        return True if self.due_on < day else None

    def known_since(self, day: date) -> int:
        """For how many days, with today, the outcome has been known."""
        return next(back for back in range(4000) if self.outcome_on(day - timedelta(days=back + 1)) is None)

    def days_late(self, day: date) -> int | None:
        """Days from due date to a payment before `day`."""
        is_paid = self.settled_on is not None and self.settled_on < day and not self.is_silent
        return (self.settled_on - self.due_on).days if is_paid and self.settled_on else None


def customer_on(items: Sequence[Item], customer: str, day: date) -> Mapping[str, object]:
    """The columns of `features.customers`."""
    seen = [
        item
        for item in items
        if item.customer == customer and item.invoice_date < day and (day - item.invoice_date).days <= HISTORY
    ]
    outcomes = [(item, item.outcome_on(day)) for item in seen if item.outcome_on(day) is not None]
    late = [item for item, is_late in outcomes if is_late]
    paid = [(days, item.settled_on) for item in seen if (days := item.days_late(day)) is not None]
    days = [late_by for late_by, _ in paid]
    settled = [on for _, on in paid if on is not None]
    weights = [math.exp(-(day - on).days / 60) for on in settled]
    unpaid = [item for item in seen if not item.is_silent and item.days_late(day) is None]
    overdue = [(day - item.due_on).days for item in unpaid if item.due_on < day]
    late_by = [item.days_late(day) or (day - item.due_on).days for item in late]
    recent = [late_by for late_by, on in paid if on and (day - on).days <= RECENT]
    latest = [late_by for late_by, on in paid if on and (day - on).days <= LATEST]
    return {
        "first_invoice_on": min((item.invoice_date for item in seen), default=None),
        "last_settled_on": max(settled, default=None),
        "known_count": len(outcomes),
        "late_count": len(late),
        "recent_count": sum(item.known_since(day) < RECENT for item, _ in outcomes),
        "recent_late_count": sum(item.known_since(day) < RECENT for item in late),
        "latest_count": sum(item.known_since(day) < LATEST for item, _ in outcomes),
        "latest_late_count": sum(item.known_since(day) < LATEST for item in late),
        "week_late_count": sum(number > 7 for number in late_by),
        "month_late_count": sum(number > 30 for number in late_by),
        "settled_count": len(days),
        "mean_days": fmean(days) if days else None,
        "deviation_days": pstdev(days) if days else None,
        "greatest_days": max(days, default=None),
        "recent_median_days": median(recent) if recent else None,
        "recent_mean_days": fmean(recent) if recent else None,
        "latest_median_days": median(latest) if latest else None,
        "latest_mean_days": fmean(latest) if latest else None,
        "decayed_count": sum(weights) if weights else None,
        "decayed_days": math.fsum(a * b for a, b in zip(weights, days, strict=True)) if days else None,
        "payment_days": len(set(settled)),
        "monday_count": sum(on.weekday() == 0 for on in settled),
        "tuesday_count": sum(on.weekday() == 1 for on in settled),
        "wednesday_count": sum(on.weekday() == 2 for on in settled),
        "thursday_count": sum(on.weekday() == 3 for on in settled),
        "friday_count": sum(on.weekday() == 4 for on in settled),
        "turn_of_month_count": sum(on.day > 24 or on.day < 4 for on in settled),
        "open_count": len(unpaid),
        "overdue_count": len(overdue),
        "greatest_days_overdue": max(overdue, default=None),
        "mean_days_overdue": fmean(overdue) if overdue else None,
        "last_ten": [late_by for on, late_by in sorted(((on, late_by) for late_by, on in paid), reverse=True)][:10],
        "quantiles": [_quantile(sorted(days), share) for share in (0.1, 0.25, 0.5, 0.75, 0.9)] if days else None,
    }


def shares_on(
    items: Sequence[Item], customer: str, branch: str, day: date, prior: tuple[float, float]
) -> Mapping[str, float]:
    """The columns of `features.shares`; `prior` is the company's late share before any history, and its weight."""
    of_branch = [item for item in items if item.branch == branch and item.outcome_on(day) is not None]
    long = [item for item in of_branch if item.known_since(day) < HISTORY]
    base = [item for item in of_branch if item.known_since(day) < BASE]
    branch_share = _drawn(sum(bool(item.outcome_on(day)) for item in long), len(long), *prior)
    base_share = _drawn(sum(bool(item.outcome_on(day)) for item in base), len(base), branch_share, BASE_WEIGHT)
    known = customer_on(items, customer, day)
    count = {name: float(str(known[name])) for name in known if name.endswith("_count") and known[name] is not None}
    share = _drawn(count["late_count"], count["known_count"], branch_share, CUSTOMER_WEIGHT)
    recent = _drawn(count["recent_late_count"], count["recent_count"], share, CUSTOMER_WEIGHT)
    return {
        "branch_late_share": branch_share,
        "base_late_share": base_share,
        "late_share": share,
        "recent_late_share": recent,
        "latest_late_share": _drawn(count["latest_late_count"], count["latest_count"], recent, CUSTOMER_WEIGHT),
    }


def _drawn(late: float, known: float, wider_share: float, weight: float) -> float:
    return (late + weight * wider_share) / (known + weight)


def _quantile(ordered: Sequence[int], share: float) -> float:
    place = share * (len(ordered) - 1)
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)
