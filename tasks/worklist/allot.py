"""Who gets which line today: down the ranking, each line to somebody who may do it and has the time; the rest stays for tomorrow.

Taking turns is one decision after another, which is why this is no SQL. It reads ids and minutes, never names of debtors.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from tasks.segment.ladders import WorkChannel
from tasks.worklist.policy import Collector, Worklists

LeftOver = Literal["no_time_today", "nobody_works_on_it", "awaiting_approval", "not_released"]
"""Why a line stays: the hours are used up, no collector has its channel, zone and segment, a person has to approve it first, or the
ledger did not let it go (paid, promised, disputed, held or contacted meanwhile)."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """What is asked of a line to find somebody for it; in the order of `place`."""

    reminder_key: str
    list_channel: WorkChannel
    zone: str | None
    segment: str
    minutes: int
    needs_approval: bool


@dataclass(frozen=True, kw_only=True)
class Allotment:
    """What became of a line: `collector` and the place on that list when it is listed, else the reason why it is not."""

    reminder_key: str
    collector: str | None = None
    place: int | None = None
    reason: LeftOver | None = None

    @property
    def is_listed(self) -> bool:
        return self.collector is not None


def allot(
    lines: Sequence[Line],
    worklists: Worklists,
    *,
    handed: Mapping[str, str],
    refused: Collection[str],
    awaiting: Collection[str],
) -> list[Allotment]:
    """One allotment for each line, in the order of `lines`.

    A line goes to the collector who is nearest to it (segment and zone named, then one of them, then neither) and still has the
    minutes; of several, to whom most of the day is left, so that equals share. What one has no time for another one may do.

    Args:
        lines: the day's lines, best first.
        worklists: who works for how long.
        handed: by reminder key, the collector who got the line earlier today; they keep it, and its minutes are spent.
        refused: keys that the ledger does not let go.
        awaiting: keys that wait for a person's approval.
    """
    days = {collector.name: _Day(collector) for collector in worklists.collectors}
    for line in lines:
        if (day := days.get(handed.get(line.reminder_key, ""))) is not None:
            day.left -= line.minutes
    return [_allotment(line, days, handed=handed, refused=refused, awaiting=awaiting) for line in lines]


@dataclass
class _Day:
    """A collector's day so far."""

    collector: Collector
    listed: int = 0

    def __post_init__(self) -> None:
        self.left = self.collector.minutes

    def take(self, line: Line) -> Allotment:
        self.listed += 1
        return Allotment(reminder_key=line.reminder_key, collector=self.collector.name, place=self.listed)

    def distance(self, line: Line) -> int | None:
        """0 … 2 fewer and fewer things named that fit; None: not this collector's."""
        collector = self.collector
        if line.list_channel not in collector.channels:
            return None
        misses = [
            bool(named) and value not in named
            for named, value in ((collector.zones, line.zone), (collector.segments, line.segment))
        ]
        return None if any(misses) else 2 - bool(collector.zones) - bool(collector.segments)


def _allotment(
    line: Line,
    days: Mapping[str, _Day],
    *,
    handed: Mapping[str, str],
    refused: Collection[str],
    awaiting: Collection[str],
) -> Allotment:
    key = line.reminder_key
    if key in handed:
        day = days.get(handed[key])
        # Somebody who no longer works today keeps what was handed over: it cannot be taken back from here.
        return day.take(line) if day else Allotment(reminder_key=key, collector=handed[key], place=0)
    if key in refused:
        return Allotment(reminder_key=key, reason="not_released")
    if key in awaiting:
        return Allotment(reminder_key=key, reason="awaiting_approval")
    fitting = [(distance, day) for day in days.values() if (distance := day.distance(line)) is not None]
    if not fitting:
        return Allotment(reminder_key=key, reason="nobody_works_on_it")
    free = [(distance, -day.left, day) for distance, day in fitting if day.left >= line.minutes]
    if not free:
        return Allotment(reminder_key=key, reason="no_time_today")
    chosen = min(free, key=lambda candidate: candidate[:2])[2]
    chosen.left -= line.minutes
    return chosen.take(line)
