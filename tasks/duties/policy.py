"""`duties:` of `strategy.yaml`: who does what we owe, by when, and which confirmations are asked before a due date (docs/duties.md)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from tasks.duties.kinds import Duty, load_kinds
from tasks.duties.links import LINKS, Link
from tasks.segment.ladders import Name
from tasks.settings.strict import Strict

Days = Annotated[int, Field(ge=0, le=366)]
Owner = Annotated[str, Field(min_length=1, max_length=120)]
OwnerOf = Duty | Literal["default"]


class Duties(Strict):
    """All of `duties:`. An owner is a name, a desk or an address, as people will read it."""

    owners: dict[OwnerOf, Owner] = Field(
        default_factory=dict, description="Who does it, by kind of duty; `default`: every kind that is not listed."
    )
    within_days: dict[OwnerOf, Days] = Field(
        default_factory=dict,
        description="Calendar days to do it in, by kind; `default`: every kind that is not listed.",
    )
    escalate_to: Owner | None = Field(None, description="Who hears of what was not done in time.")
    links: dict[Name, tuple[Link, ...]] = Field(
        default_factory=dict,
        description="By segment: the confirmations that make sense, for instance without goods_received for services. Others: all.",
    )
    needs_purchase_order: tuple[Name, ...] = Field(
        (), description="Segments whose customers refuse an invoice without their purchase order."
    )

    def owner_of(self, duty: Duty) -> str | None:
        """Who does it; None: nobody is named."""
        return self.owners.get(duty, self.owners.get("default"))

    def days_for(self, duty: Duty) -> int:
        """Calendar days to do it in."""
        usual = load_kinds().of(duty).within_days
        return self.within_days.get(duty, self.within_days.get("default", usual))

    def links_of(self, segment: str) -> tuple[Link, ...]:
        """The links that a segment's customers are asked for, in the order of the chain."""
        wanted = self.links.get(segment, LINKS)
        return tuple(link for link in LINKS if link in wanted)
