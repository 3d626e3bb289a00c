"""A source entry on top of a shipped profile: what is merged, what is replaced, and what is said about mistakes."""

from __future__ import annotations

import pytest

from tasks.problems import SettingsProblem
from tasks.settings.load import parse_settings
from tasks.settings.profiles import Profile, ProfileSource
from tasks.settings.resolve import choose, merged
from tasks.settings.sources import Source

COMPANY = {
    "id": "acme",
    "name": "Acme",
    "country": "ES",
    "sender": {"name": "Ana", "email": "ana@acme.example"},
    "collector": {"name": "Ana", "email": "ana@acme.example"},
}
BASE = ProfileSource.model_validate(
    {
        "name": "open_items",
        "contract": "receivables",
        "format": {"type": "csv", "delimiter": ";", "encoding": "cp1252"},
        "dates": "%d/%m/%Y",
        "columns": {"amount": "Importe", "due_date": "Vence"},
        "references": {"project": "Obra"},
        "ignore": ["Notas"],
        "confirm": [{"key": "columns.currency", "why": "the export does not say it"}],
    }
)


def on_top(**entry: object) -> Source:
    return Source.model_validate(merged(BASE, {"name": "ledger", "path": "exports/a.csv", **entry}))


def test_columns_and_references_merge_and_other_keys_replace() -> None:
    source = on_top(
        columns={"currency": {"value": "EUR"}, "amount": "Total"}, references={"case": "Caso"}, ignore=["*"]
    )
    assert source.columns["amount"].column == "Total"
    assert source.columns["due_date"].column == "Vence"
    assert source.columns["currency"].value == "EUR"
    assert set(source.references) == {"project", "case"}
    assert (source.ignore, source.dates, source.name) == (("*",), ("%d/%m/%Y",), "ledger")


def test_a_column_without_a_value_takes_the_profiles_mapping_away() -> None:
    assert "due_date" not in on_top(columns={"due_date": None}).columns


def test_a_format_of_the_same_type_merges_and_another_replaces() -> None:
    same = on_top(format={"encoding": "utf-8"}).format.model_dump()
    assert (same["delimiter"], same["encoding"]) == (";", "utf-8")
    assert on_top(format={"type": "xlsx"}).format.type == "xlsx"


def test_of_two_sources_of_one_contract_the_name_says_which_is_meant() -> None:
    twice = {**BASE.model_dump(), "name": "notes"}
    profile = Profile.model_validate(
        {
            "system": "x",
            "report": "y",
            "evidence": ["z"],
            "known_from": "real_file",
            "recognise": {"headers": ["Importe"]},
            "sources": [BASE.model_dump(), twice],
        }
    )
    assert choose(profile, contract="receivables", name="open_items") == profile.sources[0]
    assert choose(profile, contract="receivables", name="notes_2") == profile.sources[1]
    assert choose(profile, contract="receivables", name="ledger") is None
    assert choose(profile, contract="payments", name="notes") is None


def test_of_two_sources_whose_names_begin_alike_the_longer_one_is_meant_where_it_fits() -> None:
    names = ("notes", "notes_old")
    profile = Profile.model_validate(
        {
            "system": "x",
            "report": "y",
            "evidence": ["z"],
            "known_from": "real_file",
            "recognise": {"headers": ["Importe"]},
            "sources": [{**BASE.model_dump(), "name": name} for name in names],
        }
    )
    meant = {"notes": 0, "notes_2": 0, "notes_old": 1, "notes_old_2": 1}
    for name, index in meant.items():
        assert choose(profile, contract="receivables", name=name) == profile.sources[index]


def settings_with(entry: dict[str, object]) -> None:
    parse_settings({"company": COMPANY, "sources": [entry]}, "puntual.yaml")


def test_an_unknown_profile_is_told_with_close_names() -> None:
    with pytest.raises(SettingsProblem) as caught:
        settings_with({"name": "a", "profile": "generic_recivables", "contract": "receivables", "path": "a.csv"})
    (problem,) = caught.value.problems
    assert problem.where == "puntual.yaml: sources.0.profile"
    assert "Did you mean generic_receivables, " in problem.fix
    assert "docs/sources.md" in problem.fix


def test_a_contract_that_the_profile_does_not_give_is_told_with_those_it_gives() -> None:
    with pytest.raises(SettingsProblem) as caught:
        settings_with({"name": "a", "profile": "generic_receivables", "contract": "payments", "path": "a.csv"})
    (problem,) = caught.value.problems
    assert problem.where == "puntual.yaml: sources.0.contract"
    assert "receivables" in problem.fix


def test_a_mistake_in_a_merged_entry_names_the_key_in_puntual_yaml() -> None:
    with pytest.raises(SettingsProblem) as caught:
        settings_with(
            {
                "name": "a",
                "profile": "generic_receivables",
                "contract": "receivables",
                "path": "a.csv",
                "columns": {"amount": {"colum": "Importe"}},
            }
        )
    assert {problem.where for problem in caught.value.problems} >= {"puntual.yaml: sources.0.columns.amount.colum"}
