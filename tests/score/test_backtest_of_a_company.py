"""The back-test of a small company's exports, from files to figures, and its guards against the future."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from tasks.problems import UserProblem
from tasks.score.evaluation.leaks import Sign
from tasks.score.fitted import trees
from tasks.score.fitted.answer_json import answer_json
from tasks.score.fitted.audit import audit
from tasks.score.fitted.backtest import Answer, Question, backtest
from tasks.score.fitted.past import open_past
from tasks.score.fitted.protocol import judged_rows, learnt_rows, scope_of
from tasks.score.fitted.targets import Target
from tasks.settings.load import load_workspace
from tasks.warehouse.models import Model, load_models
from tests.score.small_company import LAST, write_company

DAY = date(2026, 6, 1)


@pytest.fixture(scope="module", autouse=True)
def few_trees() -> Iterator[None]:
    """Fewer trees than a company gets: these tests are about what is learnt from and tested on."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            trees,
            "SHAPES",
            {name: ({**shape, "max_leaves": 6, "eta": 0.12}, 20) for name, (shape, _) in trees.SHAPES.items()},
        )
        patch.setattr(trees, "QUANTILE_ROUNDS", 4)
        yield


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_company(tmp_path_factory.mktemp("backtest") / "acme")


@pytest.fixture(scope="module")
def answer(company: Path) -> Answer:
    question = Question(as_of=DAY, known_on=DAY, folds=2, is_audited=True, shows_leak=True)
    return backtest(load_workspace(company), question)


def test_the_json_has_the_documented_shape_and_every_target(answer: Answer) -> None:
    found = json.loads(json.dumps(answer_json(answer)))
    assert {"target", "cutoff", "rows_train", "rows_test", "models", "intervals", "segments", "folds"} <= set(found)
    assert {"puntual", "customer_share", "customer_mean", "customer_median", "ageing", "base_rate"} <= set(
        found["models"]
    )
    assert {"auc", "average_precision", "brier", "ece", "mae_days"} <= set(found["models"]["puntual"])
    assert set(found["targets"]) >= {"late", "very_late"}
    assert {"has_history", "currency", "zone", "amount", "terms"} & set(found["segments"])
    assert len(found["folds"]) == 2
    assert found["recipe"]["attributes"] == ["plant"]
    assert "cash" not in found, "it takes as long again, and so only comes when asked for"


def test_the_model_beats_the_customers_own_share_where_more_than_the_customer_matters(answer: Answer) -> None:
    models = {item.name: item for item in answer.results[Target.LATE].models}
    assert models["puntual"].auc.value > models["customer_share"].auc.value + 0.02
    assert models["puntual"].brier.value < models["base_rate"].brier.value


def test_nothing_is_learnt_from_the_test_nor_from_outcomes_that_were_not_known(answer: Answer) -> None:
    assert answer.results[Target.LATE].suspicions == ()
    assert answer.audit is not None
    assert answer.audit.moved == ()
    assert answer.audit.rows > 500


def test_the_leaky_recipe_is_caught(answer: Answer) -> None:
    assert answer.leaky is not None
    signs = {item.sign for item in answer.leaky.suspicions}
    assert {Sign.TRAINED_ON_LATER_ROWS, Sign.FEATURES_SEE_THE_FUTURE} <= signs


def test_a_feature_that_sees_the_future_is_named(
    company: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The leak is planted in the SQL itself: the customer's late share also counts what is paid later."""
    monkeypatch.setattr("tasks.warehouse.models.load_models", lambda *_: _with_a_leak())
    with open_past(load_workspace(company), DAY, tmp_path, known_on=DAY) as past:
        history = past.history(("plant",))
        checked = audit(past, history, scope_of(history, DAY), ("plant",))
    assert "late_share" in {item.column for item in checked.moved}


def test_rows_are_parted_by_day_and_only_known_outcomes_count(company: Path, tmp_path: Path) -> None:
    with open_past(load_workspace(company), DAY, tmp_path, known_on=DAY) as past:
        history = past.history(())
    scope = scope_of(history, DAY)
    train, test = learnt_rows(history, scope, 7), judged_rows(history, scope, 7)
    assert (history.scored_on[test] >= scope.cutoff).all()
    assert (history.due_on[train] + np.timedelta64(7, "D") < scope.cutoff).all()
    assert (history.due_on[test] + np.timedelta64(7, "D") < np.datetime64(DAY)).all()
    assert (history.scored_on[test] <= history.due_on[test]).all()
    short = scope_of(history, DAY, horizon=60)
    assert judged_rows(history, short, 0).sum() < judged_rows(history, scope, 0).sum()
    assert learnt_rows(history, scope, 0).sum() / (train | test).sum() == pytest.approx(0.7, abs=0.15)


def test_only_references_that_tell_the_late_from_the_punctual_are_looked_at(company: Path, tmp_path: Path) -> None:
    """The plant does; the lot names one document, and the line is the same on all."""
    with open_past(load_workspace(company), DAY, tmp_path, known_on=DAY) as past:
        assert past.attributes(DAY) == ("plant",)
        named = replace(past, settings=past.settings.model_copy(update={"attributes": ("line",)}))
        assert named.attributes(DAY) == ("line",)
        branch = replace(past, settings=past.settings.model_copy(update={"branch": "plant"}))
        assert branch.attributes(DAY) == ()


def test_a_short_history_is_the_users_problem_and_says_that_the_points_stay(tmp_path: Path) -> None:
    small = write_company(tmp_path / "small", receivables=120)
    with pytest.raises(UserProblem, match="too short") as caught:
        backtest(load_workspace(small), Question(as_of=DAY, known_on=DAY))
    assert "points scorecard" in str(caught.value)
    before = Question(as_of=date(2025, 1, 5), known_on=LAST)
    with pytest.raises(UserProblem, match="too short"):
        backtest(load_workspace(small), before)


def _with_a_leak() -> tuple[Model, ...]:
    honest, leaky = "items.known_from <= days.scored_on", "items.known_from IS NOT NULL"
    models = tuple(
        Model(model.schema, model.name, model.select.replace(honest, leaky), model.materialized, model.reads)
        for model in _MODELS
    )
    assert models != _MODELS
    return models


_MODELS = load_models()
