"""Models on disk: which one scores on which day, and what is said of files that are damaged, foreign or of another version."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from tasks.problems import SettingsProblem
from tasks.score.fitted.files import read_model, write_model
from tasks.score.fitted.model import FittedModel
from tasks.score.fitted.store import SCORECARD, ModelStore
from tasks.score.fitted.training import Recipe, fit
from tests.score.simulated_history import day, grow_few_trees, simulate


@pytest.fixture(scope="module")
def model() -> FittedModel:
    with pytest.MonkeyPatch.context() as patch:
        grow_few_trees(patch, 1)
        return fit(simulate(900).history, day(800), Recipe((3, 9), True, "plant", ("channel",)), name="2026-03-11-a")


@pytest.fixture
def folder(model: FittedModel, tmp_path: Path) -> Path:
    write_model(tmp_path / "m", model)
    return tmp_path / "m"


def in_file(change: Callable[[dict], object]) -> Callable[[Path], None]:
    """Changes what `model.json` says."""

    def damage(folder: Path) -> None:
        described = json.loads((folder / "model.json").read_text(encoding="utf-8"))
        change(described)
        (folder / "model.json").write_text(json.dumps(described), encoding="utf-8")

    return damage


DAMAGES: dict[str, tuple[Callable[[Path], object], str]] = {
    "no model.json": (lambda folder: (folder / "model.json").unlink(), "cannot be read"),
    "an empty model.json": (lambda folder: (folder / "model.json").write_bytes(b""), "cannot be read"),
    "no text": (lambda folder: (folder / "model.json").write_bytes(b"\xff\xfe\x00"), "cannot be read"),
    "no object": (lambda folder: (folder / "model.json").write_bytes(b"[]"), "cannot be read"),
    "half of model.json": (
        lambda folder: (folder / "model.json").write_bytes((folder / "model.json").read_bytes()[:300]),
        "cannot be read",
    ),
    "a value of another kind": (in_file(lambda file: file.update(rows="many")), "cannot be read"),
    "a missing value": (in_file(lambda file: file.pop("codes")), "cannot be read"),
    "a value nobody knows": (in_file(lambda file: file.update(surprise=1)), "cannot be read"),
    "no trees": (lambda folder: (folder / "late.known.json").unlink(), "cannot be read"),
    "empty trees": (lambda folder: (folder / "late.known.json").write_bytes(b""), "cannot be read"),
    "trees that are no text": (lambda folder: (folder / "delays.json").write_bytes(b"\xff\xfe\x01"), "cannot be read"),
    "half of the trees": (
        lambda folder: (folder / "delays.json").write_bytes((folder / "delays.json").read_bytes()[:5000]),
        "cannot be read",
    ),
    "a newer format": (in_file(lambda file: file.update(format=2)), "another version"),
    "a newer format with more in it": (in_file(lambda file: file.update(format=2, more=1)), "another version"),
    "an older format": (in_file(lambda file: file.update(format=0)), "another version"),
    "features in another order": (in_file(lambda file: file["features"].reverse()), "another version"),
    "a feature less": (in_file(lambda file: file["features"].pop()), "another version"),
    "trees of other features": (
        lambda folder: (folder / "late.known.json").write_bytes((folder / "late.newcomer.json").read_bytes()),
        "do not belong together",
    ),
    "a target without trees": (in_file(lambda file: file["classifiers"].pop()), "do not belong together"),
    "a column that does not exist": (
        in_file(lambda file: file["delay_columns"].__setitem__(0, 999)),
        "do not belong together",
    ),
    "a start from a column that does not exist": (
        in_file(lambda file: file["classifiers"][0].update(start_column=999)),
        "do not belong together",
    ),
    "texts of a category missing": (in_file(lambda file: file["codes"].pop("branch")), "do not belong together"),
}


@pytest.mark.parametrize(("damage", "said"), DAMAGES.values(), ids=DAMAGES.keys())
def test_a_damaged_or_foreign_model_is_refused_with_the_next_step(
    folder: Path, damage: Callable[[Path], object], said: str
) -> None:
    damage(folder)
    with pytest.raises(SettingsProblem, match=said) as refused:
        read_model(folder)
    assert "puntual train" in str(refused.value)
    assert str(folder) not in str(refused.value)


def test_a_model_is_kept_without_code(folder: Path) -> None:
    assert {file.suffix for file in folder.iterdir()} == {".json"}
    assert len(list(folder.iterdir())) == 8


def test_a_kept_model_says_what_it_was_fitted_for(folder: Path) -> None:
    kept = read_model(folder)
    assert (kept.tolerances, kept.working_days, kept.branch, kept.attributes) == ((3, 9), True, "plant", ("channel",))


def test_without_promotions_the_scorecard_scores(tmp_path: Path) -> None:
    store = ModelStore(tmp_path / "models")
    assert store.names() == ()
    assert store.promotions() == ()
    assert store.current(date(2026, 6, 1)) == SCORECARD


def test_a_promoted_model_scores_from_its_day_on(model: FittedModel, tmp_path: Path) -> None:
    store = ModelStore(tmp_path)
    store.add(model)
    assert store.current(date(2026, 6, 1)) == SCORECARD
    store.promote(model.name, on=date(2026, 6, 1), why="better")
    found = [store.current(date(2026, 5, 31)), store.current(date(2026, 6, 1)), store.current(date(2027, 1, 1))]
    assert found == [SCORECARD, model.name, model.name]
    assert store.load(store.current(date(2026, 6, 1))).rows == model.rows


def test_going_back_is_a_promotion_too_and_nothing_is_forgotten(model: FittedModel, tmp_path: Path) -> None:
    store = ModelStore(tmp_path)
    store.add(model)
    store.promote(model.name, on=date(2026, 6, 1), why="better")
    back = store.promote(SCORECARD, on=date(2026, 7, 1), why="complaints")
    assert back.replaced == model.name
    assert [store.current(date(2026, month, 15)) for month in (5, 6, 7)] == [SCORECARD, model.name, SCORECARD]
    store.promote(model.name, on=date(2026, 7, 1), why="it was not the model")
    assert store.current(date(2026, 7, 1)) == model.name
    assert [promotion.why for promotion in store.promotions()] == ["better", "complaints", "it was not the model"]


def test_a_model_that_does_not_exist_is_not_promoted(model: FittedModel, tmp_path: Path) -> None:
    store = ModelStore(tmp_path)
    store.add(model)
    with pytest.raises(SettingsProblem, match=f"Choose one of: scorecard, {model.name}"):
        store.promote("unknown", on=date(2026, 6, 1), why="a slip")
    assert store.promotions() == ()
    with pytest.raises(SettingsProblem):
        store.load("unknown")


@pytest.mark.parametrize("why", ["línea\u2028nueva", "a\u0085b", "dos\nlíneas", "a\u001db", "«ñ»", ""])
def test_a_reason_may_hold_any_character(tmp_path: Path, why: str) -> None:
    store = ModelStore(tmp_path)
    store.promote(SCORECARD, on=date(2026, 6, 1), why=why)
    store.promote(SCORECARD, on=date(2026, 6, 2), why="more")
    assert [promotion.why for promotion in store.promotions()] == [why, "more"]


@pytest.mark.parametrize("line", [b'{"name": "m", "on": "2026-0', b"\xff\xfe", b"[]", b'{"name": "m"}'])
def test_a_damaged_list_of_promotions_is_refused_with_the_next_step(tmp_path: Path, line: bytes) -> None:
    store = ModelStore(tmp_path)
    store.promote(SCORECARD, on=date(2026, 6, 1), why="a start")
    with (tmp_path / "promotions.jsonl").open("ab") as lines:
        lines.write(line + b"\n")
    with pytest.raises(SettingsProblem, match=r"promotions\.jsonl"):
        store.current(date(2026, 6, 1))
