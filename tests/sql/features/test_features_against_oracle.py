"""The features of customers on random ledgers, counted by the SQL and by a plain-Python oracle."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tasks.score.scorecard import read_scorecard
from tests.sql.features.building import build_features, land, score_all_on
from tests.sql.features.feature_oracle import Item, customer_on, shares_on
from tests.sql.features.random_ledgers import random_ledger

DAY = date(2026, 3, 2)
DAYS = [DAY - timedelta(days=back) for back in (0, 1, 17, 90, 300)]


@pytest.fixture(scope="module", params=[21, 22])
def world(request, make_module_warehouse):
    """A warehouse with features of many days, and its items as the oracle sees them."""
    ledger = random_ledger(request.param, busy_day=DAY, last_day=DAY, items=140)
    warehouse = make_module_warehouse()
    land(warehouse, ledger, as_of=DAY)
    score_all_on(warehouse, DAYS)
    build_features(warehouse)
    rolled = {
        row["due_date"]: row["working_day"]
        for row in warehouse.rows("policy.working_days", ["due_date", "working_day"])
    }
    names = [
        "receivable_id",
        "customer_id",
        "amount",
        "invoice_date",
        "due_date",
        "settled_on",
        "settled_on_before",
        "open_amount",
    ]
    plants = {row["receivable_id"]: row.get("custom_references") or {} for row in ledger.receivables}
    items = [
        Item(
            customer=row["customer_id"],
            branch=plants[row["receivable_id"]].get("plant", ""),
            invoice_date=row["invoice_date"],
            due_on=rolled.get(row["due_date"], row["due_date"]),
            settled_on=row["settled_on_before"],
            is_silent=row["settled_on"] is None and row["settled_on_before"] is None and row["open_amount"] == 0,
        )
        for row in warehouse.rows("staging.settlements", names)
        if row["amount"] > 0
    ]
    return warehouse, items


def same(found: object, expected: object) -> bool:
    if isinstance(expected, float) and found is not None:
        # Weights of payments are summed to eleven decimals.
        return found == pytest.approx(expected, rel=1e-9, abs=1e-9)
    return found == expected


def test_customers_are_counted_as_a_person_would(world) -> None:
    warehouse, items = world
    expected_names = list(customer_on([], "", DAY))
    names = [name for name in expected_names if name not in ("last_ten", "quantiles")]
    rows = warehouse.rows("features.customers", ["customer_id", "scored_on", "last_outcomes", "quantile_days", *names])
    assert len(rows) > 30
    for row in rows:
        expected = customer_on(items, row["customer_id"], row["scored_on"])
        found = {name: row[name] for name in names}
        found["last_ten"] = [outcome % 10000 - 1000 for outcome in row["last_outcomes"] or []]
        found["quantiles"] = row["quantile_days"]
        for name in expected_names:
            if name == "quantiles" and expected[name] is not None:
                assert found[name] == pytest.approx(expected[name], abs=1e-9)
            else:
                assert same(found[name], expected[name]), (
                    row["customer_id"],
                    row["scored_on"],
                    name,
                    found[name],
                    expected[name],
                )


def test_late_shares_are_drawn_to_the_branch_as_a_person_would(world) -> None:
    warehouse, items = world
    card = read_scorecard().parameters
    names = list(shares_on([], "", "", DAY, (card.prior_late_share, card.company_weight)))
    rows = warehouse.rows("features.shares", ["customer_id", "branch", "scored_on", *names])
    assert len(rows) > 60
    for row in rows:
        expected = shares_on(
            items, row["customer_id"], row["branch"], row["scored_on"], (card.prior_late_share, card.company_weight)
        )
        assert {name: row[name] for name in names} == pytest.approx(expected, abs=1e-12)
