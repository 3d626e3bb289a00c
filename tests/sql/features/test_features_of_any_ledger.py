"""Ledgers that Hypothesis draws, small and full of edges: two that agree on what happened before a day are scored alike."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.sql.conftest import SmallWarehouse
from tests.sql.features.building import Features, build_features, differences, features_of, land, score_all_on
from tests.sql.features.random_ledgers import Ledger, Row

DAY = date(2026, 3, 2)
AS_OF = DAY + timedelta(days=30)
Drawn = tuple[int, int, int | None, int, int]
"""Days from `DAY` to invoice, due date and payment (None: open), the same in the other world's future, and the customer."""

ITEMS = st.lists(
    st.tuples(
        st.integers(-6, 2), st.integers(-4, 4), st.none() | st.integers(-5, 6), st.integers(0, 9), st.integers(0, 1)
    ),
    min_size=1,
    max_size=9,
)


@pytest.fixture(scope="module")
def features_in(make_module_warehouse) -> Callable[[list[Row]], Features]:
    """Scores settlements on `DAY` and two days before it; whatever lays payments on receivables is left out."""
    warehouse: SmallWarehouse = make_module_warehouse()
    land(warehouse, Ledger(), as_of=AS_OF)

    def score(rows: list[Row]) -> Features:
        for relation in ("staging.settlements", "staging.receivables", "staging.customers"):
            names = warehouse.columns(relation)
            known = {str(tuple(row.get(name) for name in names)): row for row in rows}
            if relation == "staging.customers":
                known = {str(row["customer_id"]): row for row in rows}
            warehouse.fill(relation, [{name: row.get(name) for name in names} for row in known.values()])
        score_all_on(warehouse, [DAY, DAY - timedelta(days=1), DAY - timedelta(days=2)])
        build_features(warehouse)
        return features_of(warehouse, f"points.invoice_date < DATE '{DAY}'")

    return score


def rows_of(items: list[Drawn], *, is_other: bool) -> list[Row]:
    """Settlements as a run of `AS_OF` sees them; the other world has another future from `DAY` on."""
    rows: list[Row] = []
    for number, (issued, due, paid, otherwise, customer) in enumerate(items):
        if is_other and issued >= 0:
            continue
        # What is paid from the day on is paid on another day there, or never.
        settled = paid if paid is None or paid < 0 or not is_other else otherwise
        settled = otherwise if is_other and paid is None and otherwise % 2 else settled
        settled_on = None if settled is None or settled == 9 else DAY + timedelta(days=settled)
        rows.append(
            {
                "company_id": "acme",
                "customer_id": f"C{customer}",
                "receivable_id": f"R{number}",
                "currency": "EUR",
                "amount": 100 + number,
                "invoice_date": DAY + timedelta(days=issued),
                "due_date": DAY + timedelta(days=due),
                "settled_on": settled_on,
                "settled_on_before": settled_on,
                "open_amount": 0 if settled_on else 100 + number,
                "custom_references": {},
                "country": "ES",
            }
        )
    return rows


@settings(max_examples=15, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(items=ITEMS)
def test_the_future_changes_no_feature_of_any_ledger(features_in, items: list[Drawn]) -> None:
    one, other = (features_in(rows_of(items, is_other=is_other)) for is_other in (False, True))
    assert differences(one, other) == []
