"""Decides day after day with one or more strategies, each with its own memory of what it said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from tasks.extract.attach import attach_landing
from tasks.extract.run import extract
from tasks.ledger.ledger import Ledger
from tasks.progress import report
from tasks.score.build import build_scores
from tasks.score.fitted.use import scoring_on
from tasks.segment.decide import decide
from tasks.segment.strategy import Strategy
from tasks.settings.load import Workspace
from tasks.simulation.memory import begin, recall, remember
from tasks.warehouse.connection import Connection
from tasks.warehouse.work import write_ledger_facts, write_parameters

MOST_DAYS = 400
"""A simulation of more days is refused: each is a run's worth of work."""


@dataclass(frozen=True)
class Period:
    """The days of a simulation, both included; `known_on` is the day that the exports describe."""

    first: date
    last: date
    known_on: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError(f"the last day, {self.last}, is before the first, {self.first}")
        if (self.last - self.first).days >= MOST_DAYS:
            raise ValueError(f"more than {MOST_DAYS} days")

    def days(self) -> Iterator[date]:
        """Every calendar day: a strategy's own quiet days keep it silent."""
        for ahead in range((self.last - self.first).days + 1):
            yield self.first + timedelta(days=ahead)


def simulate(
    connection: Connection,
    workspace: Workspace,
    ledger: Ledger,
    period: Period,
    strategies: Mapping[str, Strategy],
) -> None:
    """Fills `simulation.said` of an empty work database with what each of `strategies` (by label) would say in the period.

    All start from what the ledger had really said before the first day. Days after `period.known_on` are days of no news: nothing
    is paid, and payments count as fresh.

    Raises:
        SettingsProblem, UserProblem: the workspace or its exports cannot be used.
    """
    before = ledger.facts(period.first)
    extraction = extract(workspace, as_of=min(period.last, period.known_on))
    begin(connection)
    days: Sequence[date] = tuple(period.days())
    for number, day in enumerate(days, start=1):
        write_parameters(
            connection,
            workspace.settings.company,
            run_id=f"{day:%Y%m%d}-00000000",
            as_of=day,
            known_on=period.known_on,
            letter_service=workspace.settings.sending.letter_service,
        )
        if number == 1:
            attach_landing(connection, workspace, extraction.files)
        today = ledger.facts(day)
        write_ledger_facts(connection, today)
        build_scores(connection, scoring_on(workspace, day))
        for label, strategy in strategies.items():
            recall(connection, label, before, today)
            decide(connection, _on(strategy, day, period), batch_size=workspace.settings.sending.batch_size)
            remember(connection, label, day)
        report("simulate", number, len(days))


def _on(strategy: Strategy, day: date, period: Period) -> Strategy:
    """The strategy as of a day: what is not known ahead, who pays and how fresh payments will be, is left out of it."""
    unknown: dict[str, None] = {"thank_you": None}
    if day > period.known_on:
        unknown["payments_fresh_within_days"] = None
    return strategy.model_copy(update=unknown)
