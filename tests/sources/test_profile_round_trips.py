"""Every shipped profile lands its made-up export as the fixture's `expected.yaml` says, and accounts for every row of it."""

from __future__ import annotations

import datetime
from pathlib import Path

import duckdb
import pytest

from tasks.extract import attach_landing, extract
from tasks.extract.model import LandedFile
from tasks.settings.load import Workspace
from tests.sources.profile_fixtures import Cell, ExpectedSource, expected_of, round_trips, set_aside_of, workspace_of

AS_OF = datetime.date(2026, 6, 1)


@pytest.mark.parametrize(("profile", "source"), round_trips())
def test_the_made_up_export_lands_as_expected(profile: str, source: str, tmp_path: Path) -> None:
    expected = expected_of(profile).sources[source]
    workspace = workspace_of(profile, source, expected, tmp_path)
    extraction = extract(workspace, as_of=AS_OF)
    files = [file for file in extraction.files if file.source == source]
    assert _landed(workspace, extraction.files, source, expected) == [
        {name: _plain(value) for name, value in row.items()} for row in expected.rows
    ]
    assert sum(file.rows_in for file in files) == expected.rows_in
    assert sum(file.quarantined for file in files) == expected.quarantined
    assert sum(file.duplicates for file in files) == expected.duplicates
    assert sum(file.landed for file in files) == len(expected.rows)
    assert set_aside_of(files) == expected.set_aside
    assert not [warning for warning in extraction.warnings if "does not mention" in warning.what]


def _landed(
    workspace: Workspace, files: tuple[LandedFile, ...], source: str, expected: ExpectedSource
) -> list[dict[str, str]]:
    contract = next(item.contract for item in workspace.settings.sources if item.name == source)
    with duckdb.connect() as connection:
        attach_landing(connection, workspace, files)
        relation = connection.execute(
            f"SELECT * FROM landing.{contract} WHERE source = ? ORDER BY file, file_row",  # noqa: S608
            [source],
        )
        names = [column[0] for column in relation.description or ()]
        rows = [dict(zip(names, row, strict=True)) for row in relation.fetchall()]
    return [{name: _plain(row[name]) for name in wanted} for row, wanted in zip(rows, expected.rows, strict=True)]


def _plain(value: Cell | object) -> str:
    if isinstance(value, dict):
        return str(dict(sorted(value.items())))
    return str(value)
