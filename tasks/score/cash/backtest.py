"""Makes the cash forecast of past days again from one landing and compares it with what was then paid."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from tasks.score.build import build_scores
from tasks.score.cash.figures import CashBacktest, WeekOutcome, summarised
from tasks.score.cash.tied import check_ties
from tasks.settings.workspace import Company, WarehouseSettings
from tasks.warehouse.connection import Connection, open_for_building
from tasks.warehouse.inputs import create_empty_inputs
from tasks.warehouse.models import build, build_model, load_models
from tasks.warehouse.work import write_parameters

if TYPE_CHECKING:
    from tasks.score.fitted.apply import Scoring

FORECAST = "mart.cash_forecast"
_OUTCOMES = Path(__file__).parent / "outcomes.sql"
_AVERAGED = timedelta(days=91)
"""The naive plan of the last 13 weeks looks back so far."""


@dataclass(frozen=True)
class Past:
    """What past days are built from.

    `land` writes `landing` (and `ledger`, where there is one) into a work database; `known_on` is the day that the exports
    describe, `as_of` the one before which payments are looked at (the same day, or an earlier one).
    """

    company: Company
    warehouse: WarehouseSettings
    land: Callable[[Connection], None]
    known_on: date
    as_of: date


def backtest_cash(
    past: Past,
    *,
    days: Sequence[date],
    scratch: Path,
    scoring: Scoring | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> CashBacktest:
    """The forecast of each of `days` (Sundays: `days.past_sundays`) against the payments before `past.as_of`.

    With `scoring`, days to payment are those of its model, which must have been trained by the first of `days`; else habits.

    Writes work databases into `scratch` and removes them. On each day only what was known then is used; the amounts judged are
    those of receivables that were open then, up to what was open. A day on which nothing was open is left out.

    Raises:
        ForecastDoesNotTie: a forecast does not add up to what was open.
    """
    with _work(past, past.as_of, scratch) as connection:
        receipts = connection.execute(
            "SELECT company_id, receivable_id, currency, paid_on, amount FROM staging.allocations WHERE paid_on > $1",
            [min(days) - _AVERAGED],
        ).to_arrow_table()
    outcomes = []
    for day in days:
        progress(f"forecasting cash as on {day}")
        outcomes += _outcomes(past, day, receipts, scratch, scoring)
    judged = {outcome.made_on for outcome in outcomes}
    return summarised([day for day in days if day in judged], outcomes)


def _outcomes(past: Past, day: date, receipts: pa.Table, scratch: Path, scoring: Scoring | None) -> list[WeekOutcome]:
    (forecast,) = (model for model in load_models() if model.relation == FORECAST)
    with _work(past, day, scratch, scoring) as connection:
        build(connection, ("delays", "loss", "forecast"))
        build_model(connection, forecast)
        check_ties(connection)
        connection.execute("CREATE SCHEMA later")
        connection.register("incoming_receipts", receipts)
        connection.execute("CREATE TABLE later.receipts AS SELECT * FROM incoming_receipts")
        connection.unregister("incoming_receipts")
        found = connection.execute(_OUTCOMES.read_text(encoding="utf-8"), {"known_on": past.as_of}).fetchall()
    return [WeekOutcome(day, *row) for row in found]


@contextmanager
def _work(past: Past, day: date, scratch: Path, scoring: Scoring | None = None) -> Iterator[Connection]:
    """A work database of `day` with its scores, deleted afterwards."""
    path = scratch / "cash.duckdb"
    try:
        with open_for_building(path, past.warehouse) as connection:
            past.land(connection)
            run_id = f"{day:%Y%m%d}-00000000"
            write_parameters(connection, past.company, run_id=run_id, as_of=day, known_on=past.known_on)
            create_empty_inputs(connection)
            build_scores(connection, scoring)
            yield connection
    finally:
        path.unlink(missing_ok=True)
