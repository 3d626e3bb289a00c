"""What every shipped profile promises: it fits the model and the contracts, says where it is known from, and has a fixture."""

from __future__ import annotations

import pytest

from tasks.contracts.load import load_contract
from tasks.extract.check_mapping import OWN_COLUMN, check_settings
from tasks.settings.resolve import merged
from tasks.settings.shipped_profiles import load_profile, profile_names
from tasks.settings.sources import Source
from tests.sources.profile_fixtures import expected_of, fixture_of, is_of

# Shared by all: a person cannot confirm what is not there.
NEVER_TO_CONFIRM = {"amount", "customer_id"}


@pytest.mark.parametrize("name", profile_names())
def test_a_profile_fits_its_contracts(name: str) -> None:
    for item in load_profile(name).sources:
        contract = load_contract(item.contract)
        confirmed = {entry.key.removeprefix("columns.") for entry in item.confirm}
        required = {column.name for column in contract.columns if column.is_required and column.name != OWN_COLUMN}
        unmapped = required - set(item.columns)
        assert unmapped <= confirmed - NEVER_TO_CONFIRM
        stand_ins = {column: {"value": "EUR"} for column in unmapped}
        entry = {"name": item.name, "path": "exports/export", "columns": stand_ins}
        check_settings(Source.model_validate(merged(item, entry)), contract)


@pytest.mark.parametrize("name", profile_names())
def test_a_profile_says_what_it_is_known_from_and_how_it_is_recognised(name: str) -> None:
    profile = load_profile(name)
    assert all(evidence.strip() for evidence in profile.evidence)
    sign = profile.recognise
    assert sign.headers or sign.starts_with or sign.contains
    assert len({source.name for source in profile.sources}) == len(profile.sources)


@pytest.mark.parametrize("name", profile_names())
def test_a_profile_has_a_fixture_for_each_of_its_sources(name: str) -> None:
    expected = expected_of(name)
    names = {source.name for source in load_profile(name).sources}
    assert all(any(is_of(source, own) for source in expected.sources) for own in names)
    assert all(any(is_of(source, own) for own in names) for source in expected.sources)
    for source in expected.sources.values():
        assert list(fixture_of(name).glob(source.file))
