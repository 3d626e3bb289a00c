"""Random small worlds: what payments name, allocated by the SQL and by a plain-Python oracle that walks through them one by one.

What is guessed beyond that is judged in test_guesses_against_oracle.py.
"""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

import pytest

from tasks.warehouse.models import build

AS_OF = date(2026, 6, 1)
CURRENCIES = ("EUR", "MXN")
NAMED = ("receivable", "document")
Row = dict[str, object]
World = tuple[list[Row], list[Row]]


@dataclass
class Item:
    """A receivable of the oracle: what each payment has laid on it, by payment."""

    row: Row
    level: Decimal = Decimal(0)
    closed_on: date | None = None
    returned_on: date | None = None
    last_on: date | None = None
    laid: dict[str, Decimal] = field(default_factory=dict)
    received: list[tuple[date, Decimal]] = field(default_factory=list)

    @property
    def capacity(self) -> Decimal:
        return abs(Decimal(str(self.row["amount"])))

    @property
    def direction(self) -> int:
        return 1 if Decimal(str(self.row["amount"])) > 0 else -1

    @property
    def filled(self) -> Decimal:
        return min(self.level, self.capacity)

    def take(self, payment: Row, money: Decimal) -> None:
        step = self.direction * money
        before = self.filled
        self.level = max(self.level + step, Decimal(0))
        paid_on = payment["paid_on"]
        assert isinstance(paid_on, date)
        self.last_on = paid_on
        self.received.append((paid_on, step))
        if step < 0:
            self.returned_on = paid_on
        if self.filled < self.capacity:
            self.closed_on = None
        elif self.closed_on is None:
            self.closed_on = paid_on
        applied = self.direction * (self.filled - before)
        if applied:
            key = str(payment["payment_id"])
            self.laid[key] = self.laid.get(key, Decimal(0)) + applied


def in_order(payments: list[Row], direction: int) -> list[Row]:
    return sorted(payments, key=lambda p: (p["paid_on"], direction * p["amount"] < 0, p["payment_id"]))


def split_over_document(payments: list[Row], instalments: list[Item], direct: dict[str, Decimal]) -> list:
    """The parts (payment, item, money) of payments that name a document: its pile is filled from the bottom, cent by cent."""
    pile: list[Item] = []
    for item in sorted(instalments, key=lambda i: (i.row["due_date"], i.row["receivable_id"])):
        taken = min(max(item.direction * direct[str(item.row["receivable_id"])], Decimal(0)), item.capacity)
        pile.extend([item] * int((item.capacity - taken) / 10))
    level = 0
    parts = []
    direction = instalments[0].direction
    for payment in in_order(payments, direction):
        after = max(level + int(direction * payment["amount"] / 10), 0)
        touched = pile[min(level, len(pile)) : min(after, len(pile))] if after > level else pile[after:level]
        money = Decimal(10 if after > level else -10) * direction
        parts += [(payment, item, money) for item in touched]
        level = after
    return parts


def allocate(receivables: list[Row], payments: list[Row], *, is_live: bool) -> dict[str, Item]:
    items = {str(row["receivable_id"]): Item(row) for row in receivables if row["invoice_date"] <= AS_OF}
    known = [payment for payment in payments if is_live or payment["paid_on"] <= AS_OF]
    aimed: list[tuple[Row, Item, Decimal]] = []
    direct: dict[str, Decimal] = defaultdict(Decimal)
    for payment in known:
        item = items.get(str(payment["receivable_id"]))
        if item is not None and item.row["currency"] == payment["currency"]:
            aimed.append((payment, item, payment["amount"]))
            direct[str(payment["receivable_id"])] += payment["amount"]
    for number in {payment["document_number"] for payment in known if payment["receivable_id"] is None}:
        for currency in CURRENCIES:
            claims = [
                p
                for p in known
                if p["receivable_id"] is None and p["document_number"] == number and p["currency"] == currency
            ]
            rows = [i for i in items.values() if i.row["document_number"] == number and i.row["currency"] == currency]
            if len(rows) == 1:
                aimed += [
                    (p, rows[0], p["amount"]) for p in claims if p["customer_id"] in (None, rows[0].row["customer_id"])
                ]
                continue
            is_debt = any(i.direction > 0 for i in rows)
            rows = [i for i in rows if (i.direction > 0) == is_debt]
            owners = {i.row["customer_id"] for i in rows}
            for owner in owners:
                own = [i for i in rows if i.row["customer_id"] == owner]
                paid = [
                    p for p in claims if p["customer_id"] == owner or (p["customer_id"] is None and len(owners) == 1)
                ]
                aimed += split_over_document(paid, own, direct)
    for item in items.values():
        parts: dict[str, tuple[Row, Decimal]] = {}
        for payment, target, money in aimed:
            if target is item:
                key = str(payment["payment_id"])
                parts[key] = (payment, parts.get(key, (payment, Decimal(0)))[1] + money)
        merged = [{**payment, "amount": money} for payment, money in parts.values()]
        for payment in in_order(merged, item.direction):
            item.take(payment, payment["amount"])
    return items


def random_world(company: str, chance: random.Random) -> World:
    """A few receivables of two documents, and payments that mostly name them; small round amounts, so that levels meet."""
    receivables: list[Row] = []
    for number in range(chance.randint(1, 5)):
        is_credit = chance.random() < 0.15
        amount = Decimal(chance.randint(1, 6) * 10) * (-1 if is_credit else 1)
        receivables.append(
            {
                "company_id": company,
                "file": f"{company}.csv",
                "receivable_id": f"R{number}",
                "document_number": chance.choice(["D1", "D1", "D2"]),
                "customer_id": chance.choice(["C1", "C1", "C1", "C2"]),
                "document_type": "credit_note" if is_credit else "invoice",
                "currency": chance.choice(["EUR", "EUR", "EUR", "MXN"]),
                "invoice_date": AS_OF + timedelta(days=chance.randint(-60, 1)),
                "due_date": AS_OF + timedelta(days=chance.randint(-40, 20)),
                "amount": amount,
                "open_amount": chance.choice([None, None, None, Decimal(0), amount / 2]),
                "cleared_on": chance.choice([None, None, None, AS_OF + timedelta(days=chance.randint(-6, 2))]),
            }
        )
    payments: list[Row] = [
        {
            "company_id": company,
            "payment_id": f"P{number}",
            "customer_id": chance.choice(["C1", "C1", "C2", None]),
            "receivable_id": chance.choice(["R0", "R0", "R1", "R9", None, None, None]),
            "document_number": chance.choice(["D1", "D1", "D1", "D2", "D9", None]),
            "currency": chance.choice(["EUR", "EUR", "EUR", "MXN"]),
            "paid_on": AS_OF + timedelta(days=chance.randint(-4, 1)),
            "amount": Decimal(chance.randint(1, 6) * 10) * chance.choice([1, 1, -1]),
        }
        for number in range(chance.randint(0, 8))
    ]
    return receivables, payments


@pytest.fixture(scope="module")
def worlds() -> dict[str, World]:
    """Six hundred companies, each its own world: one build of the SQL judges all of them."""
    chance = random.Random(20260601)  # noqa: S311 a seeded world, nothing secret
    return {company: random_world(company, chance) for company in (f"w{number}" for number in range(600))}


@pytest.fixture(scope="module", params=[True, False], ids=["live", "replay"])
def is_live(request) -> bool:
    """Whether the exports describe AS_OF, or a day well after it."""
    return request.param


@pytest.fixture(scope="module")
def built(make_module_warehouse, worlds, is_live):
    warehouse = make_module_warehouse()
    known_on = AS_OF if is_live else AS_OF + timedelta(days=9)
    warehouse.fill("run.parameters", [{"as_of": AS_OF, "known_on": known_on}])
    warehouse.fill("landing.receivables", [row for receivables, _ in worlds.values() for row in receivables])
    warehouse.fill("landing.payments", [row for _, payments in worlds.values() for row in payments])
    build(warehouse.connection, ["staging"])
    return warehouse


@pytest.fixture(scope="module")
def oracle(worlds, is_live) -> dict[tuple[str, str], Item]:
    return {
        (company, receivable): item
        for company, (receivables, payments) in worlds.items()
        for receivable, item in allocate(receivables, payments, is_live=is_live).items()
    }


def test_payments_lie_where_the_oracle_lays_them(built, oracle) -> None:
    laid = {
        (company, payment, receivable): money
        for (company, receivable), item in oracle.items()
        for payment, money in item.laid.items()
    }
    found = built.rows("staging.allocations", ["company_id", "payment_id", "receivable_id", "amount", "rule"])
    assert {
        (row["company_id"], row["payment_id"], row["receivable_id"]): row["amount"]
        for row in found
        if row["rule"] in NAMED
    } == laid


def test_every_payment_is_applied_or_unapplied_to_the_cent(built, oracle, worlds, is_live) -> None:
    applied: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for (company, _), item in oracle.items():
        for payment, money in item.laid.items():
            applied[company, payment] += money
    columns = ["company_id", "payment_id", "amount", "applied_amount", "unapplied_amount", "allocation_rule"]
    rows = built.rows("staging.payments", columns)
    assert len(rows) == sum(is_live or p["paid_on"] <= AS_OF for _, payments in worlds.values() for p in payments)
    for row in rows:
        assert row["amount"] == row["applied_amount"] + row["unapplied_amount"]
        if row["allocation_rule"] in (*NAMED, "unapplied"):
            assert row["applied_amount"] == applied[row["company_id"], row["payment_id"]]
        else:
            assert (row["company_id"], row["payment_id"]) not in applied


def test_receivables_stand_as_the_oracle_says(built, oracle, worlds, is_live) -> None:
    columns = ["company_id", "receivable_id", "paid_amount", "settled_on", "open_amount"]
    settled = {
        (row["company_id"], row["receivable_id"]): row for row in built.rows("staging.aimed_settlements", columns)
    }
    assert settled.keys() == oracle.keys()
    for key, item in oracle.items():
        assert_settled_as(item, settled[key], worlds[key[0]], is_live=is_live)


def test_what_is_paid_is_what_is_allocated(built) -> None:
    differences = built.connection.execute(
        """
        SELECT s.company_id, s.receivable_id, s.paid_amount, sum(a.amount)
        FROM staging.settlements AS s
        LEFT JOIN staging.allocations AS a USING (company_id, receivable_id, currency)
        GROUP BY ALL
        HAVING coalesce(sum(a.amount), 0) <> s.paid_amount
        """
    ).fetchall()
    assert differences == []


def test_what_lies_on_open_receivables_is_the_same_however_it_is_asked_for(built) -> None:
    differences = built.connection.execute(
        """
        WITH asked_of_all AS (
            FROM staging.allocations AS a
            SEMI JOIN staging.unsettled AS u ON a.company_id = u.company_id AND a.receivable_id = u.receivable_id
        )
        (FROM asked_of_all EXCEPT ALL FROM staging.open_allocations)
        UNION ALL
        (FROM staging.open_allocations EXCEPT ALL FROM asked_of_all)
        """
    ).fetchall()
    assert differences == []
    assert built.rows("staging.open_allocations", ["payment_id"])


def test_the_evening_before_is_what_a_run_of_the_day_before_would_have_seen(
    built, make_module_warehouse, worlds
) -> None:
    day_before = AS_OF - timedelta(days=1)
    then = make_module_warehouse()
    then.fill("run.parameters", [{"as_of": day_before, "known_on": AS_OF + timedelta(days=9)}])
    then.fill("landing.receivables", [row for receivables, _ in worlds.values() for row in receivables])
    then.fill("landing.payments", [row for _, payments in worlds.values() for row in payments])
    build(then.connection, ["staging"])
    keys = ["company_id", "receivable_id"]
    was_settled = {
        (r["company_id"], r["receivable_id"]): r["settled_on"]
        for r in then.rows("staging.aimed_settlements", [*keys, "settled_on"])
    }
    for row in built.rows("staging.aimed_settlements", [*keys, "settled_on_before"]):
        key = (row["company_id"], row["receivable_id"])
        if key in was_settled and not is_disturbed_today(worlds[key[0]], key[1]):
            assert row["settled_on_before"] == was_settled[key]


def is_disturbed_today(world: World, receivable: str) -> bool:
    """Whether as_of or later changes how older money lies: several instalments share a document, and one is new or paid directly."""
    receivables, payments = world
    number = next(row["document_number"] for row in receivables if row["receivable_id"] == receivable)
    document = [row for row in receivables if row["document_number"] == number]
    names = {row["receivable_id"] for row in document}
    today = [row["invoice_date"] for row in document]
    today += [payment["paid_on"] for payment in payments if payment["receivable_id"] in names]
    return len(document) > 1 and max(today) >= AS_OF


def is_forgotten(row: Row, payments: list[Row]) -> bool:
    """Whether a replay sees that the export was written after the item was cleared or paid, which was after AS_OF."""
    cleared = row["cleared_on"]
    return (isinstance(cleared, date) and cleared > AS_OF) or any(
        payment["paid_on"] > AS_OF
        and payment["currency"] == row["currency"]
        and (
            payment["receivable_id"] == row["receivable_id"]
            if payment["receivable_id"]
            else payment["document_number"] == row["document_number"]
            and payment["customer_id"] in (None, row["customer_id"])
        )
        for payment in payments
    )


def assert_settled_as(item: Item, found: Row, world: World, *, is_live: bool) -> None:
    row = item.row
    receivables, payments = world
    rest = item.capacity - item.filled
    cleared = row["cleared_on"]
    if not rest:
        expected = (row["amount"], item.closed_on, 0)
    elif (
        isinstance(cleared, date)
        and (is_live or cleared <= AS_OF)
        and not (item.returned_on and item.returned_on > cleared)
    ):
        expected = (row["amount"], max(cleared, item.last_on or cleared), 0)
    else:
        stated = row["open_amount"] if is_live or not is_forgotten(row, payments) else None
        if stated is not None and rest > abs(stated):
            stated_on = max(r["invoice_date"] for r in receivables if r["invoice_date"] <= AS_OF)
            newer = max(sum(money for day, money in item.received if day > stated_on), 0)
            rest = max(abs(stated) - newer, 0)
        expected = (item.direction * item.filled, None, item.direction * rest)
    assert (found["paid_amount"], found["settled_on"], found["open_amount"]) == expected
