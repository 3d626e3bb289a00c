"""When a customer pays in runs, written from the part "Pay runs" of docs/strategy.md and not from the SQL."""

from __future__ import annotations

from calendar import monthrange
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from tests.segment.worlds import Customer

ONE_DAY = timedelta(days=1)
FRIDAY = 4
LONGEST = 100
"""Days within which any run comes again."""


@dataclass(frozen=True)
class Habit:
    """A weekday (0 Monday), or days of the month."""

    weekday: int | None = None
    month_days: tuple[int, ...] = ()

    def is_run(self, day: date) -> bool:
        """Whether a run is made on `day`."""
        if self.weekday is not None:
            return day.weekday() == self.weekday
        return any(_made_on(number, day) for number in self.month_days)


def habit_of(customer: Customer, today: date) -> Habit | None:
    """How the customer pays in runs; None: not, as far as can be told."""
    before = today - timedelta(days=366)
    days = {paid.settled_on for paid in customer.paid if paid.is_settled(after=before, until=today - ONE_DAY)}
    if len(days) < 6:
        return None
    weekday, times = Counter(day.weekday() for day in days).most_common(1)[0]
    if _are_four_fifths(times, days):
        return Habit(weekday=weekday)
    best = _best(days)
    left = {day for day in days if best not in _belongs_to(day)}
    if _are_four_fifths(len(days) - len(left), days):
        return Habit(month_days=(best,))
    if len(days) < 8:
        return None
    second = _best(left)
    rest = {day for day in left if second not in _belongs_to(day)}
    return Habit(month_days=(best, second)) if _are_four_fifths(len(days) - len(rest), days) else None


def next_run(habit: Habit, day: date) -> date:
    """The first run on or after `day`."""
    return next(d for d in (day + n * ONE_DAY for n in range(LONGEST)) if habit.is_run(d))


def last_run(habit: Habit, day: date) -> date:
    """The last run on or before `day`."""
    return next(d for d in (day - n * ONE_DAY for n in range(LONGEST)) if habit.is_run(d))


def _are_four_fifths(times: int, days: set[date]) -> bool:
    return 5 * times >= 4 * len(days)


def _belongs_to(day: date) -> set[int]:
    before = (1, 2) if day.weekday() == 0 else ()
    return {day.day, *((day - n * ONE_DAY).day for n in before)}


def _best(days: set[date]) -> int:
    found = Counter(number for day in days for number in _belongs_to(day))
    most = max(found.values())
    return min(number for number, times in found.items() if times == most)


def _made_on(number: int, day: date) -> bool:
    """Whether the run of the day `number` of a month is made on `day`: on the Monday where it falls on a weekend."""
    planned = [] if day.weekday() > FRIDAY else [day]
    if day.weekday() == 0:
        planned += [day - ONE_DAY, day - 2 * ONE_DAY]
    return any(d.day == min(number, monthrange(d.year, d.month)[1]) for d in planned)
