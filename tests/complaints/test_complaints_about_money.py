"""Complaints 2, 14 to 18 and 24 of domain.md §5: fees, interest, totals and currencies that are wrong."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from decimal import Decimal
from itertools import permutations

import duckdb
import pytest

from tasks.consequences.claim import Item, claim
from tasks.consequences.journal import FILE, write_journal
from tasks.consequences.policy import Consequences
from tasks.consequences.rates import load_rates
from tests.complaints.days import TODAY, customer, messages, receivable
from tests.segment.worlds import World

RATES = load_rates()
DUE = date(2026, 1, 1)
CONTRACTUAL = {"kind": "contractual", "rate": "10"}
FIRST = {"step": "first", "after_due": 5}


def terms(**default: object) -> Consequences:
    return Consequences.model_validate({"since": "2000-01-01", "default": default})


def late(principal: str = "36500", **more: object) -> Item:
    """Ten euros a day at ten percent, unless another principal is given."""
    who = {"customer_id": "C1", "receivable_id": "R1", "segment": "all", "country": "ES", "currency": "EUR"}
    return Item(**who, due_date=DUE, principal=Decimal(principal), **more)


def amounts(item: Item, on: date, policy: Consequences) -> dict[str, Decimal]:
    return {found.kind: found.amount for found in claim(item, on, policy, RATES)}


def test_02_late_fee_added_every_hour_a_fee_is_a_fact_of_the_step_and_not_of_the_run() -> None:
    fees = terms(fees={"first": {"EUR": 10}})
    told = late(said_steps=frozenset({"first"}))
    assert {str(amounts(told, DUE + timedelta(days=30), fees)) for _ in range(24)} == {str({"fee": Decimal(10)})}
    assert amounts(told, DUE + timedelta(days=300), fees) == {"fee": Decimal(10)}


@pytest.mark.parametrize(("treatment", "status"), [("waive", "waived"), ("carry", "carried"), ("invoice", "invoiced")])
def test_14_interest_lost_when_only_the_principal_is_paid_it_stays_as_the_policy_says(treatment, status) -> None:
    policy = terms(late_interest=CONTRACTUAL, treatment=treatment)
    paid_on = DUE + timedelta(days=30)
    paid = late(payments=((paid_on, Decimal(36500)),), settled_on=paid_on)
    (found,) = claim(paid, DUE + timedelta(days=900), policy, RATES)
    assert (found.kind, found.amount, found.status) == ("late_interest", Decimal(300), status)


def test_15_interest_base_is_what_was_open_on_each_day() -> None:
    part = late(payments=((DUE + timedelta(days=10), Decimal(18250)),))
    # Ten days of ten euros and twenty of five.
    assert amounts(part, DUE + timedelta(days=30), terms(late_interest=CONTRACTUAL)) == {"late_interest": Decimal(200)}


def test_16_multi_invoice_totals_are_the_sum_of_their_lines_in_any_order(decide_world, strategy_of) -> None:
    items = [receivable(f"R{n}", late=60 - n, open_amount=Decimal(f"{n}.{n}1")) for n in (1, 2, 3)]
    told = {str(messages(decide_world, strategy_of(FIRST), customer(*order))) for order in permutations(items)}
    assert told == {str([("first", "K1", "EUR", 3, Decimal("6.63"))])}
    connection = decide_world(World(TODAY, [customer(*items)]), strategy_of(FIRST))
    lines = connection.execute("SELECT receivable_id, open_amount FROM decide.reminder_items ORDER BY ALL").fetchall()
    assert lines == [("R1", Decimal("1.11")), ("R2", Decimal("2.21")), ("R3", Decimal("3.31"))]


def test_17_zero_rate_edge_a_fee_is_not_multiplied_away() -> None:
    policy = terms(late_interest={"kind": "contractual", "rate": 0}, fees={"first": {"EUR": 50}})
    told = late(said_steps=frozenset({"first"}))
    assert amounts(told, DUE + timedelta(days=30), policy) == {"fee": Decimal(50)}


def test_18_should_a_fee_be_booked_only_what_a_payment_paid_is_proposed_as_an_entry(tmp_path) -> None:
    columns = (
        "payment_id", "paid_on", "customer_id", "receivable_id", "document_number", "kind", "currency", "amount", "arithmetic", "status",
    )  # fmt: skip
    with duckdb.connect() as connection:
        connection.execute("CREATE SCHEMA consequences")
        connection.execute(f"CREATE TABLE consequences.claims ({', '.join(f'{name} VARCHAR' for name in columns)})")
        unpaid = [
            ("C1", "R1", kind, "40.00", status) for kind, status in (("fee", "claimed"), ("interest", "invoiced"))
        ]
        for who, item, kind, amount, status in [*unpaid, ("C1", "R2", "compensation", "40.00", "paid")]:
            connection.execute(
                "INSERT INTO consequences.claims BY NAME SELECT $1 AS customer_id, $2 AS receivable_id, $3 AS kind, $4 AS amount,"
                " $5 AS status, 'P1' AS payment_id, '2026-02-01' AS paid_on, 'EUR' AS currency",
                [who, item, kind, amount, status],
            )
        assert write_journal(connection, tmp_path) == 1
    with (tmp_path / FILE).open(encoding="utf-8-sig") as file:
        (entry,) = csv.DictReader(file)
    assert (entry["entry_id"], entry["amount"]) == ("P1|R2|compensation", "40.00")


def test_24_multi_currency_nothing_is_added_or_netted_across_currencies(decide_world, strategy_of) -> None:
    euros, dollars = (
        receivable("R1", open_amount=Decimal(100)),
        receivable("R2", currency="USD", open_amount=Decimal(90)),
    )
    rich_in_pesos = customer(euros, dollars, credits={"MXN": Decimal(5000)})
    assert messages(decide_world, strategy_of(FIRST), rich_in_pesos) == [
        ("first", "K1", "EUR", 1, Decimal(100)),
        ("first", "K1", "USD", 1, Decimal(90)),
    ]
    together_enough = strategy_of(FIRST, minimum_amount={"EUR": 150, "USD": 50})
    assert messages(decide_world, together_enough, rich_in_pesos) == [("first", "K1", "USD", 1, Decimal(90))]
