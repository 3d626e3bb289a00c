"""When a history carries a model, and that its probabilities and intervals are right on receivables it has not seen."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tasks.score.features import load_features
from tasks.score.fitted.files import read_model, write_model
from tasks.score.fitted.history import History, as_inputs
from tasks.score.fitted.model import FittedModel, Floats
from tasks.score.fitted.shift import PRIOR_WEIGHT, level_shift
from tasks.score.fitted.targets import Target
from tasks.score.fitted.training import Recipe, TooShort, fit
from tests.score.simulated_history import Simulated, day, grow_few_trees, simulate

TRAINED_AT, DAYS = 520, 700


def chosen(history: History, rows: np.ndarray) -> History:
    """The history of these rows only."""
    arrays = {name: value[rows] for name, value in vars(history).items() if isinstance(value, np.ndarray)}
    return replace(history, features=history.features.filter(rows), **arrays)


@pytest.fixture
def few_rounds(monkeypatch) -> None:
    grow_few_trees(monkeypatch, 2)


@pytest.fixture(scope="module")
def simulated() -> Simulated:
    return simulate(6000, days=DAYS)


@pytest.fixture(scope="module")
def model(simulated: Simulated) -> FittedModel:
    """As trained for real, of what was known 520 days after the first."""
    return fit(simulated.history, day(TRAINED_AT), Recipe((0, 7)), name="m")


def calibration_error(foretold: Floats, met: Floats) -> float:
    """Mean distance of foretold and met shares over ten groups of equal size by what was foretold."""
    order = np.array_split(np.argsort(foretold, kind="stable"), 10)
    return float(sum(abs(foretold[group].mean() - met[group].mean()) * len(group) for group in order) / len(foretold))


@pytest.mark.parametrize(("target", "tolerance"), [(Target.LATE, 0), (Target.VERY_LATE, 7), (Target.DEFAULT, 90)])
def test_probabilities_are_those_that_the_world_was_made_with(
    simulated: Simulated, model: FittedModel, target: Target, tolerance: int
) -> None:
    history = simulated.history
    later = history.scored_on >= np.datetime64(day(TRAINED_AT))
    log_odds = model.log_odds(target, as_inputs(history, model.codes), history.has_history)
    foretold = 1 / (1 + np.exp(-log_odds))
    # A thousand newcomers tell less than five thousand customers.
    for members, most in ((history.has_history, 0.03), (~history.has_history, 0.06)):
        rows = later & members
        assert calibration_error(foretold[rows], simulated.true_share(tolerance)[rows]) < most


def test_the_eighty_percent_interval_holds_eighty_percent_of_what_follows(
    simulated: Simulated, model: FittedModel
) -> None:
    history = simulated.history
    later = history.scored_on >= np.datetime64(day(TRAINED_AT))
    found = np.round(model.delays(as_inputs(history, model.codes), history.days_overdue))[later]
    delay = history.delay(np.datetime64("2027-01-01"))[later]
    assert 0.76 < ((found[:, 0] <= delay) & (delay <= found[:, -1])).mean() < 0.84


def test_a_level_that_moved_after_training_is_found_and_put_right() -> None:
    chance = np.random.default_rng(3)
    foretold = chance.normal(-1, 1, 5000)
    is_late = chance.random(5000) < 1 / (1 + np.exp(-(foretold + 0.8)))
    shift = level_shift(foretold, is_late)
    assert shift == pytest.approx(0.8, abs=0.1)
    assert calibration_error(1 / (1 + np.exp(-(foretold + shift))), is_late.astype(float)) < 0.02


@pytest.mark.parametrize("rows", [1, 40, 1000, 50_000])
@pytest.mark.parametrize("foretold", [-5.0, -3.0, 0.0, 4.0])
@pytest.mark.parametrize("share", [0.0, 0.2, 0.5, 1.0])
def test_the_shift_is_the_mode_however_far_the_level_moved(rows: int, foretold: float, share: float) -> None:
    log_odds = np.full(rows, foretold)
    is_late = np.arange(rows) < share * rows
    shift = level_shift(log_odds, is_late)
    gradient = (is_late - 1 / (1 + np.exp(-(log_odds + shift)))).sum() - PRIOR_WEIGHT * shift
    assert abs(gradient) < 1e-4
    # Drawn to what was foretold: never past what would meet the outcomes.
    met = np.clip(is_late.mean(), 1e-9, 1 - 1e-9)
    assert abs(shift) <= abs(np.log(met / (1 - met)) - foretold) + 1e-9


def test_without_outcomes_nothing_has_moved() -> None:
    assert level_shift(np.array([]), np.array([], dtype=bool)) == pytest.approx(0.0, abs=1e-9)


@pytest.mark.usefixtures("few_rounds")
def test_a_history_of_few_known_outcomes_is_too_short() -> None:
    with pytest.raises(TooShort, match="at least 400"):
        fit(simulate(300).history, day(900), Recipe(), name="m")
    with pytest.raises(TooShort):
        fit(simulate(3000).history, day(20), Recipe(), name="m")
    with pytest.raises(TooShort):
        fit(chosen(simulate(10).history, np.full(10, False)), day(900), Recipe(), name="m")


@pytest.mark.usefixtures("few_rounds")
@pytest.mark.parametrize("days_late", [-3, 200])
def test_a_history_of_one_kind_only_is_too_short(days_late: int) -> None:
    history = simulate(1000).history
    alike = replace(history, settled_on=history.due_on + np.timedelta64(days_late, "D"))
    with pytest.raises(TooShort, match="of both kinds"):
        fit(alike, day(1200), Recipe(), name="m")


@pytest.mark.usefixtures("few_rounds")
@pytest.mark.parametrize("newcomers", [0.0, 1.0])
def test_a_company_of_newcomers_or_of_known_customers_only_has_a_model(newcomers: float) -> None:
    simulated = simulate(1200, newcomers=newcomers)
    model = fit(simulated.history, day(800), Recipe(), name="m")
    other = simulate(200, newcomers=1 - newcomers, seed=2).history
    assert np.isfinite(model.log_odds(Target.LATE, as_inputs(other, model.codes), other.has_history)).all()


@pytest.mark.usefixtures("few_rounds")
def test_a_company_whose_debtors_never_default_has_a_model_with_a_constant_small_probability(tmp_path) -> None:
    history = simulate(1200).history
    latest = history.due_on + np.timedelta64(60, "D")
    paid = np.where(~(history.settled_on <= latest), latest, history.settled_on)
    model = fit(replace(history, settled_on=paid), day(1000), Recipe(), name="m")
    write_model(tmp_path / "m", model)
    inputs = as_inputs(history, model.codes)
    log_odds = read_model(tmp_path / "m").log_odds(Target.DEFAULT, inputs, history.has_history)
    assert np.array_equal(log_odds, model.log_odds(Target.DEFAULT, inputs, history.has_history))
    assert len(set(log_odds[history.has_history])) == 1
    assert 0 < 1 / (1 + np.exp(-log_odds.max())) < 0.01


@pytest.mark.usefixtures("few_rounds")
def test_a_tolerance_decides_from_which_day_on_something_is_late(simulated: Simulated) -> None:
    history = chosen(simulated.history, np.arange(len(simulated.history)) % 4 == 0)
    inputs = as_inputs(history, {feature.name: [] for feature in load_features() if feature.kind == "category"})
    strict = fit(history, day(700), Recipe((0, 7)), name="m")
    mild = fit(history, day(700), Recipe((14, 21)), name="m")
    mean = [model.log_odds(Target.LATE, inputs, history.has_history).mean() for model in (strict, mild)]
    assert mild.tolerances == (14, 21)
    assert mean[0] > mean[1] + 0.02
