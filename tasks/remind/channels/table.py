"""The channels of a workspace side by side, as its settings and its strategy have them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from tasks.remind.channels.facts import FACTS, Proof, proof_of
from tasks.remind.channels.open import is_set_up
from tasks.segment.ladders import CHANNELS, MESSAGE_CHANNELS, Channel, Step
from tasks.segment.strategy import Strategy
from tasks.settings.load import Workspace


@dataclass(frozen=True)
class ChannelRow:
    """One channel. `steps`: how many steps of the ladders use it, first choice or not; `costs`: of one contact, by currency.

    `fallbacks`: what its steps take instead where it cannot be used, each once. `keeps_hours`: it waits for the debtor's hours.
    """

    channel: Channel
    is_set_up: bool
    steps: int
    costs: dict[str, Decimal]
    proof: Proof
    keeps_hours: bool
    fallbacks: tuple[Channel, ...]
    shows: str


def channel_rows(workspace: Workspace, strategy: Strategy) -> list[ChannelRow]:
    """Every channel there is; lists for people are always set up."""
    steps = [step for ladder in strategy.ladders.values() for step in ladder.steps]
    return [_row(workspace, strategy, channel, steps) for channel in CHANNELS]


def _row(workspace: Workspace, strategy: Strategy, channel: Channel, steps: list[Step]) -> ChannelRow:
    costs = strategy.credit_policy.cost_to_serve
    message = next((one for one in MESSAGE_CHANNELS if one == channel), None)
    return ChannelRow(
        channel=channel,
        is_set_up=message is None or is_set_up(workspace, message),
        steps=sum(channel in (*step.channels, *step.fallback_channels) for step in steps),
        costs={}
        if costs is None
        else {currency: by[channel] for currency, by in costs.contact_cost.items() if channel in by},
        proof=proof_of(workspace.settings.sending, channel),
        keeps_hours=FACTS[channel].keeps_hours,
        fallbacks=tuple(
            dict.fromkeys(other for step in steps if channel in step.channels for other in step.fallback_channels)
        ),
        shows=FACTS[channel].shows,
    )
