"""Money that comes back, once or twice, in part or in whole, and is paid again: past days know what was known on them."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.sql.features.building import Features, build_features, differences, features_of, land, score_all_on
from tests.sql.features.random_ledgers import LATER, Ledger, Row, known_on, random_ledger

LAST_DAY = date(2026, 5, 1)
TRAINED_ON = LAST_DAY + timedelta(days=60)
BUSY_DAY = date(2026, 3, 2)
DAYS = [BUSY_DAY + timedelta(days=days) for days in (-150, -9, -1, 0, 1, 8)]
SEEDS = (1, 2, 3)


def bouncing_ledger(seed: int) -> Ledger:
    """A random ledger in which most money comes back at least once, much of it around the busy day."""
    ledger = random_ledger(seed, busy_day=BUSY_DAY, last_day=LAST_DAY, items=110)
    chance = random.Random(seed)  # noqa: S311 a test needs no secrets
    receivables, payments = [], []
    for item in ledger.receivables:
        own = [row for row in ledger.payments if row["receivable_id"] == item["receivable_id"]]
        clearing: Row = {}
        if own and chance.random() < 0.6:
            own = bounced(item, own[0], chance)
        if own and chance.random() < 0.15:
            # The export says that it was cleared, whatever became of the money.
            day = own[0]["paid_on"]
            assert isinstance(day, date)
            clearing = {"cleared_on": day + timedelta(days=chance.randint(-3, 12))}
        if own and chance.random() < 0.2:
            own = [{**row, "receivable_id": None, "document_number": item["document_number"]} for row in own]
        receivables.append(item | clearing)
        payments.extend(own)
    return replace(ledger, receivables=receivables, payments=payments)


def bounced(item: Row, first: Row, chance: random.Random) -> list[Row]:
    """Up to six movements of the item's money from its first payment on: whole, halves, too much, and back again."""
    amount = float(str(item["amount"]))
    day, held, found = first["paid_on"], 0.0, []
    assert isinstance(day, date)
    for number in range(chance.randint(2, 6)):
        if held > 0 and chance.random() < 0.6:
            step = -chance.choice([held, held, round(held / 2, 2)])
        else:
            step = chance.choice([amount, amount, amount - held or amount, round(amount / 2, 2)])
        held = round(held + step, 2)
        found.append(first | {"payment_id": f"{first['payment_id']}-{number}", "paid_on": day, "amount": step})
        day += timedelta(days=chance.choice([0, 1, 1, 2, 5, 12, 40]))
        if chance.random() < 0.2:
            day = max(day, BUSY_DAY + timedelta(days=chance.randint(-2, 2)))
    return found


@pytest.fixture(scope="module")
def any_warehouse(make_module_warehouse):
    return make_module_warehouse()


def features_by(warehouse, ledger: Ledger, *, as_of: date, days: list[date], before: date) -> Features:
    """The features on `days` of what was issued before a day, as a run of `as_of` knows them."""
    land(warehouse, ledger, as_of=as_of)
    score_all_on(warehouse, days)
    build_features(warehouse)
    return features_of(warehouse, f"points.invoice_date < DATE '{before}'")


@pytest.mark.parametrize("seed", SEEDS)
def test_each_day_is_seen_later_as_its_own_run_saw_it(any_warehouse, seed: int) -> None:
    ledger = bouncing_ledger(seed)
    for day in DAYS:
        later = features_by(any_warehouse, ledger, as_of=TRAINED_ON, days=[day], before=day)
        its_own = features_by(any_warehouse, known_on(ledger, day), as_of=day, days=[day], before=day)
        assert len(its_own) > 5
        assert differences(its_own, later) == []


@pytest.mark.parametrize("rewrite", LATER.values(), ids=LATER.keys())
def test_what_happens_from_a_day_on_changes_no_feature_up_to_it(any_warehouse, rewrite) -> None:
    ledger, day = bouncing_ledger(9), DAYS[3]
    days = [each for each in DAYS if each <= day]
    before, after = (
        features_by(any_warehouse, world, as_of=TRAINED_ON, days=days, before=day)
        for world in (ledger, rewrite(ledger, day))
    )
    assert len(before) > 60
    assert differences(before, after) == []
