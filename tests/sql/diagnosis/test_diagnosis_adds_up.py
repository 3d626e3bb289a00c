"""The diagnosis of a made-up portfolio against its open receivables: nothing is lost, doubled or added across currencies."""

from __future__ import annotations

import random
from decimal import Decimal

import pytest

from tasks.warehouse.models import build_model, upstream_of

DIMENSIONS = {
    "segment", "risk_grade", "sector", "zone", "country", "customer_class", "payment_method", "terms", "size",
}  # fmt: skip


@pytest.fixture(scope="module")
def portfolio(make_module_warehouse):
    warehouse = make_module_warehouse()
    dice = random.Random(20260601)  # noqa: S311 data for a test
    customers = [
        {
            "company_id": "acme",
            "customer_id": f"C{number:03}",
            "sector": dice.choice(["mining", "water", None]),
            "zone": f"Z{dice.randrange(30):02}",
            "country": dice.choice(["ES", "CL"]),
            "payment_terms_days": dice.choice([30, None]),
            "is_in_master": True,
        }
        for number in range(80)
    ]
    owed, scores, losses = [], [], []
    for number in range(600):
        days = dice.randint(-60, 40)
        owed.append(
            {
                "company_id": "acme",
                "customer_id": dice.choice(customers)["customer_id"],
                "receivable_id": f"R{number}",
                "currency": dice.choice(["EUR", "EUR", "CLP"]),
                "invoice_date": "2026-01-01",
                "due_date": "2026-06-01",
                "days_overdue": days,
                "open_amount": f"{dice.randint(1, 999999) / 100:.2f}",
                "is_due_date_derived": dice.random() < 0.1,
                "is_assigned": False,
            }
        )
        late = 1 if days > 0 else round(dice.random(), 6)
        scores.append({"company_id": "acme", "receivable_id": f"R{number}", "late_probability": late})
        losses.append({"company_id": "acme", "receivable_id": f"R{number}", "expected_loss": "0.07"})
    given = {
        "staging.open_receivables": owed,
        "staging.customers": customers,
        "score.receivable_scores": scores,
        "loss.expected_losses": losses,
    }
    warehouse.fill("run.parameters", [{}])
    for model in upstream_of("mart.diagnosis"):
        build_model(warehouse.connection, model)
        if model.relation in given:
            warehouse.fill(model.relation, given[model.relation])
    return warehouse.connection


def test_the_groups_of_each_dimension_are_all_that_is_open_to_the_cent(portfolio) -> None:
    groups = portfolio.execute(
        """SELECT currency, dimension, sum(open_amount), sum(overdue_amount), sum(at_risk_amount), sum(expected_loss), sum(receivables),
            round(sum(open_share), 9), round(sum(risk_share), 9)
        FROM mart.diagnosis WHERE kind = 'where_risk_sits' GROUP BY ALL"""
    ).fetchall()
    truth = {
        row[0]: row[1:]
        for row in portfolio.execute(
            """SELECT currency, sum(open_amount), coalesce(sum(open_amount) FILTER (WHERE days_overdue > 0), 0),
                sum(if(days_overdue > 0, 0, round(late_probability * open_amount, 2))::DECIMAL(18, 2)), sum(0.07), count(*)
            FROM staging.open_receivables INNER JOIN score.receivable_scores USING (company_id, receivable_id)
            INNER JOIN loss.expected_losses USING (company_id, receivable_id) GROUP BY currency"""
        ).fetchall()
    }
    assert {(row[0], row[1]) for row in groups} == {
        (currency, name) for currency in ("EUR", "CLP") for name in DIMENSIONS
    }
    for currency, dimension, *sums, open_share, risk_share in groups:
        assert tuple(sums) == truth[currency], dimension
        assert (open_share, risk_share) == (1, 1), dimension


def test_only_the_largest_values_of_a_dimension_have_a_row_of_their_own(portfolio) -> None:
    values = portfolio.execute(
        "SELECT dimension_value, customers FROM mart.diagnosis WHERE dimension = 'zone' AND currency = 'EUR'"
    ).fetchall()
    assert len(values) == 13
    assert "(other)" in dict(values)
    owing = portfolio.execute("SELECT count(DISTINCT customer_id) FROM staging.open_receivables WHERE currency = 'EUR'")
    assert sum(dict(values).values()) == owing.fetchone()[0]


def test_the_total_of_what_falls_due_holds_also_what_is_not_listed(portfolio) -> None:
    listed = (
        "SELECT currency, count(*), sum(open_amount) FROM mart.diagnosis WHERE kind = 'prevent_this_week' GROUP BY 1"
    )
    total = (
        "SELECT currency, receivables, open_amount FROM mart.diagnosis WHERE kind = 'total' AND finding = 'due_soon'"
    )
    due = """SELECT currency, count(*), sum(open_amount) FROM staging.open_receivables
        WHERE days_overdue BETWEEN -7 AND 0 GROUP BY currency"""
    found = sorted(portfolio.execute(total).fetchall())
    assert found == sorted(portfolio.execute(due).fetchall())
    for (currency, count, amount), (_, all_count, all_amount) in zip(
        sorted(portfolio.execute(listed).fetchall()), found, strict=True
    ):
        assert count == min(all_count, 50), currency
        assert Decimal(0) < amount <= all_amount


def test_every_finding_has_a_rank_of_its_own(portfolio) -> None:
    found = portfolio.execute(
        "SELECT count(*), count(DISTINCT (company_id, kind, currency, rank)), min(rank) FROM mart.diagnosis"
    ).fetchone()
    assert found[0] == found[1] > 100
    assert found[2] == 1
