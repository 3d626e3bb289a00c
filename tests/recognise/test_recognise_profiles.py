"""Files of known systems are recognised by the shipped profiles, whatever their encoding, delimiter or the spelling of names."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from tasks.recognise.recognise import recognise
from tasks.recognise.write import NewWorkspace, write_workspace
from tasks.settings.load import load_workspace
from tasks.settings.shipped_profiles import load_profile
from tests.sources.profile_fixtures import expected_of, fixture_of, round_trips

AS_OF = datetime.date(2026, 6, 1)
FIXTURES = sorted(
    {
        (profile, path)
        for profile, source in round_trips()
        for path in fixture_of(profile).glob(expected_of(profile).sources[source].file)
    }
)


def made(paths: list[Path], folder: Path) -> NewWorkspace:
    strategy = folder / "ready.yaml"
    strategy.write_text("{}\n")
    found = [item for path in paths for item in recognise(path)]
    return write_workspace(folder / "acme", found, strategy, as_of=AS_OF)


@pytest.mark.parametrize(
    ("profile", "path"), FIXTURES, ids=lambda value: value if isinstance(value, str) else value.name
)
def test_the_fixture_of_a_profile_is_recognised_as_that_profile(profile: str, path: Path) -> None:
    found = recognise(path)
    assert {item.entry["profile"] for item in found} == {profile}
    assert {item.confidence for item in found} == {1.0}
    assert [(item.name, item.contract) for item in found] == [
        (source.name, source.contract) for source in load_profile(profile).sources
    ]


def test_an_entry_is_short_and_lands_without_an_edit(tmp_path: Path) -> None:
    workspace = made([fixture_of("quickbooks_online_ar_aging_detail") / "ar_aging_detail.csv"], tmp_path)
    assert [(item.recognised.contract, item.trial.landed) for item in workspace.sources if item.trial] == [
        ("receivables", 5),
        ("payments", 1),
    ]
    text = workspace.settings.read_text(encoding="utf-8")
    assert "profile: quickbooks_online_ar_aging_detail" in text
    assert "currency: {value: EUR}" in text
    assert "CONFIRM columns.currency" in text
    assert "Transaction Type" not in text


def test_another_encoding_delimiter_and_spelling_are_written_down(tmp_path: Path) -> None:
    rows = "CLIENTE,NOMBRE,FACTURA,FECHA,VENCIMIENTO,IMPORTE\nC1,Señora Peña,F1,2026-04-01,2026-05-13,10.50\n"
    (tmp_path / "facturas.csv").write_bytes(rows.encode("cp1252"))
    workspace = made([tmp_path / "facturas.csv"], tmp_path)
    (source,) = load_workspace(workspace.settings.parent).settings.sources
    assert source.profile == "generic_receivables_es"
    assert source.format.model_dump()["encoding"] == "latin-1"
    assert source.format.model_dump()["delimiter"] == ","
    assert source.columns["customer_id"].column == "CLIENTE"
    assert source.columns["receivable_id"].join == ("FACTURA",)
    assert source.dates == ("%Y-%m-%d",)
    assert "open_amount" not in source.columns
    (written,) = workspace.sources
    assert written.trial is not None
    assert (written.trial.landed, written.trial.quarantined) == (1, 0)


def test_a_source_without_rows_today_is_kept_for_the_rows_of_tomorrow(tmp_path: Path) -> None:
    export = tmp_path / "ar_aging_detail.csv"
    text = (fixture_of("quickbooks_online_ar_aging_detail") / export.name).read_text(encoding="utf-8")
    export.write_text(text.replace(",Payment,", ",Credit Memo,"), encoding="utf-8")
    workspace = made([export], tmp_path)
    assert [item.trial.landed for item in workspace.sources if item.trial] == [6, 0]
    payments = load_workspace(workspace.settings.parent).settings.sources[1]
    assert (payments.contract, payments.may_be_empty) == ("payments", True)


def test_two_files_of_one_profile_are_two_sources(tmp_path: Path) -> None:
    first = fixture_of("generic_receivables_pt") / "faturas.csv"
    second = tmp_path / "maio.csv"
    second.write_bytes(first.read_bytes())
    names = [source.name for source in load_workspace(made([first, second], tmp_path).settings.parent).settings.sources]
    assert names == ["receivables", "receivables_2"]


def test_files_that_add_up_are_one_source_that_the_next_file_joins(tmp_path: Path) -> None:
    first = fixture_of("odoo_account_move") / "account_move.csv"
    second = tmp_path / "july.csv"
    second.write_text(first.read_text(encoding="utf-8").replace("/2026/000", "/2026/001"), encoding="utf-8")
    workspace = made([first, second], tmp_path)
    (source,) = load_workspace(workspace.settings.parent).settings.sources
    assert source.path == "exports/odoo_account_move/*"
    assert [item.recognised.path for item in workspace.sources] == [first, second]
    assert {item.trial.landed for item in workspace.sources if item.trial} == {8}
