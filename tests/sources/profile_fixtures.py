"""A profile's fixture folder: made-up exports and `expected.yaml`, which says what lands of them.

sources:
  open_items:                  the name of a source of the profile (open_items_workbook: the same source with another export)
    file: export.csv           the fixture's export (or a glob of several)
    entry: {columns: {currency: {value: EUR}}}   what a person adds in puntual.yaml; may be left out
    rows_in: 3
    quarantined: 0             may be left out, as may duplicates
    set_aside: {section_total: 2}
    rows:                      every landed row in the file's order; columns that are not named are not compared
      - {customer_id: C1, amount: "10.00", due_date: "2026-01-31", custom_references: {project: P1}}
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

import yaml
from pydantic import Field

from tasks.extract.model import LandedFile
from tasks.settings.load import Workspace, load_workspace
from tasks.settings.shipped_profiles import load_profile, profile_names
from tasks.settings.strict import Strict
from tasks.settings.yaml_file import read_yaml

FIXTURES = Path(__file__).parent / "fixtures"
Cell = str | int | bool | dict[str, str] | None
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


class ExpectedSource(Strict):
    """What lands of one source."""

    file: str
    rows_in: int
    entry: dict[str, object] = Field(default_factory=dict)
    quarantined: int = 0
    duplicates: int = 0
    set_aside: dict[str, int] = Field(default_factory=dict)
    rows: tuple[dict[str, Cell], ...]


class Expected(Strict):
    """`expected.yaml`: per source of the profile."""

    sources: dict[str, ExpectedSource]


def is_of(name: str, source: str) -> bool:
    """Whether an entry of that name means the profile's source, as in `puntual.yaml`."""
    return name == source or name.startswith(f"{source}_")


def fixture_of(profile: str) -> Path:
    return FIXTURES / profile


def expected_of(profile: str) -> Expected:
    return Expected.model_validate(read_yaml(fixture_of(profile) / "expected.yaml"))


def round_trips() -> list[tuple[str, str]]:
    """Every profile and source that has an expectation."""
    return [
        (profile, source)
        for profile in profile_names()
        if (fixture_of(profile) / "expected.yaml").is_file()
        for source in expected_of(profile).sources
    ]


def workspace_of(profile: str, source: str, expected: ExpectedSource, root: Path) -> Workspace:
    """A workspace in `root` with the fixture's exports and the one source, which may refuse as many rows as it likes."""
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


def set_aside_of(files: Iterable[LandedFile]) -> dict[str, int]:
    """How many rows of the files were set aside, by reason."""
    counted: dict[str, int] = {}
    for file in files:
        for item in file.set_aside:
            counted[item.reason] = counted.get(item.reason, 0) + item.rows
    return counted
