"""No feature may know what happened on the day of the score or later: the later part of a ledger is rewritten."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from tests.sql.features.building import (
    Alterations,
    Features,
    build_features,
    differences,
    features_of,
    land,
    score_all_on,
    score_customers_on,
)
from tests.sql.features.random_ledgers import LATER, Ledger, random_ledger

DAY = date(2026, 3, 2)
DAYS = [DAY - timedelta(days=back) for back in (0, 1, 2, 13, 40, 150)]
TRAINED_ON = DAY + timedelta(days=120)
LAST_DAY = DAY + timedelta(days=60)
Rewrite = Callable[[Ledger, date], Ledger]


def all_features(warehouse, ledger: Ledger, *, as_of: date, altered: Alterations | None = None) -> Features:
    """The features of customers and of everything issued before `DAY`, on `DAY` and days before it, as a run of `as_of` knows them."""
    land(warehouse, ledger, as_of=as_of)
    score_all_on(warehouse, DAYS)
    score_customers_on(warehouse, DAYS)
    build_features(warehouse, altered)
    return features_of(warehouse, f"points.invoice_date < DATE '{DAY}' OR points.is_customer")


@pytest.fixture(scope="module")
def any_warehouse(make_module_warehouse):
    """One for all worlds of the module, since each is landed and built anew."""
    return make_module_warehouse()


@pytest.fixture(scope="module")
def run_of_the_day(any_warehouse) -> tuple[Ledger, Features]:
    ledger = random_ledger(1, busy_day=DAY, last_day=LAST_DAY)
    return ledger, all_features(any_warehouse, ledger, as_of=DAY)


@pytest.fixture(scope="module")
def run_of_a_later_day(any_warehouse) -> tuple[Ledger, Features]:
    """Past points as a model is trained on them."""
    ledger = random_ledger(3, busy_day=DAY, last_day=LAST_DAY)
    return ledger, all_features(any_warehouse, ledger, as_of=TRAINED_ON)


@pytest.mark.parametrize("rewrite", LATER.values(), ids=LATER.keys())
def test_what_happens_from_the_day_on_changes_no_feature_of_the_run_of_the_day(
    run_of_the_day: tuple[Ledger, Features], rewrite: Rewrite, any_warehouse
) -> None:
    ledger, features = run_of_the_day
    assert len(features) > 100
    assert differences(features, all_features(any_warehouse, rewrite(ledger, DAY), as_of=DAY)) == []


@pytest.mark.parametrize("rewrite", LATER.values(), ids=LATER.keys())
def test_the_features_of_past_days_know_nothing_of_what_came_later(
    run_of_a_later_day: tuple[Ledger, Features], rewrite: Rewrite, any_warehouse
) -> None:
    ledger, features = run_of_a_later_day
    assert len(features) > 100
    assert differences(features, all_features(any_warehouse, rewrite(ledger, DAY), as_of=TRAINED_ON)) == []


def test_a_run_of_the_day_and_a_later_one_see_the_same_on_the_day(
    run_of_a_later_day: tuple[Ledger, Features], any_warehouse
) -> None:
    ledger, features = run_of_a_later_day
    assert differences(features, all_features(any_warehouse, ledger, as_of=DAY)) == []


PLANTED: dict[str, Alterations] = {
    "documents of the day count": {
        "features.customers": ("days.scored_on > items.invoice_date", "days.scored_on >= items.invoice_date")
    },
    "payments of the day count": {
        "features.customers": (
            "if(items.settled_on < days.scored_on, items.days_late",
            "if(items.settled_on <= days.scored_on, items.days_late",
        )
    },
    "all payments count": {
        "features.customers": ("if(items.settled_on < days.scored_on, items.settled_on, NULL)", "items.settled_on")
    },
    "later payments close what is open": {
        "features.customers": ("(items.is_open OR items.settled_on >= days.scored_on)", "items.is_open")
    },
    "outcomes are known a day early": {
        "features.customers": ("items.known_from <= days.scored_on AS", "items.known_from <= days.scored_on + 1 AS")
    },
    "outcomes are known when they happen": {"features.items": (") + 1", ")")},
    "the branch knows all outcomes": {"features.branches": ("days.scored_on >= daily.known_from", "TRUE")},
    "the branch's circumstances know a day more": {
        "features.branch_contexts": ("wanted.scored_on >= daily.known_from", "wanted.scored_on + 1 >= daily.known_from")
    },
    "the customer's circumstances know a day more": {
        "features.customer_contexts": ("wanted.scored_on >= items.known_from", "wanted.scored_on + 1 >= items.known_from")
    },
    "the customer's circumstances know the days to come": {
        "features.customer_contexts": ("least(items.settled_on, wanted.scored_on)", "coalesce(items.settled_on, wanted.scored_on)")
    },
    "the day's amounts are usual": {
        "features.usual_amounts": ("wanted.scored_on > items.invoice_date", "wanted.scored_on >= items.invoice_date")
    },
    "what is said on the day counts": {
        "features.customer_words": ("wanted.scored_on > disputes.recorded_on", "wanted.scored_on >= disputes.recorded_on")
    },
    "promises are judged by what came later": {
        "features.promises": ("items.settled_on < wanted.scored_on", "items.settled_on IS NOT NULL")
    },
    "what will be said is known": {
        "features.item_words": ("points.scored_on > promises.recorded_on", "points.scored_on >= promises.recorded_on")
    },
    "the resolution to come is known": {
        "features.item_words": ("OR disputes.resolved_on >= points.scored_on", "OR FALSE")
    },
    "the season knows the outcomes to come": {
        "features.seasons": ("days.scored_on - 182 >= daily.known_from", "days.scored_on + 9 >= daily.known_from")
    },
    "a point's own outcome is a feature": {
        "features.receivables": ("customers.mean_days,", "date_diff('day', points.due_on, points.settled_on) AS mean_days,")
    },
}  # fmt: skip


@pytest.mark.parametrize("altered", PLANTED.values(), ids=PLANTED.keys())
def test_the_check_notices_a_planted_leak(altered: Alterations, pair_of_worlds) -> None:
    found = []
    for warehouse in pair_of_worlds:
        build_features(warehouse, altered)
        found.append(features_of(warehouse, f"points.invoice_date < DATE '{DAY}'"))
    assert differences(*found)


@pytest.fixture(scope="module")
def pair_of_worlds(make_module_warehouse):
    """Two worlds that are one before `DAY`, as a later run knows them; without a planted leak they are scored alike."""
    ledger = random_ledger(4, busy_day=DAY, last_day=LAST_DAY, returned=False)
    later = LATER["documents are added"](LATER["payments come a year later"](ledger, DAY), DAY)
    later = LATER["everybody promises and disputes on the day"](later, DAY)
    pair = [make_module_warehouse(), make_module_warehouse()]
    found = [
        all_features(warehouse, world, as_of=TRAINED_ON) for warehouse, world in zip(pair, (ledger, later), strict=True)
    ]
    assert differences(*found) == []
    return pair
