"""`train` for a small company: what is promoted, what is refused, the way back, and the same bytes twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from tasks.problems import SettingsProblem
from tasks.score.fitted import trees
from tasks.score.fitted.candidate import Candidate, Finding, train_candidate
from tasks.score.fitted.keep import keep, use_model
from tasks.score.fitted.promotion import duel, is_better
from tasks.score.fitted.store import SCORECARD, ModelStore
from tasks.settings.load import load_workspace
from tests.score.small_company import write_company

DAY = date(2026, 6, 1)


@pytest.fixture(scope="module", autouse=True)
def few_trees() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            trees,
            "SHAPES",
            {name: ({**shape, "max_leaves": 6, "eta": 0.12}, 20) for name, (shape, _) in trees.SHAPES.items()},
        )
        patch.setattr(trees, "QUANTILE_ROUNDS", 4)
        yield


@pytest.fixture(scope="module")
def candidate(tmp_path_factory: pytest.TempPathFactory) -> Candidate:
    company = write_company(tmp_path_factory.mktemp("train") / "acme")
    return train_candidate(load_workspace(company), DAY, known_on=DAY)


def test_the_first_model_that_is_better_comes_into_use_with_its_card(candidate: Candidate, tmp_path: Path) -> None:
    home = load_workspace(write_company(tmp_path / "acme", receivables=3))
    trained = keep(home, candidate)
    assert (trained.status, trained.finding, trained.replaced) == ("promoted", "first", SCORECARD)
    store = ModelStore(home.paths.models)
    assert store.current(DAY) == trained.model == trained.in_use
    assert store.current(date(2026, 5, 31)) == SCORECARD
    for language, heading in (("es", "# Ficha"), ("en", "# Model card")):
        text = (store.folder_of(str(trained.model)) / language / "model_card.md").read_text(encoding="utf-8")
        assert text.startswith(heading)
        assert "C01" not in text
    assert trained.model is not None
    assert store.load(trained.model).trained_on == DAY


def test_keeping_twice_promotes_once_and_a_dry_run_keeps_nothing(candidate: Candidate, tmp_path: Path) -> None:
    home = load_workspace(write_company(tmp_path / "acme", receivables=3))
    dry = keep(home, candidate, is_dry_run=True)
    assert not home.paths.models.exists()
    assert dry.model is not None
    keep(home, candidate)
    keep(home, candidate)
    assert len(ModelStore(home.paths.models).promotions()) == 1


def test_what_is_not_better_is_kept_aside(candidate: Candidate, tmp_path: Path) -> None:
    home = load_workspace(write_company(tmp_path / "acme", receivables=3))
    trained = keep(home, replace(candidate, finding=Finding.NOT_BETTER))
    assert (trained.status, trained.in_use) == ("kept", SCORECARD)
    store = ModelStore(home.paths.models)
    assert store.names() == (trained.model,)
    assert store.current(DAY) == SCORECARD


def test_a_person_goes_back_and_forward_by_name(candidate: Candidate, tmp_path: Path) -> None:
    home = load_workspace(write_company(tmp_path / "acme", receivables=3))
    name = keep(home, candidate).model
    assert name is not None
    store = ModelStore(home.paths.models)
    use_model(home, SCORECARD, on=DAY)
    assert store.current(DAY) == SCORECARD
    use_model(home, name, on=DAY)
    assert store.current(DAY) == name
    with pytest.raises(SettingsProblem, match="there is no score model nobody"):
        use_model(home, "nobody", on=DAY)
    (store.folder_of(name) / "delays.json").write_text("{", encoding="utf-8")
    with pytest.raises(SettingsProblem):
        use_model(home, name, on=DAY)


def test_the_same_input_gives_the_same_name_and_the_same_bytes(candidate: Candidate, tmp_path: Path) -> None:
    homes = [load_workspace(write_company(tmp_path / name)) for name in ("one", "two")]
    again = train_candidate(homes[1], DAY, known_on=DAY)
    folders = []
    for home, found in zip(homes, (candidate, again), strict=True):
        trained = keep(home, found)
        folders.append(home.paths.models / str(trained.model))
    assert folders[0].name == folders[1].name
    files = sorted(path.relative_to(folders[0]) for path in folders[0].rglob("*") if path.is_file())
    assert len(files) > 8
    for file in files:
        assert (folders[0] / file).read_bytes() == (folders[1] / file).read_bytes(), file


def test_a_model_is_not_judged_against_one_that_has_seen_the_test(candidate: Candidate, tmp_path: Path) -> None:
    home = load_workspace(write_company(tmp_path / "acme"))
    keep(home, candidate)
    again = train_candidate(home, DAY, known_on=DAY)
    assert again.finding is Finding.TOO_SOON
    trained = keep(home, again)
    assert (trained.status, trained.in_use, trained.model) == ("kept", candidate.model.name, None)  # type: ignore[union-attr]


def test_a_short_history_leaves_the_scorecard_in_use(tmp_path: Path) -> None:
    home = load_workspace(write_company(tmp_path / "acme", receivables=150))
    found = train_candidate(home, DAY, known_on=DAY)
    assert found.finding is Finding.TOO_SHORT
    assert keep(home, found).as_json()["status"] == "kept"


def test_without_enough_receivables_to_meet_the_scorecard_on_the_scorecard_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tasks.score.fitted.scorecard_past.MOST_DAYS", 3)
    monkeypatch.setattr("tasks.score.fitted.scorecard_past.MOST_DAYS_AT_ALL", 3)
    home = load_workspace(write_company(tmp_path / "acme"))
    found = train_candidate(home, DAY, known_on=DAY)
    assert found.finding is Finding.NOT_COMPARED
    assert not found.is_promoted
    assert found.why.startswith("too few receivables to compare with scorecard")
    trained = keep(home, found)
    assert (trained.status, trained.in_use) == ("kept", SCORECARD)
    assert "muy pocas partidas de prueba" in trained.markdown["es"]


def test_better_by_chance_or_badly_calibrated_is_not_better() -> None:
    chance = np.random.default_rng(5)
    truth = chance.uniform(0.05, 0.95, 4000)
    late, customer = chance.uniform(size=4000) < truth, np.repeat(np.arange(200), 20).astype(str)
    blurred = 0.5 + (truth - 0.5) * 0.5
    won = duel(late, customer, candidate=truth, other=blurred, against="old")
    assert won is not None
    assert won.is_won
    assert is_better([won], "old")
    assert not is_better([won], "scorecard"), "without a comparison with what scores now nothing is promoted"
    same = duel(late, customer, candidate=truth, other=truth + chance.normal(0, 0.001, 4000), against="old")
    assert same is not None
    assert not same.is_won
    # Sharper than chance and still 8 points too high everywhere.
    bold = duel(
        late, customer, candidate=np.clip(truth + 0.08, 0, 0.99), other=np.full(4000, late.mean()), against="old"
    )
    assert bold is not None
    assert bold.is_lower
    assert not bold.is_won
    assert not is_better([won, bold], "old")
    assert not is_better([], "old")


def test_too_few_receivables_give_no_verdict() -> None:
    late = np.arange(60) % 2 == 0
    shares = np.full(60, 0.5)
    assert duel(late, np.arange(60).astype(str), candidate=shares, other=shares, against="old") is None
