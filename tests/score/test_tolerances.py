"""`score.tolerances` of puntual.yaml: what a model is trained for, and which model may score."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from pydantic import ValidationError

from tasks.problems import SettingsProblem
from tasks.score.fitted.backtest import recipe_of
from tasks.score.fitted.past import open_past
from tasks.score.fitted.store import ModelStore
from tasks.score.fitted.training import Recipe, fit
from tasks.score.fitted.use import scoring_on
from tasks.settings.load import Workspace, load_workspace
from tasks.settings.score import ScoreSettings, Tolerances
from tests.score.simulated_history import day, grow_few_trees, simulate
from tests.score.small_company import write_company

DAY = date(2026, 6, 1)


@pytest.mark.parametrize(("late", "very_late"), [(7, 7), (8, 7), (-1, 7), (0, 90), (0, 0)])
def test_tolerances_that_do_not_grow_or_reach_default_are_refused(late: int, very_late: int) -> None:
    with pytest.raises(ValidationError):
        Tolerances(late=late, very_late=very_late)


def test_without_the_setting_any_day_is_late_and_a_week_very_late() -> None:
    assert ScoreSettings().tolerances.days == (0, 7)


def workspace_with(folder: Path, tolerances: str) -> Workspace:
    write_company(folder)
    settings = folder / "puntual.yaml"
    settings.write_text(
        settings.read_text(encoding="utf-8") + f"score: {{tolerances: {tolerances}}}\n", encoding="utf-8"
    )
    return load_workspace(folder)


def test_a_model_is_trained_for_the_tolerances_of_the_settings(tmp_path: Path) -> None:
    workspace = workspace_with(tmp_path / "acme", "{late: 3, very_late: 20}")
    with open_past(workspace, DAY, tmp_path, known_on=DAY) as past:
        assert recipe_of(past, DAY).tolerances == (3, 20)


def test_a_model_of_other_tolerances_does_not_score(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    grow_few_trees(monkeypatch, 2)
    workspace = workspace_with(tmp_path / "acme", "{late: 3, very_late: 20}")
    store = ModelStore(workspace.paths.models)
    history = simulate(1200).history
    for name, tolerances in (("usual", (0, 7)), ("own", (3, 20))):
        store.add(fit(history, day(600), Recipe(tolerances=tolerances), name=name))
    store.promote("usual", on=DAY, why="test")
    with pytest.raises(
        SettingsProblem, match=r"late after 0 days and very late after 7; score\.tolerances says 3 days"
    ) as refused:
        scoring_on(workspace, DAY)
    assert "puntual train DIR" in str(refused.value)
    store.promote("own", on=DAY, why="test")
    scoring = scoring_on(workspace, DAY)
    assert scoring is not None
    assert scoring.model.tolerances == (3, 20)
