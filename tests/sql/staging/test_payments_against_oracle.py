"""Random small worlds, allocated by the SQL and by a plain-Python oracle that walks through the payments one by one."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tasks.warehouse.models import build

AS_OF = date(2026, 6, 1)
CURRENCIES = ("EUR", "MXN")
MONEY = st.integers(1, 6).map(lambda tens: Decimal(tens * 10))
DAYS = st.integers(-6, 2).map(lambda days: AS_OF + timedelta(days=days))


@dataclass
class Item:
    """A receivable of the oracle: what each payment has laid on it, by payment."""

    row: dict[str, object]
    level: Decimal = Decimal(0)
    closed_on: date | None = None
    returned_on: date | None = None
    last_on: date | None = None
    laid: dict[str, Decimal] = field(default_factory=dict)

    @property
    def capacity(self) -> Decimal:
        return abs(Decimal(str(self.row["amount"])))

    @property
    def direction(self) -> int:
        return 1 if Decimal(str(self.row["amount"])) > 0 else -1

    @property
    def filled(self) -> Decimal:
        return min(self.level, self.capacity)

    def take(self, payment: dict[str, object], money: Decimal) -> None:
        step = self.direction * money
        before = self.filled
        self.level = max(self.level + step, Decimal(0))
        paid_on = payment["paid_on"]
        assert isinstance(paid_on, date)
        self.last_on = paid_on
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


def in_order(payments: list[dict[str, object]], direction: int) -> list[dict[str, object]]:
    return sorted(payments, key=lambda p: (p["paid_on"], direction * p["amount"] < 0, p["payment_id"]))


def split_over_document(payments: list[dict[str, object]], instalments: list[Item], direct: dict[str, Decimal]) -> list:
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
        for item in touched:
            parts.append((payment, item, Decimal(10 if after > level else -10) * direction))
        level = after
    return parts


def allocate(receivables: list[dict[str, object]], payments: list[dict[str, object]]) -> dict[str, Item]:
    items = {str(row["receivable_id"]): Item(row) for row in receivables if row["invoice_date"] <= AS_OF}
    known = [payment for payment in payments if payment["paid_on"] <= AS_OF]
    aimed: list[tuple[dict[str, object], Item, Decimal]] = []
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
            owners = {i.row["customer_id"] for i in rows}
            if len(rows) == 1:
                aimed += [(p, rows[0], p["amount"]) for p in claims]
                continue
            is_debt = any(i.direction > 0 for i in rows)
            for owner in owners:
                own = [i for i in rows if i.row["customer_id"] == owner and (i.direction > 0) == is_debt]
                paid = [p for p in claims if len(owners) == 1 or p["customer_id"] == owner]
                if own:
                    aimed += split_over_document(paid, own, direct)
    for item in items.values():
        parts: dict[str, tuple[dict[str, object], Decimal]] = {}
        for payment, target, money in aimed:
            if target is item:
                key = str(payment["payment_id"])
                parts[key] = (payment, parts.get(key, (payment, Decimal(0)))[1] + money)
        merged = [{**payment, "amount": money} for payment, money in parts.values()]
        for payment in in_order(merged, item.direction):
            item.take(payment, payment["amount"])
    return items


@st.composite
def worlds(draw: st.DrawFn) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    receivables = []
    for number in range(draw(st.integers(1, 5))):
        is_credit = draw(st.integers(0, 4)) == 0
        amount = draw(MONEY) * (-1 if is_credit else 1)
        receivables.append(
            {
                "receivable_id": f"R{number}",
                "document_number": draw(st.sampled_from(["D1", "D2"])),
                "customer_id": draw(st.sampled_from(["C1", "C1", "C2"])),
                "document_type": "credit_note" if is_credit else "invoice",
                "currency": draw(st.sampled_from(["EUR", "EUR", "MXN"])),
                "invoice_date": AS_OF + timedelta(days=draw(st.integers(-60, 1))),
                "due_date": AS_OF + timedelta(days=draw(st.integers(-40, 20))),
                "amount": amount,
                "open_amount": draw(st.sampled_from([None, None, Decimal(0), amount / 2])),
                "cleared_on": draw(st.one_of(st.none(), st.none(), DAYS)),
            }
        )
    payments = [
        {
            "payment_id": f"P{number}",
            "customer_id": draw(st.sampled_from(["C1", "C2", None])),
            "receivable_id": draw(st.sampled_from(["R0", "R1", "R9", None, None])),
            "document_number": draw(st.sampled_from(["D1", "D2", "D9", None])),
            "currency": draw(st.sampled_from(["EUR", "EUR", "MXN"])),
            "paid_on": draw(DAYS),
            "amount": draw(MONEY) * draw(st.sampled_from([1, 1, 1, -1])),
        }
        for number in range(draw(st.integers(0, 7)))
    ]
    return receivables, payments


@pytest.fixture(scope="module")
def built(make_module_warehouse):
    """One warehouse for all examples: building on empty inputs each time would be most of the test's time."""
    return make_module_warehouse()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(world=worlds())
def test_payments_lie_where_the_oracle_lays_them(built, world) -> None:
    receivables, payments = world
    built.fill("run.parameters", [{"as_of": AS_OF}])
    built.fill("landing.receivables", receivables)
    built.fill("landing.payments", payments)
    build(built.connection, ["staging"])
    items = allocate(receivables, payments)

    laid = {(key, receivable): money for receivable, item in items.items() for key, money in item.laid.items()}
    found = built.rows("staging.allocations", ["payment_id", "receivable_id", "amount", "rule"])
    assert {
        (row["payment_id"], row["receivable_id"]): row["amount"] for row in found if row["rule"] != "cleared"
    } == laid

    for row in built.rows("staging.payments", ["payment_id", "amount", "applied_amount", "unapplied_amount"]):
        assert row["amount"] == row["applied_amount"] + row["unapplied_amount"]
        assert row["applied_amount"] == sum(money for (key, _), money in laid.items() if key == row["payment_id"])

    columns = ["receivable_id", "paid_amount", "settled_on", "open_amount"]
    settled = {str(row["receivable_id"]): row for row in built.rows("staging.settlements", columns)}
    assert settled.keys() == items.keys()
    for receivable, item in items.items():
        assert_settled_as(item, settled[receivable], payments)


def assert_settled_as(item: Item, found: dict[str, object], payments: list[dict[str, object]]) -> None:
    row = item.row
    rest = item.capacity - item.filled
    cleared = row["cleared_on"]
    if not rest:
        expected = (row["amount"], item.closed_on, 0)
    elif isinstance(cleared, date) and cleared <= AS_OF and not (item.returned_on and item.returned_on > cleared):
        expected = (row["amount"], max(cleared, item.last_on or cleared), 0)
    else:
        is_later = isinstance(cleared, date) and cleared > AS_OF
        is_later |= any(
            p["paid_on"] > AS_OF
            and (p["receivable_id"] or (None, p["document_number"]))
            in (row["receivable_id"], (None, row["document_number"]))
            for p in payments
        )
        stated = None if is_later else row["open_amount"]
        rest = rest if stated is None else min(rest, abs(stated))
        expected = (item.direction * item.filled, None, item.direction * rest)
    assert (found["paid_amount"], found["settled_on"], found["open_amount"]) == expected
