"""Every shipped profile lands its made-up export as the fixture's `expected.yaml` says, and accounts for every row of it."""

from __future__ import annotations

import datetime
import shutil
from pathlib import Path

import duckdb
import pytest
import yaml

from tasks.extract import attach_landing, extract
from tasks.extract.model import LandedFile
from tasks.settings.load import Workspace, load_workspace
from tasks.settings.shipped_profiles import load_profile
from tests.sources.profile_fixtures import Cell, ExpectedSource, expected_of, fixture_of, is_of, round_trips

AS_OF = datetime.date(2026, 6, 1)
COMPANY = {
    "id": "acme",
    "name": "Acme, S.A.",
    "country": "ES",
    "sender": {"name": "Acme", "email": "ar@example.com"},
    "collector": {"name": "Ana", "email": "ana@example.com"},
}
# Settings need receivables; this file gives them to sources of other contracts.
RECEIVABLES = {
    "name": "other_receivables",
    "contract": "receivables",
    "path": "other_receivables.csv",
    "columns": {
        "customer_id": "customer",
        "receivable_id": "number",
        "document_number": "number",
        "document_type": {"value": "invoice"},
        "invoice_date": "date",
        "currency": {"value": "EUR"},
        "amount": "amount",
    },
}


@pytest.mark.parametrize(("profile", "source"), round_trips())
def test_the_made_up_export_lands_as_expected(profile: str, source: str, tmp_path: Path) -> None:
    expected = expected_of(profile).sources[source]
    workspace = _workspace(profile, source, expected, tmp_path)
    extraction = extract(workspace, as_of=AS_OF)
    files = [file for file in extraction.files if file.source == source]
    assert _landed(workspace, extraction.files, source, expected) == [
        {name: _plain(value) for name, value in row.items()} for row in expected.rows
    ]
    assert sum(file.rows_in for file in files) == expected.rows_in
    assert sum(file.quarantined for file in files) == expected.quarantined
    assert sum(file.duplicates for file in files) == expected.duplicates
    assert sum(file.landed for file in files) == len(expected.rows)
    assert _set_aside(files) == expected.set_aside
    assert not [warning for warning in extraction.warnings if "does not mention" in warning.what]


def _workspace(profile: str, source: str, expected: ExpectedSource, root: Path) -> Workspace:
    shutil.copytree(fixture_of(profile), root / "exports")
    (root / "other_receivables.csv").write_text("customer,number,date,amount\nC0,F0,2026-01-01,1.00\n")
    contract = next(item.contract for item in load_profile(profile).sources if is_of(source, item.name))
    entry = {
        "name": source,
        "profile": profile,
        "contract": contract,
        "path": f"exports/{expected.file}",
        "max_reject_share": 1,
        **expected.entry,
    }
    content = {"company": COMPANY, "sources": [entry, RECEIVABLES]}
    (root / "puntual.yaml").write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    return load_workspace(root)


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


def _set_aside(files: list[LandedFile]) -> dict[str, int]:
    counted: dict[str, int] = {}
    for file in files:
        for item in file.set_aside:
            counted[item.reason] = counted.get(item.reason, 0) + item.rows
    return counted
