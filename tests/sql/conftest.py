"""A small warehouse for SQL tests: typed empty inputs in memory, filled with the rows a test names."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

import duckdb
import pytest
import yaml

from tasks.consequences.tables import TABLES as CONSEQUENCE_TABLES
from tasks.history.follow_up import TABLES as HISTORY_TABLES
from tasks.ledger.fact_schemas import SCHEMAS as LEDGER_FACTS
from tasks.score.feature_tables import TABLES as FEATURE_TABLES
from tasks.score.feature_tables import load_feature_tables
from tasks.score.scorecard import load_scorecard
from tasks.segment.policy import TABLES as POLICY_TABLES
from tasks.settings.score import ScoreSettings, Windows
from tasks.warehouse.connection import Connection
from tasks.warehouse.inputs import create_empty, create_empty_inputs
from tasks.warehouse.work import write_ledger_facts
from tasks.worklist.tables import TABLES as WORKLIST_TABLES

Row = Mapping[str, object]
READ_BY_MART_ONLY = ("ledger.reminders", "ledger.runs")
DEFAULTS: Mapping[str, Row] = {
    "policy.score_settings": Windows().model_dump(),
    **yaml.safe_load((Path(__file__).parent / "defaults.yaml").read_text(encoding="utf-8")),
}
_ANY_DAY = date(2026, 6, 1)


class SmallWarehouse:
    """An in-memory work database: empty input relations until `fill` gives them rows, and the program's own scorecard.

    The features have the windows of the program, calendar days, no branch and no attributes until a test says otherwise.
    """

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        create_empty_inputs(connection)
        load_scorecard(connection)
        for relation, columns in (*POLICY_TABLES.items(), *CONSEQUENCE_TABLES.items()):
            create_empty(connection, relation, columns)
        for relation, columns in (*FEATURE_TABLES.items(), *WORKLIST_TABLES.items(), *HISTORY_TABLES.items()):
            create_empty(connection, relation, columns)
        load_feature_tables(
            connection, settings=ScoreSettings(), country="ES", attributes=(), days=(_ANY_DAY, _ANY_DAY)
        )
        write_ledger_facts(connection, {name: LEDGER_FACTS[name].empty_table() for name in READ_BY_MART_ONLY})

    def columns(self, relation: str) -> dict[str, str]:
        """Column names and DuckDB types of an existing relation."""
        described = self.connection.execute(f"DESCRIBE {relation}").fetchall()
        return {str(name): str(kind) for name, kind, *_ in described}

    def fill(self, relation: str, rows: Sequence[Row]) -> None:
        """Replaces the content of `relation`, a model or an input, by `rows`, completed from `defaults.yaml`."""
        columns = self.columns(relation)
        default = DEFAULTS.get(relation, {})
        complete = [{**default, **row} for row in rows]
        unknown = {name for row in complete for name in row} - columns.keys()
        assert not unknown, f"{relation} has no column {sorted(unknown)}; it has {sorted(columns)}"
        complete = [{name: row.get(name) for name in columns} for row in complete]
        # What a case says of words may be none of the strategy's.
        kinds_of = {name: "VARCHAR" if kind.startswith("ENUM") else kind for name, kind in columns.items()}
        struct = ", ".join(f'"{name}" {kind}' for name, kind in kinds_of.items())
        select = f"SELECT unnest(CAST($1::JSON AS STRUCT({struct})[]), max_depth := 2)"
        kinds = {True: "VIEW", False: "TABLE"}
        found = self.connection.execute(
            "SELECT count(*) > 0 FROM duckdb_views() WHERE schema_name || '.' || view_name = $1", [relation]
        ).fetchone()
        assert found is not None
        self.connection.execute(f"DROP {kinds[bool(found[0])]} {relation}")
        self.connection.execute(f"CREATE TABLE {relation} ({struct})")
        self.connection.execute(f"INSERT INTO {relation} {select}", [json.dumps(complete, default=str)])

    def rows(self, relation: str, columns: Sequence[str], where: str = "TRUE") -> list[dict[str, object]]:
        """The rows of `relation` for which the condition `where` holds, only `columns`, in any order."""
        listed = ", ".join(f'"{name}"' for name in columns)
        fetched = self.connection.execute(f"SELECT {listed} FROM {relation} WHERE {where}").fetchall()  # noqa: S608 names from the test itself
        return [dict(zip(columns, row, strict=True)) for row in fetched]


@pytest.fixture
def warehouse() -> Iterator[SmallWarehouse]:
    connection = duckdb.connect(config={"threads": 1, "autoload_known_extensions": False})
    yield SmallWarehouse(connection)
    connection.close()


@pytest.fixture(scope="module")
def make_module_warehouse() -> Iterator[Callable[[], SmallWarehouse]]:
    """Warehouses that live as long as the module, for tests that compare worlds or run many examples."""
    opened: list[Connection] = []

    def make() -> SmallWarehouse:
        opened.append(duckdb.connect(config={"threads": 1, "autoload_known_extensions": False}))
        return SmallWarehouse(opened[-1])

    yield make
    for connection in opened:
        connection.close()
