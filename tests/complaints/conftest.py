"""What the complaints of other systems' users are held against: decisions of small worlds, a ledger, and the SQL of claims and credit."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import pytest

from tasks.segment.load import parse_strategy
from tasks.segment.policy import load_policy
from tasks.segment.strategy import Strategy
from tasks.warehouse.models import build_model, upstream_of
from tests.ledger.conftest import clock, draft, empty_sqlite_ledger, new_draft, sqlite_ledger, sqlite_workspace
from tests.segment.conftest import decide_world
from tests.sql.conftest import Row, SmallWarehouse, warehouse

__all__ = [
    "clock",
    "decide_world",
    "draft",
    "empty_sqlite_ledger",
    "new_draft",
    "sqlite_ledger",
    "sqlite_workspace",
    "warehouse",
]
Given = Mapping[str, Sequence[Row]]


@pytest.fixture
def strategy_of() -> Callable[..., Strategy]:
    """A strategy of one ladder for everybody, without quiet days, from its steps and other settings."""

    def make(*steps: object, **more: object) -> Strategy:
        usual = {
            "quiet_days": {"weekdays": [], "holidays": []},
            "payments_fresh_within_days": "none",
            "ladders": {"only": list(steps)},
            "segments": [{"name": "all", "ladder": "only"}],
        }
        return parse_strategy({**usual, **more})

    return make


@pytest.fixture
def build(warehouse: SmallWarehouse) -> Callable[..., SmallWarehouse]:
    """Builds a relation and all that it reads, from the rows that are given for inputs and models."""

    def make(relation: str, given: Given, strategy: Strategy) -> SmallWarehouse:
        given = {"run.parameters": [{}], **given}
        models = upstream_of(relation)
        modelled = {model.relation for model in models}
        for name in given.keys() - modelled:
            warehouse.fill(name, given[name])
        load_policy(warehouse.connection, strategy, batch_size=2, customer_countries=("ES",))
        for model in models:
            build_model(warehouse.connection, model)
            if model.relation in given:
                warehouse.fill(model.relation, given[model.relation])
        return warehouse

    return make
