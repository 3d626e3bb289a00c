"""The features of a point depend on the receivable and the day only: not on the run, the order of rows, or the other points."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
import sqlglot
from sqlglot import exp

from tasks.paths import SQL
from tasks.score.features import load_features
from tasks.score.fitted import trees
from tasks.score.fitted.apply import TABLE as FITTED_MODEL
from tasks.score.fitted.history import as_inputs, read_history, texts_of
from tasks.score.fitted.training import Recipe, fit
from tasks.score.points import write_past_points, write_points_of_the_day
from tasks.warehouse.inputs import create_empty
from tasks.warehouse.models import build_model, upstream_of
from tests.score.simulated_history import grow_few_trees
from tests.sql.features.building import build_features, differences, features_of, land, score_all_on, score_customers_on
from tests.sql.features.random_ledgers import Ledger, known_on, random_ledger

DAY = date(2026, 3, 2)
LATER = DAY + timedelta(days=120)
CUSTOMER_DAYS = (DAY, DAY - timedelta(days=90))
LEDGER = random_ledger(11, busy_day=DAY, last_day=DAY + timedelta(days=60))


@pytest.fixture(scope="module")
def run_of_the_day(make_module_warehouse):
    """A warehouse with the features of what a run of `DAY` scores, from what was known that morning."""
    warehouse = make_module_warehouse()
    land(warehouse, known_on(LEDGER, DAY), as_of=DAY)
    write_points_of_the_day(warehouse.connection, trained_on=DAY - timedelta(days=200))
    build_features(warehouse)
    return warehouse


@pytest.fixture(scope="module")
def past(make_module_warehouse):
    """A warehouse with the features of all past points, as the training of a later day reads them."""
    warehouse = make_module_warehouse()
    land(warehouse, LEDGER, as_of=LATER)
    write_past_points(warehouse.connection)
    warehouse.connection.execute(
        "INSERT INTO scoring.points SELECT company_id, receivable_id, $1 FROM staging.settlements WHERE invoice_date <= $1",
        [DAY],
    )
    warehouse.connection.execute("CREATE OR REPLACE TABLE scoring.points AS SELECT DISTINCT * FROM scoring.points")
    score_customers_on(warehouse, CUSTOMER_DAYS)
    build_features(warehouse)
    return warehouse


def shuffled(ledger: Ledger) -> Ledger:
    chance = random.Random(5)  # noqa: S311 a test needs no secrets
    return replace(
        ledger,
        receivables=chance.sample(ledger.receivables, len(ledger.receivables)),
        payments=chance.sample(ledger.payments, len(ledger.payments)),
        customers=chance.sample(ledger.customers, len(ledger.customers)),
        promises=chance.sample(ledger.promises, len(ledger.promises)),
        disputes=chance.sample(ledger.disputes, len(ledger.disputes)),
    )


def build_shuffled(warehouse, past) -> None:
    """Builds the features of the points of `past`, both the ledger and the points in another order."""
    land(warehouse, shuffled(LEDGER), as_of=LATER)
    warehouse.connection.execute("CREATE OR REPLACE TABLE scoring.points AS SELECT * FROM scoring.points LIMIT 0")
    points = past.connection.execute("SELECT * FROM scoring.points ORDER BY hash(receivable_id, scored_on)")
    warehouse.connection.executemany("INSERT INTO scoring.points VALUES (?, ?, ?)", points.fetchall())
    score_customers_on(warehouse, CUSTOMER_DAYS)
    build_features(warehouse)


def test_the_run_of_the_day_sees_what_training_sees_later(run_of_the_day, past) -> None:
    of_the_day, trained = features_of(run_of_the_day), features_of(past)
    assert {day for _, day in of_the_day} > {DAY}
    assert len([day for _, day in of_the_day if day == DAY]) > 20
    assert of_the_day.keys() <= trained.keys()
    assert differences(of_the_day, {point: trained[point] for point in of_the_day}) == []


def test_the_order_of_rows_changes_nothing(past, warehouse) -> None:
    build_shuffled(warehouse, past)
    assert differences(features_of(past), features_of(warehouse)) == []


def test_other_points_change_nothing(past, warehouse) -> None:
    land(warehouse, LEDGER, as_of=LATER)
    score_all_on(warehouse, [DAY])
    warehouse.connection.execute("DELETE FROM scoring.points WHERE receivable_id NOT LIKE '%7'")
    build_features(warehouse)
    alone = features_of(warehouse)
    assert 1 < len(alone) < 12
    assert differences({point: features_of(past)[point] for point in alone}, alone) == []


def test_the_sql_lists_the_features_of_the_yaml_in_order() -> None:
    select = sqlglot.parse_one((SQL / "fitted" / "inputs.sql").read_text(encoding="utf-8"), dialect="duckdb")
    listed = select.find(exp.Array)
    assert listed is not None
    columns = [
        [column.name for column in item.find_all(exp.Column) if column.table == "receivables"] for item in listed
    ]
    assert columns == [[feature.name] for feature in load_features()]
    for item, feature in zip(listed, load_features(), strict=True):
        assert isinstance(item, exp.Cast)
        assert item.to.this is exp.DataType.Type.FLOAT
        texts = [literal.name for literal in item.find_all(exp.Literal)]
        assert texts == ([feature.name] if feature.kind == "category" else [])


def test_every_feature_is_a_column_that_says_something(past) -> None:
    columns = past.columns("features.receivables")
    assert [feature.name for feature in load_features() if feature.name not in columns] == []
    known = features_of(past).values()
    # The settings of these tests name one attribute of six.
    silent = {feature.name for feature in load_features() if all(row[feature.name] is None for row in known)}
    assert silent == {
        name for name in columns if name.removeprefix("branch_")[:11] in {f"attribute_{n}" for n in range(2, 7)}
    }


def test_training_and_scoring_read_the_same_numbers(past) -> None:
    history = read_history(past.connection)
    codes = texts_of(history, np.full(len(history), True), most=2)
    create_empty(past.connection, "policy.fitted_model", FITTED_MODEL)
    past.fill(
        "policy.fitted_model",
        [{"codes": {name: dict(zip(texts, range(2), strict=False)) for name, texts in codes.items()}}],
    )
    build_model(past.connection, upstream_of("fitted.inputs")[-1])
    rows = past.connection.execute("SELECT receivable_id, scored_on, has_history, inputs FROM fitted.inputs").fetchall()
    in_sql = {(receivable, np.datetime64(day)): (known, inputs) for receivable, day, known, inputs in rows}
    expected = as_inputs(history, codes)
    assert len(history) > 300
    for place, point in enumerate(zip(history.receivable, history.scored_on, strict=True)):
        known, inputs = in_sql[point]
        assert known == history.has_history[place]
        assert np.array_equal(np.array(inputs, dtype=np.float32), expected[place], equal_nan=True)


def test_the_order_of_rows_changes_no_model(past, warehouse, monkeypatch) -> None:
    monkeypatch.setattr(trees, "LEAST_ROWS", 60)
    grow_few_trees(monkeypatch, 3)
    build_shuffled(warehouse, past)
    one, other = (
        fit(read_history(each.connection), LATER, Recipe(branch="plant", attributes=("channel",)), name="m")
        for each in (past, warehouse)
    )
    assert {key: bytes(fitted.booster.save_raw()) for key, fitted in one.classifiers.items()} == {
        key: bytes(fitted.booster.save_raw()) for key, fitted in other.classifiers.items()
    }
    assert [fitted.calibration for fitted in one.classifiers.values()] == [
        fitted.calibration for fitted in other.classifiers.values()
    ]
    assert (one.codes, one.delays.widen) == (other.codes, other.delays.widen)
    assert bytes(one.delays.booster.save_raw()) == bytes(other.delays.booster.save_raw())
