"""A small work database, built to the door of `mart`, and a workspace to publish it in."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from tasks.paths import WorkspacePaths
from tasks.settings.workspace import WarehouseSettings
from tasks.warehouse.inputs import create_empty_inputs
from tasks.warehouse.models import build

SMALL_WORK = (Path(__file__).parent / "small_work.sql").read_text(encoding="utf-8")


@pytest.fixture
def settings() -> WarehouseSettings:
    return WarehouseSettings(memory_limit="500MB", threads=1, keep_runs=3)


@pytest.fixture
def paths(tmp_path) -> WorkspacePaths:
    return WorkspacePaths(tmp_path)


@pytest.fixture
def work_db(tmp_path) -> Path:
    path = tmp_path / "work.duckdb"
    with duckdb.connect(str(path)) as connection:
        create_empty_inputs(connection)
        connection.execute(SMALL_WORK)
        build(connection, ["report", "mart"])
    return path
