"""The back-test of the cash forecast of a company, from its exports."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from tasks.extract.attach import attach_landing
from tasks.extract.run import extract
from tasks.score.cash.backtest import Past, backtest_cash
from tasks.score.cash.days import past_sundays
from tasks.score.cash.figures import CashBacktest, ModelCash, summarised
from tasks.settings.load import Workspace

if TYPE_CHECKING:
    from tasks.score.fitted.apply import Scoring

DAYS = 12
"""Sundays, four weeks apart: the 48 weeks before the last whole one, so that every season counts."""


def backtest_exports(
    workspace: Workspace,
    as_of: date,
    *,
    known_on: date,
    count: int | None = None,
    scoring: Scoring | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> CashBacktest:
    """The forecasts of the last `count` Sundays (else `DAYS`), four weeks apart, against what was paid before `as_of`. Keeps nothing.

    `known_on`: the day that the exports describe. With `scoring`, days from its model's training on are judged by the model's days
    to payment too.

    Raises:
        UserProblem: the exports cannot be read.
        ForecastDoesNotTie: a forecast does not add up to what was open.
    """
    files = extract(workspace, as_of=as_of).files
    past = Past(
        workspace.settings.company,
        workspace.settings.warehouse,
        lambda connection: attach_landing(connection, workspace, files),
        known_on=known_on,
        as_of=as_of,
    )
    days = past_sundays(as_of, count=count or DAYS)
    with tempfile.TemporaryDirectory(prefix="puntual-cash-") as scratch:
        found = backtest_cash(past, days=days, scratch=Path(scratch), progress=progress)
        if scoring is None:
            return found
        trained_on = scoring.model.trained_on
        since = [day for day in found.days if day >= trained_on]
        if not since:
            return found
        progress("the same with the fitted model's days to payment")
        fitted = backtest_cash(past, days=since, scratch=Path(scratch), scoring=scoring, progress=progress)
    habits = summarised(since, [outcome for outcome in found.outcomes if outcome.made_on in since])
    return replace(found, by_model=ModelCash(trained_on, fitted, habits))
