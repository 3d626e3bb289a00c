"""Holds `sql/decisions/decided.sql` to `decide.evidence`: what a decision is taken on is in the hash of its facts."""

from __future__ import annotations

import re

import duckdb
import pytest

from tasks.paths import SQL
from tasks.score.feature_tables import TABLES as FEATURE_TABLES
from tasks.score.scorecard import load_scorecard
from tasks.segment.policy import TABLES as POLICY_TABLES
from tasks.warehouse.inputs import create_empty, create_empty_inputs
from tasks.warehouse.models import build_model, upstream_of

# What decide.evidence works out of columns that are in the hash, or says of all receivables alike.
DERIVED = {
    "as_of", "left_in_peace", "before_first_step", "until_next_step", "ladder_finished", "step_due", "hold_out_group",
    "covered_by_credit", "below_minimum", "net_amount", "payments_fresh_within_days", "item_number",
}  # fmt: skip
# What is hashed once per customer: decisions.customer_facts.
OF_CUSTOMERS = {"country", "newest_booking_on"}


@pytest.fixture(scope="module")
def evidence() -> set[str]:
    with duckdb.connect(config={"threads": 1, "autoload_known_extensions": False}) as connection:
        create_empty_inputs(connection)
        for relation, columns in {**POLICY_TABLES, **FEATURE_TABLES}.items():
            create_empty(connection, relation, columns)
        for relation in ("staging", "score", "segment"):
            connection.execute(f"CREATE SCHEMA IF NOT EXISTS {relation}")
        load_scorecard(connection)
        for model in upstream_of("decisions.decided"):
            build_model(connection, model)
        return {str(name) for name, *_ in connection.execute("DESCRIBE decide.evidence").fetchall()}


def test_each_column_of_the_evidence_is_in_the_hash_or_derived(evidence) -> None:
    hashed = set(re.findall(r"\be\.(\w+)", (SQL / "decisions" / "decided.sql").read_text(encoding="utf-8")))
    missing = evidence - hashed - DERIVED - OF_CUSTOMERS
    assert missing == set(), "add these to the facts of sql/decisions/decided.sql, or to DERIVED"
    assert hashed - evidence == set()
