"""Large ledgers are thinned before features are built: evenly, always alike, with newcomers and the test kept whole."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from tasks.score import points as points_module
from tasks.score.fitted.history import History, pooled, read_history
from tasks.score.points import WHOLE, Thinning, write_past_points
from tests.sql.features.building import build_features, land
from tests.sql.features.random_ledgers import Ledger, random_ledger

AS_OF = date(2026, 6, 1)
TEST_FROM = date(2026, 2, 1)
LEDGER = random_ledger(5, busy_day=date(2026, 3, 2), last_day=date(2026, 5, 20), items=220)
Point = tuple[str, date]


@pytest.fixture(scope="module")
def landed(make_module_warehouse):
    warehouse = make_module_warehouse()
    land(warehouse, LEDGER, as_of=AS_OF)
    return warehouse


@pytest.fixture
def few_points(monkeypatch) -> None:
    monkeypatch.setattr(points_module, "MOST_SAMPLED", 150)
    monkeypatch.setattr(points_module, "MOST_JUDGED", 10_000)


def points_in(warehouse, relation: str = "scoring.points") -> set[Point]:
    rows = warehouse.rows(relation, ["receivable_id", "scored_on"])
    found = {(str(row["receivable_id"]), row["scored_on"]) for row in rows}
    assert len(found) == len(rows)
    return found


def days_of(ledger: Ledger, name: str) -> dict[str, date]:
    """The invoice or due date of each invoice."""
    days = {str(row["receivable_id"]): row[name] for row in ledger.receivables if row["document_type"] == "invoice"}
    return {name: day for name, day in days.items() if isinstance(day, date)}


def test_a_small_ledger_stays_whole(landed) -> None:
    assert write_past_points(landed.connection, judged_from=TEST_FROM) == WHOLE
    assert {(name, day) for name, day in days_of(LEDGER, "invoice_date").items() if day <= AS_OF} <= points_in(landed)
    assert points_in(landed, "scoring.extra_points") == set()


@pytest.mark.usefixtures("few_points")
def test_what_is_judged_stays_whole_and_the_rest_is_an_even_sample(landed) -> None:
    write_past_points(landed.connection)
    unjudged = points_in(landed)
    thinning = write_past_points(landed.connection, judged_from=TEST_FROM)
    kept, extra = points_in(landed), points_in(landed, "scoring.extra_points")
    assert 0.1 < thinning.sampled < 0.5
    assert (thinning.judged, thinning.newcomers) == (1.0, 1.0)
    due = days_of(LEDGER, "due_date")
    judged = {
        (name, day) for name, day in days_of(LEDGER, "invoice_date").items() if day >= TEST_FROM and due[name] < AS_OF
    }
    assert len(judged) > 40
    assert judged <= kept
    assert extra < kept
    sample = kept - extra
    assert 100 < len(sample) < 200
    # A point is in the sample or not whatever else is asked for.
    assert {point for point in sample if point in unjudged} == sample
    assert 0.15 < len(sample & judged) / len(judged) < 0.6


@pytest.mark.usefixtures("few_points")
def test_the_order_of_rows_changes_no_choice(landed, make_module_warehouse) -> None:
    other = make_module_warehouse()
    chance = random.Random(2)  # noqa: S311 a test needs no secrets
    land(other, replace(LEDGER, receivables=chance.sample(LEDGER.receivables, len(LEDGER.receivables))), as_of=AS_OF)
    for warehouse in (landed, other):
        write_past_points(warehouse.connection, judged_from=TEST_FROM)
    for relation in ("scoring.points", "scoring.extra_points"):
        assert points_in(landed, relation) == points_in(other, relation)


def test_a_test_of_too_many_is_thinned_evenly_and_says_so(landed, monkeypatch) -> None:
    monkeypatch.setattr(points_module, "MOST_SAMPLED", 60)
    monkeypatch.setattr(points_module, "MOST_JUDGED", 40)
    monkeypatch.setattr(points_module, "MOST_NEWCOMERS", 10)
    thinning = write_past_points(landed.connection, judged_from=TEST_FROM)
    assert thinning.sampled < thinning.judged < 1
    build_features(landed)
    history = read_history(landed.connection, is_thinned=True, judged_share=thinning.judged)
    assert history.judged_share == thinning.judged
    assert history.is_thinned
    assert 0 < history.is_even.sum() < len(history)


def history_of(warehouse, thinning: Thinning) -> History:
    build_features(warehouse)
    return read_history(warehouse.connection, is_thinned=thinning != WHOLE)


@pytest.mark.usefixtures("few_points")
def test_the_history_knows_its_sample(landed) -> None:
    thinning = write_past_points(landed.connection, judged_from=TEST_FROM)
    history = history_of(landed, thinning)
    extra = points_in(landed, "scoring.extra_points")
    named = list(zip(history.receivable, history.scored_on.astype(object), strict=True))
    assert [point not in extra for point in named] == history.is_even.tolist()
    both = pooled([history, replace(history, in_sample=None)])
    assert both.is_even.sum() == history.is_even.sum() + len(history)


def test_what_came_back_is_told_as_it_was_on_each_morning(landed) -> None:
    history = history_of(landed, write_past_points(landed.connection))
    spells = history.spells
    assert len(spells.place) > 20
    for place in set(spells.place.tolist()):
        own = spells.place == place
        until, settled_on = spells.until[own][::-1], spells.settled_on[own][::-1]
        for day in history.scored_on[place] + np.arange(1, 200, 7):
            holds = int(np.searchsorted(until, day))
            expected = settled_on[holds] if holds < len(until) else history.settled_on[place]
            assert np.array_equal(history.settled_by(day)[place], expected, equal_nan=True)


def test_pooled_histories_keep_what_was_known_of_each_point(landed) -> None:
    history, day = history_of(landed, write_past_points(landed.connection)), np.datetime64(TEST_FROM)
    both = pooled([history, history])
    told = dict(zip(zip(both.receivable, both.scored_on, strict=True), both.settled_by(day), strict=True))
    assert not np.array_equal(history.settled_by(day), history.settled_on, equal_nan=True)
    for company in "01":
        for name, scored_on, settled_on in zip(
            history.receivable, history.scored_on, history.settled_by(day), strict=True
        ):
            assert np.array_equal(told[f"{company}:{name}", scored_on], settled_on, equal_nan=True)


def test_a_debit_that_bounces_was_in_time_until_it_bounced(warehouse) -> None:
    named = {"receivable_id": "R", "amount": 100}
    row = named | {"document_number": "D", "invoice_date": date(2026, 1, 15), "due_date": date(2026, 2, 13)}
    money = [(date(2026, 2, 12), 100), (date(2026, 3, 20), -100), (date(2026, 4, 9), 100)]
    payments = [named | {"payment_id": f"P{day}", "paid_on": day, "amount": amount} for day, amount in money]
    land(warehouse, Ledger([row], payments), as_of=AS_OF)
    history = history_of(warehouse, write_past_points(warehouse.connection))
    # No point while it was paid.
    assert history.scored_on.astype(str).tolist() == ["2026-01-15", "2026-02-01", "2026-04-01"]
    returned, known = np.datetime64("2026-03-20"), np.datetime64("2026-03-21")
    assert [history.is_late(7, day)[0] for day in (returned, known)] == [False, True]
    assert [history.delay(day)[0] for day in (returned, known, np.datetime64("2026-05-01"))] == [-1, 36, 55]
    assert history.is_late(7).tolist() == [True, True, True]
