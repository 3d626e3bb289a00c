"""When a debtor may be contacted by his own clock: the strategy's quiet hours and the hours that a country's law leaves.

Decisions are by day; this is asked when something is about to be sent, by the clock of the sender.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Annotated, cast
from zoneinfo import ZoneInfo

from babel.core import get_global
from pydantic import Field

from tasks.public_holidays import public_holidays
from tasks.segment.quiet_days import WEEKDAYS
from tasks.segment.quiet_hours import QuietHours
from tasks.segment.strategy import Weekday
from tasks.settings.strict import Strict
from tasks.settings.yaml_file import read_yaml

HORIZON = timedelta(days=10)
"""How far ahead the next moment is looked for: more than any row of holidays."""
_GRAIN = timedelta(minutes=5)
_Hour = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]


class Profile(Strict):
    """The hours of one law, from `from_day` on. `holidays`: the country whose public holidays have none."""

    source: str
    from_day: date
    holidays: str | None = None
    hours: dict[Weekday, tuple[_Hour, _Hour]]


class _File(Strict):
    profiles: dict[str, Profile]
    countries: dict[str, str]


@cache
def _file() -> _File:
    return _File.model_validate(read_yaml(Path(__file__).parent / "contact_hours.yaml"))


def profiles() -> Mapping[str, Profile]:
    """All profiles by name."""
    return _file().profiles


class ContactHours:
    """The hours of one strategy. `company_zone`: the clock where a customer's country is not known."""

    def __init__(self, quiet: QuietHours, *, company_zone: str) -> None:
        self._quiet = quiet
        self._company_zone = company_zone
        self._opens: dict[str, tuple[datetime, datetime]] = {}

    def opens_at(self, country: str | None, now: datetime) -> datetime:
        """`now` where customers of `country` may be contacted now, else the next moment they may, in UTC to five minutes.

        A country with several time zones: the moment must be allowed in all of them, because nobody knows where in it he is.
        """
        asked, found = self._opens.get(country or "", (None, now))
        if asked is not None and asked <= now < found:
            return found
        if self._is_open(country, now):
            return now
        moment = now.replace(minute=now.minute // 5 * 5, second=0, microsecond=0)
        while moment < now + HORIZON:
            moment += _GRAIN
            if self._is_open(country, moment):
                break
        self._opens[country or ""] = (now, moment)
        return moment

    def _is_open(self, country: str | None, moment: datetime) -> bool:
        zones = _zones(country or "") or (self._company_zone,)
        return all(self._is_open_at(country, moment.astimezone(ZoneInfo(zone))) for zone in zones)

    def _is_open_at(self, country: str | None, local: datetime) -> bool:
        return not self._quiet.covers(local.time()) and _leaves(self._profile(country), local)

    def _profile(self, country: str | None) -> Profile | None:
        name = self._quiet.profile or _file().countries.get(country or "")
        return None if name is None or name == "none" else profiles()[name]


def _leaves(profile: Profile | None, local: datetime) -> bool:
    day = local.date()
    if profile is None or day < profile.from_day:
        return True
    hours = profile.hours.get(cast("Weekday", WEEKDAYS[day.weekday()]))
    if hours is None or (profile.holidays is not None and day in _holidays(profile.holidays, day.year)):
        return False
    return time.fromisoformat(hours[0]) <= local.time() < time.fromisoformat(hours[1])


@cache
def _holidays(country: str, year: int) -> frozenset[date]:
    return public_holidays(country, [year])


@cache
def _zones(country: str) -> tuple[str, ...]:
    return tuple(get_global("territory_zones").get(country, ()))
