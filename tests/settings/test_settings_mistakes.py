"""A mistake in `puntual.yaml` or `strategy.yaml` is told with file, place and next step, and repeats nothing secret."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tasks.problems import SettingsProblem
from tasks.segment.load import load_strategy
from tasks.settings.load import load_workspace, parse_settings

GOOD = """\
company:
  id: acme
  name: Señores de Acme
  country: ES
  time_zone: Europe/Madrid
  sender: {name: Ana, email: ana@acme.example}
  collector: {name: Ana, email: ana@acme.example}
sources:
  - {name: ledger, contract: receivables, path: ledger.csv, columns: {customer_id: Cliente}}
"""


@pytest.fixture
def mistake(tmp_path: Path) -> Callable[[str, str], SettingsProblem]:
    """What is said about the good settings after a replacement."""

    def tell(old: str, new: str) -> SettingsProblem:
        (tmp_path / "puntual.yaml").write_text(GOOD.replace(old, new), encoding="utf-8")
        with pytest.raises(SettingsProblem) as caught:
            load_workspace(tmp_path)
        assert all(problem.fix for problem in caught.value.problems)
        return caught.value

    return tell


def test_the_settings_are_good_before_each_mistake(tmp_path: Path) -> None:
    (tmp_path / "puntual.yaml").write_text(GOOD, encoding="utf-8")
    assert load_workspace(tmp_path).company_id == "acme"


@pytest.mark.parametrize("zone", ["Europe/Madird", "Mars/Olympus", "Europe", "../etc/passwd", "''"])
def test_an_unknown_time_zone_is_told_with_its_place(mistake: Callable[[str, str], SettingsProblem], zone: str) -> None:
    (problem,) = mistake("Europe/Madrid", zone).problems
    assert problem.where == "puntual.yaml: company.time_zone"
    assert "is not a known time zone" in problem.what


def test_a_misspelt_time_zone_is_told_with_the_likely_one(mistake: Callable[[str, str], SettingsProblem]) -> None:
    assert "did you mean Europe/Madrid?" in str(mistake("Europe/Madrid", "Europe/Madird"))


def test_settings_in_another_encoding_are_told_with_the_line(tmp_path: Path) -> None:
    (tmp_path / "puntual.yaml").write_bytes(GOOD.encode("latin-1"))
    with pytest.raises(SettingsProblem) as caught:
        load_workspace(tmp_path)
    (problem,) = caught.value.problems
    assert problem.where.endswith("puntual.yaml, line 3")
    assert problem.what == "byte 0xf1 is not UTF-8"
    assert "Save the file as UTF-8" in problem.fix


def test_a_strategy_in_another_encoding_is_told_with_the_line(tmp_path: Path) -> None:
    (tmp_path / "strategy.yaml").write_bytes("# cobros\nladders: {única: []}\n".encode("cp1252"))
    with pytest.raises(SettingsProblem, match=r"strategy\.yaml, line 2: byte 0xfa is not UTF-8"):
        load_strategy(tmp_path / "strategy.yaml")


def test_a_date_that_does_not_exist_is_told(mistake: Callable[[str, str], SettingsProblem]) -> None:
    assert "holds a date that does not exist" in str(mistake("sources:", "demo_as_of: 2026-02-30\nsources:"))


def test_a_folder_in_place_of_the_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "puntual.yaml").mkdir()
    with pytest.raises(SettingsProblem, match="cannot be read: Is a directory"):
        load_workspace(tmp_path)


def test_invalid_yaml_is_told_with_its_line_and_without_the_line_itself(
    mistake: Callable[[str, str], SettingsProblem],
) -> None:
    said = str(mistake("  id: acme", '  id: acme\n  password: "hunter2'))
    assert "is not valid YAML" in said
    assert "line " in said
    assert "hunter2" not in said


def test_a_wrong_value_of_a_known_key_is_repeated_up_to_sixty_characters(
    mistake: Callable[[str, str], SettingsProblem],
) -> None:
    assert "(found 'Spain')" in str(mistake("country: ES", "country: Spain"))
    said = str(mistake("country: ES", f"country: {'x' * 500}"))
    assert said.count("x") == 58
    assert "…" in said


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("sources:", "sending: {email: {type: smtp, host: h, password: hunter2}}\nsources:", id="an unknown key"),
        pytest.param("sources:", "smtp_password: hunter2\nsources:", id="an unknown key at the top"),
        pytest.param("sources:", "ledger: 'postgresql://u:hunter2@h/db'\nsources:", id="a text in place of a group"),
        pytest.param("sources:", "ledger: {url_env: [hunter2]}\nsources:", id="a list in place of a name"),
        pytest.param("sources:", "sending: {email: {type: sendgrid, api_key_env: 72.5, host: hunter2}}\nsources:", id="a key"),
        pytest.param("name: ledger, contract: receivables", "name: hunter2, contract: payments", id="a rule of the whole"),
        pytest.param("customer_id: Cliente", "customer_id: {map: {hunter2: x}}", id="a rule of a group"),
    ],
)  # fmt: skip
def test_nothing_else_is_repeated(mistake: Callable[[str, str], SettingsProblem], old: str, new: str) -> None:
    said = str(mistake(old, new))
    assert "hunter2" not in said
    assert "72.5" not in said


@pytest.mark.parametrize("content", ["hunter2", None, ["hunter2"], 12])
def test_a_file_that_is_no_mapping_is_told_without_its_content(content: object) -> None:
    with pytest.raises(SettingsProblem) as caught:
        parse_settings(content, "puntual.yaml")
    assert "top level" in str(caught.value)
    assert "found" not in str(caught.value)
