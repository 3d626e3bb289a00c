"""A work database with the decisions of a world."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import duckdb
import pytest

from tasks.segment.decide import decide
from tasks.segment.strategy import Strategy
from tasks.warehouse.connection import Connection
from tasks.warehouse.inputs import create_empty, create_empty_inputs
from tests.segment.filling import BUILT_BEFORE, fill
from tests.segment.worlds import World


@pytest.fixture
def decide_world() -> Iterator[Callable[[World, Strategy], Connection]]:
    """Builds segment and decide for a world and a strategy, and gives the work database."""
    opened: list[Connection] = []

    def make(world: World, strategy: Strategy) -> Connection:
        connection = duckdb.connect(config={"threads": 1, "autoload_known_extensions": False})
        opened.append(connection)
        create_empty_inputs(connection)
        for relation, columns in BUILT_BEFORE.items():
            typed = {column.split(":")[0]: column.partition(":")[2] or "VARCHAR" for column in columns.split()}
            create_empty(connection, relation, typed)
        fill(connection, world)
        decide(connection, strategy, batch_size=3)
        return connection

    yield make
    for connection in opened:
        connection.close()
