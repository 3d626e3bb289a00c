"""What keeps planned messages from leaving though nothing is wrong with them: a stop, a list of recipients, the day's limits."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from tasks.ledger.day_limits import DayLimits
from tasks.ledger.ledger import Ledger
from tasks.problems import Problem
from tasks.remind.delivery.allow_list import AllowList
from tasks.segment.ladders import MESSAGE_CHANNELS
from tasks.settings.load import Workspace
from tasks.time_of_day import midnight


def limits_of_today(workspace: Workspace, now: datetime) -> DayLimits:
    """The limits of the settings, counted since midnight at the company."""
    limits = workspace.settings.sending.limits
    return DayLimits(
        since=midnight(now, workspace.settings.company.time_zone),
        per_day=limits.per_day,
        per_channel={str(channel): most for channel, most in limits.per_channel.items()},
    )


def held_back(workspace: Workspace, ledger: Ledger, *, as_of: date, now: datetime) -> Iterator[Problem]:
    """Warnings, without personal data: what is held back of the messages of `as_of`, why, and what lets it go."""
    name = workspace.paths.root.name
    for stop in ledger.stops():
        yield Problem(
            "warning", "sending", str(stop), f"Nothing is lost: `puntual stop {name} --release` lets it go on."
        )
    yield from _not_listed(workspace, ledger, as_of)
    yield from _over_limit(workspace, ledger, now)


def _not_listed(workspace: Workspace, ledger: Ledger, as_of: date) -> Iterator[Problem]:
    entries = workspace.settings.sending.only_to
    if entries is None:
        return
    allowed = AllowList(entries)
    addresses = [
        reminder.recipient_address or ""
        for reminder in ledger.planned_on(as_of)
        if reminder.channel in MESSAGE_CHANNELS
    ]
    waiting = sum(not allowed.holds(address) for address in addresses)
    what = f"{waiting} of the {len(addresses)} messages that wait are to others than the {len(entries)} entries allow"
    if workspace.settings.sending.copy_to_collector and not allowed.holds(workspace.settings.company.collector.email):
        what += "; the collector, who gets a copy of every e-mail, is not on the list, so that no e-mail leaves"
    yield Problem(
        "warning",
        "puntual.yaml: sending.only_to",
        what,
        "Remove it where debtors are to be written to; they stay planned.",
    )


def _over_limit(workspace: Workspace, ledger: Ledger, now: datetime) -> Iterator[Problem]:
    limits = limits_of_today(workspace, now)
    taken = ledger.left_since(limits.since)
    full = [f"per_channel.{channel} ({most})" for channel, most in limits.per_channel.items() if taken[channel] >= most]
    if limits.per_day is not None and taken.total() >= limits.per_day:
        full.append(f"per_day ({limits.per_day})")
    if full:
        yield Problem(
            "warning",
            "puntual.yaml: sending.limits",
            f"nothing more leaves today: {', '.join(full)} is reached",
            "The rest stays planned: raise the limit, or send it by tomorrow's run.",
        )
