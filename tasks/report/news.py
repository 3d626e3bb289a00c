"""What the flow knows of a run and the work database does not: how it ran, what left, where to look further."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tasks.ledger.counts import ReminderCounts

Mode = Literal["plan", "send"]


@dataclass(frozen=True)
class Link:
    """Where to look further: a name (key of the words) and a path or address."""

    name: str
    target: str


@dataclass(frozen=True)
class StageSeconds:
    """How long a stage took."""

    stage: str
    seconds: float


@dataclass(frozen=True, kw_only=True)
class RunNews:
    """What the flow knows and the work database does not."""

    mode: Mode
    reminders: ReminderCounts
    warnings: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    seconds: tuple[StageSeconds, ...] = ()
    strategy_waits: bool = False
    answers: int = 0
