"""Which rate of interest held on which day: a workspace's rows before ours, margins laid over what they are over.

A day without a rate is a problem that names the half-year and what to add; nothing is filled in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from tasks.consequences.policy import LateInterest
from tasks.consequences.rate_rows import Certainty, CompensationRow, RateFile, read_rate_file, shipped_rows
from tasks.problems import Problem, SettingsProblem

HALVES_SHOWN = 6
_DAY = timedelta(days=1)
_JULY = 7


@dataclass(frozen=True)
class RatePeriod:
    """A rate in percent a year from one day to another, both included, and where it is from."""

    from_on: date
    to_on: date
    percent: Decimal
    source: str
    certainty: Certainty


@dataclass(frozen=True)
class Rates:
    """All dated figures; `own` are the workspace's and win over `shipped` day by day."""

    shipped: RateFile
    own: RateFile

    def periods_of(self, interest: LateInterest) -> tuple[RatePeriod, ...]:
        """What interest runs at, by day; contractual interest at one rate for ever, none at none."""
        if interest.rate is not None:
            return (RatePeriod(date.min, date.max, interest.rate, "contract", "official"),)
        return self.periods(interest.country) if interest.country is not None else ()

    def periods(self, name: str) -> tuple[RatePeriod, ...]:
        """The disjoint periods in which the rate `name` is known, in order."""
        return tuple(sorted(self._known(name, ()), key=lambda period: period.from_on))

    def compensations(self) -> tuple[CompensationRow, ...]:
        """The fixed sums that laws give, the workspace's rows in place of ours when it has any."""
        return self.own.compensations or self.shipped.compensations

    def missing(self, name: str, *, first: date, last: date) -> tuple[tuple[date, date], ...]:
        """The stretches of `first` to `last`, both included, in which the rate is not known."""
        return tuple(_uncovered(first, last, self.periods(name)))

    def _known(self, name: str, circle: tuple[str, ...]) -> list[RatePeriod]:
        if name in circle:
            raise SettingsProblem.at(
                "rates.yaml: margins",
                f"{name} is laid over itself ({' over '.join((*circle, name))})",
                "Lay it over a rate.",
            )
        known: list[RatePeriod] = []
        for file in (self.own, self.shipped):
            stated = [
                RatePeriod(row.from_on, row.to_on, row.percent, row.source, row.certainty)
                for row in file.rates
                if row.name == name
            ]
            laid = [
                replace(
                    base,
                    from_on=max(base.from_on, row.from_on),
                    to_on=min(base.to_on, row.to_on),
                    percent=base.percent + row.points,
                    source=f"{base.source}; {row.source}",
                )
                for row in file.margins
                if row.name == name
                for base in self._known(row.over, (*circle, name))
                if base.from_on <= row.to_on and base.to_on >= row.from_on
            ]
            for period in (*stated, *laid):
                free = list(_uncovered(period.from_on, period.to_on, known))
                known += [replace(period, from_on=start, to_on=end) for start, end in free]
        return known


def load_rates(own: Path | None = None) -> Rates:
    """Our rows and those of the file `own` (a workspace's `rates.yaml`), which need not exist."""
    return Rates(shipped_rows(), read_rate_file(own) if own is not None and own.is_file() else RateFile())


def missing_rate(name: str, stretches: Sequence[tuple[date, date]]) -> Problem:
    """The problem that the rate `name` is not known in `stretches`: which half-years, and what to write where."""
    halves = dict.fromkeys(half for start, end in stretches for half in half_years(start, end))
    shown = ", ".join(list(halves)[:HALVES_SHOWN])
    if len(halves) > HALVES_SHOWN:
        shown += f" and {len(halves) - HALVES_SHOWN} more"
    start, end = stretches[0]
    first_end = min(end, half_year_end(start))
    example = (
        f"{{name: {name}, from: {start}, to: {first_end}, percent: …, source: …, read_on: …, certainty: official}}"
    )
    return Problem(
        "error",
        f"rates of late interest, {name}",
        f"no rate is known for {shown}",
        f"Look it up in the official journal and add to rates.yaml of the workspace, under `rates:`, a row "
        f"{example} for each; or let `since` of the consequences begin later.",
    )


def half_years(start: date, end: date) -> Iterator[str]:
    """The half-years that the days from `start` to `end` fall in: `2015 H2 (July to December)`."""
    day = start
    while day <= end:
        yield f"{day.year} {'H1 (January to June)' if day.month < _JULY else 'H2 (July to December)'}"
        last = half_year_end(day)
        if last == date.max:
            return
        day = last + _DAY


def half_year_end(day: date) -> date:
    """30 June or 31 December, whichever comes next."""
    return date(day.year, 6, 30) if day.month < _JULY else date(day.year, 12, 31)


def _uncovered(first: date, last: date, periods: Iterable[RatePeriod]) -> Iterator[tuple[date, date]]:
    start = first
    for period in sorted(periods, key=lambda known: known.from_on):
        if start > last or period.from_on > last:
            break
        if period.to_on < start:
            continue
        if period.from_on > start:
            yield start, period.from_on - _DAY
        if period.to_on >= last:
            return
        start = period.to_on + _DAY
    if start <= last:
        yield start, last
