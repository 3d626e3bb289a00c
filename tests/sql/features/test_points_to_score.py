"""Which receivables are scored on which days, to train a model and on the day of a run, and which weekdays count as worked."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tasks.score import points as points_module
from tasks.score.feature_tables import load_feature_tables, rolled_due_dates
from tasks.score.points import write_past_points, write_points_of_the_day
from tasks.settings.score import ScoreSettings
from tests.sql.features.building import build_features, land
from tests.sql.features.random_ledgers import Ledger, Row

AS_OF = date(2026, 6, 1)
ISSUED, DUE = date(2026, 1, 15), date(2026, 2, 14)


def item(name: str, *, paid_on: date | None = None, **columns: object) -> tuple[Row, list[Row]]:
    """A receivable over 100, by default issued in January and due in February, and its payment."""
    row: Row = {
        "receivable_id": name,
        "document_number": f"D{name}",
        "amount": 100,
        "invoice_date": ISSUED,
        "due_date": DUE,
    }
    paid: Row = {"payment_id": f"P{name}", "receivable_id": name, "amount": 100, "paid_on": paid_on}
    return row | columns, [paid] if paid_on else []


def ledger_of(*items: tuple[Row, list[Row]]) -> Ledger:
    return Ledger([row for row, _ in items], [payment for _, payments in items for payment in payments])


def points_of(warehouse, name: object) -> list[str]:
    """The days on which the receivable is scored, as `features.points` has them."""
    found = warehouse.rows("features.points", ["scored_on"], f"receivable_id = '{name}'")
    return sorted(str(row["scored_on"]) for row in found)


PAST = {
    "paid on the first of a month": (item("1", paid_on=date(2026, 3, 1)), ["2026-01-15", "2026-02-01", "2026-03-01"]),
    "paid on the last of a month": (item("2", paid_on=date(2026, 2, 28)), ["2026-01-15", "2026-02-01"]),
    "paid on the day of its issue": (item("3", paid_on=ISSUED), ["2026-01-15"]),
    "paid ahead": (item("4", paid_on=date(2026, 1, 14)), []),
    "open": (item("5"), ["2026-01-15", "2026-02-01", "2026-03-01", "2026-04-01", "2026-05-01"]),
    "paid on the day of the run": (
        item("6", paid_on=AS_OF),
        ["2026-01-15", "2026-02-01", "2026-03-01", "2026-04-01", "2026-05-01"],
    ),
    "closed on an unknown day": (item("7", open_amount=0), ["2026-01-15"]),
    "issued on the first of a month": (
        item("8", invoice_date=date(2026, 2, 1)),
        ["2026-02-01", "2026-03-01", "2026-04-01", "2026-05-01"],
    ),
    "issued on the day of the run": (item("9", invoice_date=AS_OF, due_date=date(2026, 7, 1)), ["2026-06-01"]),
    "issued later": (item("10", invoice_date=date(2026, 6, 2), due_date=date(2026, 7, 1)), []),
    "a credit note": (item("11", amount=-100), []),
}
OF_THE_DAY = {
    "open": (item("1"), ["2026-06-01"]),
    "settled yesterday": (item("2", paid_on=date(2026, 5, 31)), []),
    "issued on the day": (item("3", invoice_date=AS_OF, due_date=date(2026, 7, 1)), ["2026-06-01"]),
    "open, and due since the training": (
        item("4", invoice_date=date(2026, 4, 1), due_date=date(2026, 5, 1)),
        ["2026-04-01", "2026-06-01"],
    ),
    "settled, and due since the training": (
        item("5", invoice_date=date(2026, 4, 1), due_date=date(2026, 5, 1), paid_on=date(2026, 4, 30)),
        ["2026-04-01"],
    ),
    "due on the day tells nothing yet": (item("6", invoice_date=date(2026, 4, 1), due_date=AS_OF), ["2026-06-01"]),
    "issued before the training": (
        item("7", invoice_date=date(2026, 2, 28), due_date=date(2026, 5, 1)),
        ["2026-06-01"],
    ),
    "due ninety days ago": (
        item("8", invoice_date=date(2026, 3, 1), due_date=date(2026, 3, 3)),
        ["2026-03-01", "2026-06-01"],
    ),
    "due earlier": (item("9", invoice_date=date(2026, 3, 1), due_date=date(2026, 3, 2)), ["2026-06-01"]),
}


@pytest.fixture(scope="module")
def past(make_module_warehouse):
    warehouse = make_module_warehouse()
    land(warehouse, ledger_of(*(given for given, _ in PAST.values())), as_of=AS_OF)
    write_past_points(warehouse.connection)
    write_past_points(warehouse.connection)  # Written anew, not added to.
    build_features(warehouse)
    return warehouse


@pytest.fixture(scope="module")
def of_the_day(make_module_warehouse):
    warehouse = make_module_warehouse()
    land(warehouse, ledger_of(*(given for given, _ in OF_THE_DAY.values())), as_of=AS_OF)
    write_points_of_the_day(warehouse.connection, trained_on=date(2026, 3, 1))
    build_features(warehouse)
    return warehouse


@pytest.mark.parametrize(("given", "days"), PAST.values(), ids=PAST.keys())
def test_a_receivable_is_looked_at_when_issued_and_each_month_while_it_is_open(past, given, days) -> None:
    assert points_of(past, given[0]["receivable_id"]) == days


def test_what_is_unpaid_for_years_is_looked_at_no_longer(warehouse) -> None:
    land(warehouse, ledger_of(item("R", invoice_date=date(2020, 1, 1), due_date=date(2020, 1, 31))), as_of=AS_OF)
    write_past_points(warehouse.connection)
    build_features(warehouse)
    assert points_of(warehouse, "R")[-1] == "2021-03-01"


@pytest.mark.parametrize(("given", "days"), OF_THE_DAY.values(), ids=OF_THE_DAY.keys())
def test_the_day_scores_what_is_open_and_what_judges_the_level(of_the_day, given, days) -> None:
    assert points_of(of_the_day, given[0]["receivable_id"]) == days


def test_the_same_receivables_judge_the_level_whatever_the_order_of_rows(warehouse, monkeypatch) -> None:
    monkeypatch.setattr(points_module, "MOST_CHECKED", 7)
    items = [
        item(f"R{number}", invoice_date=date(2026, 4, 1), due_date=date(2026, 5, 1), paid_on=date(2026, 5, 4))
        for number in range(40)
    ]
    chosen = []
    for ledger in (ledger_of(*items), ledger_of(*reversed(items))):
        land(warehouse, ledger, as_of=AS_OF)
        write_points_of_the_day(warehouse.connection, trained_on=date(2026, 3, 1))
        chosen.append({row["receivable_id"] for row in warehouse.rows("scoring.points", ["receivable_id"])})
    assert len(chosen[0]) == 7
    assert chosen[0] == chosen[1]


def test_due_dates_roll_over_weekends_and_holidays_to_the_next_working_day() -> None:
    # Friday 1 May 2026 is a holiday in Spain; 25 December is a Friday; New Year 2027 is a Friday and the last day asked for.
    rolled = dict(rolled_due_dates("ES", date(2026, 4, 30), date(2027, 1, 1)))
    assert {day: rolled[day] for day in map(date.fromisoformat, ("2026-05-01", "2026-05-02", "2026-05-03"))} == {
        date(2026, 5, 1): date(2026, 5, 4),
        date(2026, 5, 2): date(2026, 5, 4),
        date(2026, 5, 3): date(2026, 5, 4),
    }
    assert rolled[date(2026, 12, 25)] == date(2026, 12, 28)
    assert rolled[date(2027, 1, 1)] == date(2027, 1, 4)
    assert date(2026, 4, 30) not in rolled
    assert all(working.weekday() < 5 and working not in rolled and working > day for day, working in rolled.items())


def test_a_country_that_nobody_knows_has_weekends_only() -> None:
    week = dict(rolled_due_dates("ZZ", date(2026, 4, 27), date(2026, 5, 3)))
    assert week == {date(2026, 5, 2): date(2026, 5, 4), date(2026, 5, 3): date(2026, 5, 4)}
    assert rolled_due_dates("ZZ", date(2026, 5, 3), date(2026, 5, 2)) == []


def test_the_tables_hold_what_the_settings_say_and_nothing_of_a_former_run(warehouse) -> None:
    days = (date(2026, 5, 2), date(2026, 5, 3))
    told = ScoreSettings(working_days=True, branch="plant")
    load_feature_tables(
        warehouse.connection, settings=told, country="ES", attributes=[f"a{n}" for n in range(8)], days=days
    )
    slots = warehouse.rows("policy.score_attributes", ["slot", "name"])
    assert slots == [{"slot": 0, "name": "plant"}, *({"slot": n, "name": f"a{n - 1}"} for n in range(1, 7))]
    assert len(warehouse.rows("policy.working_days", ["due_date"])) == 2
    load_feature_tables(warehouse.connection, settings=ScoreSettings(), country="ES", attributes=(), days=days)
    assert warehouse.rows("policy.score_attributes", ["slot"]) == []
    assert warehouse.rows("policy.working_days", ["due_date"]) == []
    assert warehouse.rows("policy.score_settings", ["recent_days", "base_weight"]) == [
        {"recent_days": 150, "base_weight": 30.0}
    ]


def test_the_calendar_of_the_settings_goes_before_the_country_of_the_company(warehouse) -> None:
    # 16 September is Mexico's day of independence, a Wednesday in 2026.
    day = date(2026, 9, 16)
    for calendar, expected in ((None, 0), ("MX", 1)):
        settings = ScoreSettings(working_days=True, calendar=calendar)
        load_feature_tables(warehouse.connection, settings=settings, country="ES", attributes=(), days=(day, day))
        found = warehouse.rows("policy.working_days", ["due_date", "working_day"])
        assert found == [{"due_date": day, "working_day": day + timedelta(days=1)}][:expected]
