"""Builds the decisions of a world in which the ledger knows the members of an experiment."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date

import duckdb
import pytest

from tasks.segment.decide import decide
from tasks.segment.strategy import Strategy
from tasks.warehouse.connection import Connection
from tasks.warehouse.inputs import create_empty, create_empty_inputs
from tests.segment.filling import BUILT_BEFORE, fill
from tests.segment.filling_ledger import insert
from tests.segment.worlds import COMPANY, World

Member = tuple[str, str, date]
"""Customer, arm and the day of the assignment, in the experiment `spring`."""


@pytest.fixture
def decided() -> Iterator[Callable[..., Connection]]:
    """Builds segment, experiment and decide for a world, a strategy and what the ledger knows of members."""
    opened: list[Connection] = []

    def make(world: World, strategy: Strategy, members: Sequence[Member] = ()) -> Connection:
        connection = duckdb.connect(config={"threads": 1, "autoload_known_extensions": False})
        opened.append(connection)
        create_empty_inputs(connection)
        for relation, columns in BUILT_BEFORE.items():
            typed = {column.split(":")[0]: column.partition(":")[2] or "VARCHAR" for column in columns.split()}
            create_empty(connection, relation, typed)
        fill(connection, world)
        insert(
            connection,
            "ledger.experiment_members",
            "company_id experiment segment customer_id arm assigned_on",
            [(COMPANY, "spring", "everybody", *member) for member in members],
        )
        decide(connection, strategy, batch_size=3)
        return connection

    yield make
    for connection in opened:
        connection.close()
