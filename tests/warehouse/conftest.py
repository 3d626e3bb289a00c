"""A small work database, built to the door of `mart`, and a workspace to publish it in."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from tasks.credit.policy import CreditPolicy
from tasks.credit.tables import load_credit_policy
from tasks.paths import WorkspacePaths
from tasks.report.build import REPORT_SCHEMAS
from tasks.settings.workspace import WarehouseSettings
from tasks.warehouse.inputs import create_empty_inputs
from tasks.warehouse.models import build
from tasks.warehouse.publish import publish
from tasks.worklist.build import RISK_SCHEMAS, ensure_lines

SMALL_WORK = (Path(__file__).parent / "small_work.sql").read_text(encoding="utf-8")


SETTINGS = WarehouseSettings(memory_limit="500MB", threads=1, keep_runs=3)


@pytest.fixture
def settings() -> WarehouseSettings:
    return SETTINGS


@pytest.fixture
def paths(tmp_path) -> WorkspacePaths:
    return WorkspacePaths(tmp_path)


@pytest.fixture(scope="session")
def built_once(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("small_work") / "work.duckdb"
    with duckdb.connect(str(path)) as connection:
        create_empty_inputs(connection)
        connection.execute(SMALL_WORK)
        load_credit_policy(connection, CreditPolicy())
        build(connection, ["loss"])
        ensure_lines(connection)
        build(connection, ["parties", *(schema for schema in REPORT_SCHEMAS if schema not in RISK_SCHEMAS)])
    return path


@pytest.fixture
def work_db(built_once, tmp_path) -> Path:
    """A copy of its own for a test that may change it."""
    return Path(shutil.copy(built_once, tmp_path / "work.duckdb"))


@pytest.fixture(scope="session")
def published(built_once, tmp_path_factory) -> WorkspacePaths:
    """A workspace with a published warehouse, for tests that only read."""
    paths = WorkspacePaths(tmp_path_factory.mktemp("published"))
    publish(built_once, paths, run_id="20260506-0000000a", settings=SETTINGS)
    return paths
