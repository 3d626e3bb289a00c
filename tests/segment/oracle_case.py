"""One receivable on its way through the rules of the oracle."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from tasks.segment.ladders import Ladder
from tests.segment.oracle_ladder import Place
from tests.segment.oracle_routes import Reach
from tests.segment.worlds import Receivable

THREATS = ("suspension_deadline", "suspension", "legal_deadline", "hand_over")
ONE_DAY = timedelta(days=1)


@dataclass
class Case:
    """One receivable on its way through the rules."""

    receivable: Receivable
    ladder_name: str | None
    ladder: Ladder | None
    place: Place
    reason: str | None = None
    earliest_on: date | None = None
    reach: Reach | None = None
    held_out_until: date | None = None
    needs_approval: bool = False
