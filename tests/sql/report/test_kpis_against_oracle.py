"""Random small ledgers: metrics and roll rates by the SQL and by a walk through them, today's and those of a past day."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from tasks.warehouse.models import build, build_model, upstream_of
from tests.sql.report.kpi_oracle import SECTORS, Debt, Metrics, metrics_of, random_debts, steps_of

AS_OF = date(2026, 6, 16)
PAST = date(2026, 3, 31)
# Not `collected`: money that came before its invoice could not be laid on it yet.
STABLE = ("_begin", "_end", "sales", "dso", "_delinquent", "_effectiveness", "_average", "overdue_share")


def build_ledger(warehouse, debts: list[Debt], *, as_of: date, known_on: date = AS_OF) -> None:
    warehouse.fill("run.parameters", [{"as_of": as_of, "known_on": known_on}])
    customers = [{"customer_id": customer, "sector": sector if sector != "unknown" else None}
                 for customer, sector in SECTORS.items()]  # fmt: skip
    warehouse.fill("landing.customers", customers)
    named = ("receivable_id", "customer_id", "currency", "invoice_date", "due_date", "amount")
    warehouse.fill("landing.receivables", [{name: str(getattr(debt, name)) for name in named} for debt in debts])
    payments = [
        {"payment_id": f"{debt.receivable_id}-{number}", "receivable_id": debt.receivable_id, "paid_on": day, "amount": str(amount),
         "customer_id": debt.customer_id, "currency": debt.currency}
        for debt in debts for number, (day, amount) in enumerate(debt.payments)
    ]  # fmt: skip
    warehouse.fill("landing.payments", payments)
    build(warehouse.connection, ["staging"])
    for model in upstream_of("loss.roll_rates"):
        if model.schema == "loss":
            build_model(warehouse.connection, model)
    warehouse.connection.execute("CREATE SCHEMA IF NOT EXISTS segment")
    warehouse.connection.execute(
        "CREATE OR REPLACE TABLE segment.customers AS SELECT company_id, customer_id, 'all' AS segment FROM staging.customers"
    )
    build(warehouse.connection, ["report"])


def found_metrics(warehouse) -> Metrics:
    rows = warehouse.connection.execute(
        "SELECT month, dimension_value, currency, metric, value FROM report.metrics WHERE dimension IN ('all', 'sector')"
    ).fetchall()
    return {(month, value, currency, metric): amount for month, value, currency, metric, amount in rows}


@pytest.fixture(scope="module")
def warehouse(make_module_warehouse):
    return make_module_warehouse()


@pytest.mark.parametrize("seed", range(3))
def test_metrics_and_roll_rates_are_those_of_a_walk_through_the_ledger(warehouse, seed) -> None:
    debts = random_debts(seed, since=date(2024, 9, 1), until=AS_OF, count=150)
    build_ledger(warehouse, debts, as_of=AS_OF)
    found, expected = found_metrics(warehouse), metrics_of(debts, AS_OF)
    assert found.keys() == expected.keys()
    # DuckDB divides as DOUBLE: at half a cent the rounding may differ.
    assert {
        key: (found[key], value) for key, value in expected.items() if abs(found[key] - value) > Decimal("0.01")
    } == {}
    steps = warehouse.connection.execute(
        "SELECT month, currency, bucket, balance_before, balance_after FROM loss.roll_steps"
    ).fetchall()
    assert {(month, currency, bucket): (before, after) for month, currency, bucket, before, after in steps} == steps_of(
        debts, AS_OF
    )


@pytest.mark.parametrize("seed", [7, 8])
def test_a_later_run_recomputes_a_past_months_end_as_the_run_of_that_day_published_it(warehouse, seed) -> None:
    debts = random_debts(seed, since=date(2025, 6, 1), until=AS_OF, count=120)
    build_ledger(warehouse, debts, as_of=AS_OF)
    later = {key: value for key, value in found_metrics(warehouse).items() if key[0] <= PAST}
    known_then = [debt for debt in debts if debt.invoice_date <= PAST]
    landed_then = [
        Debt(**{**vars(debt), "payments": tuple(paid for paid in debt.payments if paid[0] <= PAST)})
        for debt in known_then
    ]
    for ledger, known_on in ((landed_then, PAST), (debts, AS_OF)):
        build_ledger(warehouse, ledger, as_of=PAST, known_on=known_on)
        of_the_day = found_metrics(warehouse)
        balances = {key: value for key, value in of_the_day.items() if key[3].endswith(STABLE)}
        assert balances == {key: value for key, value in later.items() if key[3].endswith(STABLE)}
        assert len(balances) > 100


def test_the_values_of_every_dimension_add_up_to_all_customers_to_the_cent(warehouse) -> None:
    build_ledger(warehouse, random_debts(11, since=date(2025, 6, 1), until=AS_OF, count=150), as_of=AS_OF)
    different = warehouse.connection.execute(
        """
        SELECT dimension, month, currency, metric, sum(value) AS value FROM report.metrics
        WHERE unit IN ('currency', 'receivables') AND dimension <> 'all' GROUP BY ALL
        EXCEPT
        SELECT d.dimension, month, currency, metric, value FROM report.metrics AS m
        CROSS JOIN (SELECT DISTINCT dimension FROM report.metrics WHERE dimension <> 'all') AS d WHERE m.dimension = 'all'
        """
    ).fetchall()
    assert different == []


def test_buckets_add_up_to_the_balance_and_the_last_balance_is_what_is_open(warehouse) -> None:
    build_ledger(warehouse, random_debts(12, since=date(2025, 6, 1), until=AS_OF, count=150), as_of=AS_OF)
    broken = warehouse.connection.execute(
        """
        SELECT * FROM report.monthly
        WHERE current_amount + overdue_1_30_amount + overdue_31_60_amount + overdue_61_90_amount + overdue_over_90_amount <> end_amount
            OR aged_0_amount + aged_1_30_amount + aged_31_60_amount + aged_61_90_amount + aged_over_90_amount <> end_amount
            OR begin_amount + sales_amount < end_amount
        """
    ).fetchall()
    assert broken == []
    ends = """
        SELECT currency, end_amount FROM report.monthly WHERE dimension = 'all' AND period_end = DATE '2026-06-16'
        EXCEPT SELECT currency, sum(open_amount) FROM staging.open_receivables GROUP BY currency
    """
    assert warehouse.connection.execute(ends).fetchall() == []


def test_nothing_that_happens_on_or_after_the_day_changes_its_roll_rates(warehouse) -> None:
    debts = random_debts(13, since=date(2025, 3, 1), until=AS_OF, count=150)
    rates = "SELECT * FROM loss.roll_rates ORDER BY ALL"
    build_ledger(warehouse, debts, as_of=PAST, known_on=PAST)
    before = warehouse.connection.execute(rates).fetchall()
    shifted = [
        Debt(**{**vars(debt), "payments": tuple((day + timedelta(200) if day >= PAST else day, amount) for day, amount in debt.payments)})
        for debt in debts
    ]  # fmt: skip
    build_ledger(warehouse, shifted, as_of=PAST, known_on=PAST)
    assert warehouse.connection.execute(rates).fetchall() == before


def test_expected_loss_of_the_published_example(warehouse) -> None:
    only = Debt("R1", "C1", "EUR", date(2026, 6, 1), date(2026, 7, 1), Decimal(1), ())
    build_ledger(warehouse, [only], as_of=AS_OF)
    balances = "(VALUES ('current', 300000), ('1-30', 140000), ('31-60', 60000), ('61-90', 23000), ('90+', 5000))"
    loss = warehouse.connection.execute(
        f"SELECT round(sum(amount * loss_rate), 2) FROM loss.roll_rates INNER JOIN {balances} AS b (bucket, amount) USING (bucket)"  # noqa: S608
    ).fetchone()
    assert loss == (27567.39,)
