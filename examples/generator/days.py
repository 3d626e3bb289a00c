"""The example's calendar: its period and its working days.

The list of holidays is deliberately short and fixed: a holiday library changes its data between versions, and the example must not.
"""

from __future__ import annotations

from datetime import date, timedelta

AS_OF = date(2026, 6, 16)
"""The business date the example is made for: a Tuesday that is a working day in all five countries."""
LAST_BOOKED = date(2026, 6, 15)
"""Exports are made early on `AS_OF`, so they hold everything up to the working day before."""
FIRST_INVOICE = date(2024, 12, 16)
"""Eighteen months before `AS_OF`."""
HOLIDAYS = frozenset({(1, 1), (1, 6), (5, 1), (12, 8), (12, 25)})


def is_working_day(day: date) -> bool:
    """Monday to Friday and not one of the example's holidays."""
    return day.weekday() < 5 and (day.month, day.day) not in HOLIDAYS


def on_or_after(day: date) -> date:
    """The first working day from `day` on."""
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


def on_or_before(day: date) -> date:
    """The last working day up to `day`."""
    while not is_working_day(day):
        day -= timedelta(days=1)
    return day


def working_days(first: date, last: date) -> list[date]:
    """All working days from `first` to `last`, both included."""
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return [day for day in days if is_working_day(day)]
