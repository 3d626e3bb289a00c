"""`worklists:` of `strategy.yaml`: who works on what for how long, and what a line is worth (docs/worklists.md)."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from tasks.private_files import file_name
from tasks.segment.ladders import WorkChannel
from tasks.settings.strict import Strict
from tasks.settings.workspace import CurrencyCode

Minutes = Annotated[int, Field(ge=1, le=1440)]

USUAL_MINUTES: dict[WorkChannel, int] = {
    "call": 12,
    "visit": 90,
    "sales": 10,
    "executive": 30,
    "legal": 60,
    "agency": 30,
}
"""Minutes of one line, where the strategy does not say; conventions of this file, to be replaced by one's own."""

SOFT_CHANNELS: tuple[WorkChannel, ...] = ("sales",)
"""Whose lists show neither scores nor claims: the relation comes first (requirement 004-C9)."""
CASE_CHANNELS: tuple[WorkChannel, ...] = ("legal", "agency")
"""Whose lines come with a folder of evidence (requirements 002-13, 002-15, 004-C15)."""

_MINUTES_PER_HOUR = 60


class Collector(Strict):
    """A person, or a desk, who works through a list. Without `zones` and `segments`: all of them."""

    name: str = Field(min_length=1, max_length=60)
    channels: tuple[WorkChannel, ...] = Field(min_length=1)
    zones: tuple[str, ...] = ()
    segments: tuple[str, ...] = ()
    hours: Annotated[Decimal, Field(gt=0, le=24)] = Field(description="Hours a day for this list.")
    language: Literal["es", "en"] | None = Field(None, description="Language of the list. Default: the company's.")

    @property
    def minutes(self) -> int:
        """Minutes a day."""
        return int(self.hours * _MINUTES_PER_HOUR)


class Worklists(Strict):
    """All of `worklists:`."""

    collectors: tuple[Collector, ...] = ()
    minutes_per: dict[WorkChannel, Minutes] = Field(default_factory=dict)
    very_large_debt: dict[CurrencyCode, Annotated[Decimal, Field(gt=0)]] = Field(
        default_factory=dict,
        description="From this amount on calls and visits are the executives', below it they are not.",
    )
    cost_of_money: Annotated[Decimal, Field(ge=0, le=100)] = Field(
        Decimal(8), description="What a year without the money costs, in per cent."
    )
    longest_wait_days: Annotated[int, Field(ge=1, le=366)] = Field(
        10, description="A line that was left over for so many days goes first."
    )
    ranking_rates: dict[CurrencyCode, Annotated[Decimal, Field(gt=0)]] = Field(
        default_factory=dict,
        description="Worth of one unit in the company's currency; only to put lines of several currencies in one order.",
    )

    @field_validator("collectors")
    @classmethod
    def _names_are_unique(cls, value: tuple[Collector, ...]) -> tuple[Collector, ...]:
        names = [file_name(collector.name) for collector in value]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"two collectors have the name {', '.join(twice)}; each needs a list of their own")
        return value

    @model_validator(mode="after")
    def _can_work(self) -> Worklists:
        for collector in self.collectors:
            for channel in collector.channels:
                if self.minutes(channel) > collector.minutes:
                    raise ValueError(
                        f"collector '{collector.name}' has {collector.hours} hours a day, and one {channel} takes "
                        f"{self.minutes(channel)} minutes: nothing would ever be listed"
                    )
        if self.very_large_debt and not any("executive" in collector.channels for collector in self.collectors):
            raise ValueError("very_large_debt needs a collector with the channel executive, who takes those debts")
        return self

    def minutes(self, channel: WorkChannel) -> int:
        """Minutes that one line of the channel takes."""
        return self.minutes_per.get(channel, USUAL_MINUTES[channel])
