"""`puntual train` and `puntual backtest` as a user types them; training itself is tested in tests/score."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from flows.cli import app as command_line
from flows.train import train
from tasks.problems import UserProblem
from tasks.score.fitted import trees
from tests.score.sharing_companies import write_sharing_company
from tests.score.small_company import write_company


@pytest.fixture(autouse=True)
def few_trees(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        trees, "SHAPES", {name: ({**shape, "max_leaves": 6}, 5) for name, (shape, _) in trees.SHAPES.items()}
    )
    monkeypatch.setattr(trees, "QUANTILE_ROUNDS", 3)
    monkeypatch.setattr("tasks.score.fitted.scorecard_past.MOST_DAYS", 1)
    monkeypatch.setattr("tasks.score.fitted.scorecard_past.MOST_DAYS_AT_ALL", 1)


def puntual(*arguments: object) -> Result:
    return CliRunner().invoke(command_line.app, [str(argument) for argument in arguments])


def test_too_little_history_keeps_the_points_and_is_no_error(tmp_path: Path) -> None:
    company = write_company(tmp_path / "acme", receivables=90)
    shown = puntual("train", company, "--json")
    assert shown.exit_code == 0, shown.output
    told = json.loads(shown.stdout)
    assert (told["status"], told["finding"], told["in_use"], told["model"]) == ("kept", "too_short", "scorecard", None)
    told_to_a_person = puntual("train", company)
    assert "Tarjeta de puntos" in told_to_a_person.stdout
    asked = puntual("backtest", company)
    assert isinstance(asked.exception, UserProblem)


def test_the_flow_keeps_a_model_whose_card_names_no_customer_and_a_person_goes_back(tmp_path: Path) -> None:
    company = write_company(tmp_path / "acme")
    trained = train(company)
    assert trained.model is not None
    assert (company / ".puntual" / "models" / trained.model / "es" / "model_card.html").exists()
    assert "C01" not in trained.markdown["es"]
    promoted = puntual("train", company, "--use", trained.model, "--json")
    assert json.loads(promoted.stdout)["name"] == trained.model
    back = puntual("train", company, "--use", "scorecard", "--json")
    assert json.loads(back.stdout) == {
        "name": "scorecard",
        "on": "2026-06-01",
        "why": "chosen by name",
        "replaced": trained.model,
    }
    unknown = puntual("train", company, "--use", "nobody")
    assert isinstance(unknown.exception, UserProblem)


def test_a_company_that_has_not_allowed_it_is_refused_by_name_before_anything_starts(tmp_path: Path) -> None:
    home = write_sharing_company(tmp_path / "home", receivables=3, seed=1)
    closed = write_sharing_company(tmp_path / "closed", receivables=3, seed=2, may_be_shared=False)
    refused = puntual("train", home, "--with", closed)
    assert isinstance(refused.exception, UserProblem)
    assert "closed/puntual.yaml: score.may_be_shared" in str(refused.exception)
    with pytest.raises(UserProblem, match="may_be_shared"):
        train(home, shared_with=(closed,))


def test_the_flow_takes_folders_that_share_and_tells_what_is_missing(tmp_path: Path) -> None:
    home = write_sharing_company(tmp_path / "home", receivables=90, seed=1)
    other = write_sharing_company(tmp_path / "other", receivables=90, seed=2)
    trained = train(home, shared_with=(other,))
    assert (trained.status, trained.finding) == ("kept", "too_short")
    assert not (other / ".puntual" / "models").exists()
