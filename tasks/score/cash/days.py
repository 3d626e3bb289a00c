"""The days that a back-test of the cash forecast is made on."""

from __future__ import annotations

from datetime import date, timedelta

WEEK = timedelta(days=7)


def past_sundays(known_on: date, *, count: int, weeks_between: int = 4) -> tuple[date, ...]:
    """`count` Sundays before `known_on`, ascending: the evening before a Monday, so that every week judged is a whole one.

    The last one leaves one whole week to judge. Four weeks between them keep the months apart and the weekdays equal.
    """
    last = known_on - timedelta(days=known_on.isoweekday() % 7) - WEEK
    return tuple(last - weeks_between * WEEK * number for number in reversed(range(count)))
