"""A fitted model as values: what it says is reproducible, adds up, and does not fail on what it has never seen."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from tasks.score.features import load_features, reason_groups
from tasks.score.fitted.files import read_model, write_model
from tasks.score.fitted.history import History, as_inputs, texts_of
from tasks.score.fitted.model import FittedModel, Inputs, matrix
from tasks.score.fitted.targets import Population, Target
from tasks.score.fitted.training import Recipe, fit
from tests.score.simulated_history import day, grow_few_trees, simulate


@pytest.fixture(scope="module")
def model() -> FittedModel:
    with pytest.MonkeyPatch.context() as patch:
        grow_few_trees(patch, 8)
        return fit(simulate(1500).history, day(700), Recipe((0, 7)), name="m")


@pytest.fixture(scope="module")
def asked(model: FittedModel) -> tuple[Inputs, History]:
    history = simulate(400, seed=9).history
    return as_inputs(history, model.codes), history


def same_answers(one: FittedModel, other: FittedModel, inputs: Inputs, history: History) -> bool:
    known = history.has_history
    return (
        all(np.array_equal(one.log_odds(target, inputs, known), other.log_odds(target, inputs, known)) for target in Target)
        and np.array_equal(one.parts(inputs, known), other.parts(inputs, known))
        and np.array_equal(one.delays(inputs, history.days_overdue), other.delays(inputs, history.days_overdue))
    )  # fmt: skip


def test_a_model_written_and_read_again_says_the_same_to_the_bit(model: FittedModel, asked, tmp_path) -> None:
    write_model(tmp_path / "m", model)
    again = read_model(tmp_path / "m")
    assert same_answers(model, again, *asked)
    known = ("name", "trained_on", "tolerances", "working_days", "branch", "attributes", "rows")
    assert [getattr(again, name) for name in known] == [getattr(model, name) for name in known]


def test_two_fits_on_the_same_history_are_the_same_to_the_bit(model: FittedModel, asked, monkeypatch) -> None:
    grow_few_trees(monkeypatch, 8)
    assert same_answers(model, fit(simulate(1500).history, day(700), Recipe((0, 7)), name="m"), *asked)


def test_what_happened_after_the_day_of_training_changes_no_model(monkeypatch) -> None:
    grow_few_trees(monkeypatch, 2)
    history = simulate(1500).history
    known_on = np.datetime64(day(560))
    later = history.settled_on >= known_on
    unpaid = replace(history, settled_on=np.where(later, np.datetime64("NaT"), history.settled_on))
    models = [fit(world, day(560), Recipe((0, 7)), name="m") for world in (history, unpaid)]
    assert later.sum() > 50
    assert same_answers(*models, as_inputs(history, models[0].codes), history)


def test_the_reasons_add_up_to_the_log_odds(model: FittedModel, asked) -> None:
    inputs, history = asked
    parts = model.parts(inputs, history.has_history)
    log_odds = model.log_odds(Target.LATE, inputs, history.has_history)
    assert parts.shape == (len(history), len(reason_groups()) + 1)
    assert np.abs(parts.sum(axis=1) - log_odds).max() < 1e-9


def test_the_start_takes_only_what_single_precision_leaves_out(model: FittedModel, asked) -> None:
    inputs, history = asked
    for (target, _), classifier in model.classifiers.items():
        if target is Target.LATE:
            raw = classifier.booster.predict(
                matrix(inputs, classifier.columns), pred_contribs=True, approx_contribs=True
            )
            start = classifier.calibration(raw[:, -1].astype(float) + classifier.starts(inputs))
            assert np.abs(classifier.parts(inputs)[:, -1] - start).max() < 1e-4
    assert history.has_history.any()


def test_rows_are_scored_one_by_one_as_all_together(model: FittedModel, asked) -> None:
    inputs, history = asked
    together = model.log_odds(Target.LATE, inputs, history.has_history)
    for row in (0, 17, 399):
        alone = model.log_odds(Target.LATE, inputs[row : row + 1], history.has_history[row : row + 1])
        assert alone[0] == together[row]


@pytest.mark.parametrize("has_history", [True, False])
def test_nothing_known_at_all_gives_a_score(model: FittedModel, has_history: bool) -> None:
    nothing = np.full((3, len(load_features())), np.nan, dtype=np.float32)
    known = np.full(3, has_history)
    assert all(np.isfinite(model.log_odds(target, nothing, known)).all() for target in Target)
    assert np.isfinite(model.parts(nothing, known)).all()
    assert np.isfinite(model.delays(nothing, np.zeros(3))).all()


def test_texts_that_the_model_has_never_seen_count_as_not_known(model: FittedModel, asked) -> None:
    _, history = asked
    foreign = history.features.set_column(
        history.features.schema.get_field_index("branch"), "branch", pa.array(["Z"] * len(history))
    )
    inputs = as_inputs(replace(history, features=foreign), model.codes)
    place = [feature.name for feature in load_features()].index("branch")
    assert np.isnan(inputs[:, place]).all()
    assert np.isfinite(model.log_odds(Target.LATE, inputs, history.has_history)).all()


def test_quantiles_ascend_and_are_never_below_the_days_overdue(model: FittedModel, asked) -> None:
    inputs, history = asked
    chance = random.Random(5)  # noqa: S311 a test needs no secrets
    overdue = np.array([float(chance.randint(-60, 400)) for _ in range(len(history))])
    found = model.delays(inputs, overdue)
    assert (np.diff(found, axis=1) >= 0).all()
    assert (found >= overdue[:, None]).all()


def test_texts_are_coded_by_how_frequent_they_are_and_at_most_so_many() -> None:
    history = simulate(300).history
    texts = ["b"] * 100 + ["a"] * 100 + ["c"] * 99 + [None]
    place = history.features.schema.get_field_index("sector")
    changed = replace(history, features=history.features.set_column(place, "sector", pa.array(texts)))
    rows = np.full(300, True)
    assert texts_of(changed, rows)["sector"] == ["a", "b", "c"]
    assert texts_of(changed, rows, most=1)["sector"] == ["a"]
    assert texts_of(changed, ~rows)["sector"] == []


def test_each_population_reads_its_own_features(model: FittedModel) -> None:
    names = [feature.name for feature in load_features()]
    for (_, population), classifier in model.classifiers.items():
        read = {names[column] for column in classifier.columns}
        assert ("mean_days" in read) == (population is Population.KNOWN)
        assert ("zone" in read) == (population is Population.NEWCOMER)
