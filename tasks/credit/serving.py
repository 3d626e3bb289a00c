"""What a late customer costs: the figures behind the list of customers who cost more than they bring (004-P10)."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import Field

from tasks.credit.entries import Money
from tasks.segment.ladders import Name
from tasks.settings.strict import Strict
from tasks.settings.workspace import CurrencyCode

Percent = Annotated[Decimal, Field(ge=0, le=100, decimal_places=4)]


class CostToServe(Strict):
    """Over the last 365 days: money that was late costs interest, each contact costs work; margin is what sales bring."""

    financing_rate: Percent = Field(description="Percent a year that money costs the company, on 365 days.")
    contact_cost: dict[CurrencyCode, dict[Name, Money]] = Field(
        default_factory=dict, description="Per currency and channel: what one message, call or visit costs."
    )
    margin_percent: Percent | None = Field(None, description="Margin on sales; not known without it.")
    margin_percent_by_class: dict[str, Percent] = Field(
        default_factory=dict, description="By customer class, before margin_percent."
    )
    cost_share_percent: Percent = Field(
        Decimal(10), description="Where no margin is known: a customer is listed from this share of his sales on."
    )
