"""Moments of a company's calendar day."""

from __future__ import annotations

from datetime import datetime, time
from zoneinfo import ZoneInfo


def midnight(now: datetime, time_zone: str) -> datetime:
    """When the day of `now` began by the clocks of `time_zone`."""
    zone = ZoneInfo(time_zone)
    return datetime.combine(now.astimezone(zone).date(), time(), tzinfo=zone)
