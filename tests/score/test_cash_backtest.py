"""The cash forecast adds up to what is open, sees no later day, and is judged by what was then paid."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tasks.score.cash.backtest import FORECAST, Past, backtest_cash
from tasks.score.cash.days import past_sundays
from tasks.score.cash.figures import WeekOutcome, as_json, summarised
from tasks.score.cash.tied import ForecastDoesNotTie, check_ties
from tasks.settings.workspace import Company, WarehouseSettings
from tasks.warehouse.connection import Connection
from tasks.warehouse.models import build, build_model, load_models

OUTCOME = WeekOutcome(
    made_on=date(2026, 5, 31),
    currency="EUR",
    week_number=1,
    actual=100.0,
    expected=90.0,
    low=80.0,
    high=110.0,
    due=200.0,
    late_as_usual=150.0,
    average=100.0,
)


@pytest.fixture
def forecast(scored: Connection) -> Connection:
    build(scored, ("delays", "loss", "forecast"))
    (model,) = (model for model in load_models() if model.relation == FORECAST)
    build_model(scored, model)
    return scored


def test_a_forecast_adds_up_to_what_is_open_to_the_cent_in_each_currency(forecast: Connection) -> None:
    check_ties(forecast)
    currencies = forecast.execute("SELECT count(DISTINCT currency), count(*) FROM mart.cash_forecast").fetchone()
    assert currencies == (2, 32)


def test_a_forecast_that_loses_a_cent_is_refused_by_its_currency(forecast: Connection) -> None:
    forecast.execute("UPDATE forecast.week_sums SET receivable_count = receivable_count + 1 WHERE currency = 'MXN'")
    check_ties(forecast)  # the last period takes what the weeks leave
    forecast.execute("CREATE OR REPLACE TABLE kept AS FROM mart.cash_forecast")
    forecast.execute("DROP VIEW mart.cash_forecast")
    forecast.execute("CREATE TABLE mart.cash_forecast AS FROM kept")
    forecast.execute(
        "UPDATE mart.cash_forecast SET expected_amount = expected_amount - 0.01 WHERE currency = 'MXN' AND period_number = 3"
    )
    with pytest.raises(ForecastDoesNotTie, match="MXN"):
        check_ties(forecast)


def test_intervals_hold_what_is_expected_and_cumulative_amounts_never_fall(forecast: Connection) -> None:
    wrong = forecast.execute(
        "SELECT * FROM mart.cash_forecast WHERE expected_amount < 0 OR NOT coalesce(low_amount <= expected_amount, TRUE) "
        "OR NOT coalesce(high_amount >= expected_amount, TRUE) OR overdue_amount > expected_amount"
    ).fetchall()
    assert wrong == []


def test_what_is_paid_later_changes_no_error_of_past_weeks(forecast: Connection) -> None:
    forecast.execute("CREATE TABLE was AS FROM forecast.past_weeks")
    forecast.execute("DELETE FROM landing.payments WHERE paid_on > DATE '2026-06-01'")
    build(forecast, ("staging", "score", "delays", "loss", "forecast"))
    changed = forecast.execute(
        "SELECT * FROM was INNER JOIN forecast.past_weeks AS now USING (company_id, currency, made_on, week_number) "
        "WHERE abs(was.actual_amount - now.actual_amount) > 0.001 OR abs(was.forecast_amount - now.forecast_amount) > 0.001"
    ).fetchall()
    assert changed == []


def test_past_days_are_judged_by_what_was_then_paid(ledger: Connection, tmp_path: Path) -> None:
    tables = {name: ledger.sql(f"FROM landing.{name}").to_arrow_table() for name in ("receivables", "payments")}

    def land(connection: Connection) -> None:
        connection.execute("CREATE SCHEMA IF NOT EXISTS landing")
        for name, table in tables.items():
            connection.register("rows", table)
            connection.execute(f"CREATE TABLE landing.{name} AS FROM rows")
            connection.unregister("rows")

    sender = {"name": "Acme", "email": "acme@example.com"}
    company = Company.model_validate(
        {
            "id": "acme",
            "name": "Acme",
            "country": "ES",
            "language": "es",
            "currency": "EUR",
            "sender": sender,
            "collector": sender,
        }
    )
    past = Past(company, WarehouseSettings(), land, known_on=date(2026, 6, 1), as_of=date(2026, 6, 1))
    days = past_sundays(past.known_on, count=2, weeks_between=8)
    result = backtest_cash(past, days=days, scratch=tmp_path)
    assert list(tmp_path.iterdir()) == []
    assert {outcome.made_on for outcome in result.outcomes} == set(days)
    overall = [item for item in result.figures if (item.first_week, item.last_week) == (1, 13)]
    assert [item.currency for item in overall] == ["EUR", "MXN"]
    for item in overall:
        assert item.actual_amount > 0
        assert item.forecast.absolute is not None
        assert item.due.absolute is not None
        assert item.forecast.absolute < item.due.absolute


def test_past_days_are_sundays_that_leave_a_whole_week() -> None:
    assert past_sundays(date(2018, 12, 3), count=2) == (date(2018, 10, 28), date(2018, 11, 25))
    assert past_sundays(date(2018, 12, 2), count=1) == (date(2018, 11, 25),)


def test_errors_weigh_by_money_and_currencies_stay_apart() -> None:
    other = replace(OUTCOME, week_number=2, actual=300.0, expected=360.0)
    foreign = replace(OUTCOME, currency="MXN", actual=0.0)
    result = summarised([OUTCOME.made_on], [OUTCOME, other, foreign])
    euro = next(
        item for item in result.figures if item.currency == "EUR" and item.last_week == 13 and item.first_week == 1
    )
    assert (euro.weeks, euro.coverage) == (2, 0.5)
    assert euro.forecast.absolute == pytest.approx(70 / 400)
    assert euro.forecast.bias == pytest.approx(50 / 400)
    written = as_json(result)
    assert written["days"] == ["2026-05-31"]
    pesos = next(item for item in result.figures if item.currency == "MXN")
    assert pesos.forecast.absolute is None
    assert pesos.width is None
