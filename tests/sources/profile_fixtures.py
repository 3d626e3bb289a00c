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

from pathlib import Path

from pydantic import Field

from tasks.settings.shipped_profiles import profile_names
from tasks.settings.strict import Strict
from tasks.settings.yaml_file import read_yaml

FIXTURES = Path(__file__).parent / "fixtures"
Cell = str | int | bool | dict[str, str] | None


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
