"""What a model is weak at is read off its numbers and said on its card."""

from __future__ import annotations

import dataclasses
import re
from datetime import timedelta

import numpy as np
import pytest

from tasks.score.card.limits import limits_of
from tasks.score.card.model_card import (
    FutureCheck,
    ModelCard,
    Promotion,
    Standing,
    TargetCard,
)
from tasks.score.card.page import to_html, to_markdown
from tasks.score.card.ranking import best_baseline, value_of
from tasks.score.card.words import card_words
from tasks.score.evaluation.backtest import evaluate_all
from tasks.score.evaluation.inputs import Forecast, Outcomes
from tasks.score.evaluation.leaks import Sign, Suspicion
from tasks.score.features import load_features
from tests.score.card_sample import CUTOFF, LANGUAGES, changed, parsed


def codes(card: ModelCard) -> set[str]:
    return {limit.code for limit in limits_of(card)}


def test_weaknesses_are_read_off_the_numbers(card) -> None:
    assert {"gap", "drift", "small_segments", "coverage", "baseline_better"} <= codes(card)
    assert not {"short_history", "few_rows", "few_customers", "without_history", "not_checked", "leak"} & codes(card)
    gaps = [limit.names for limit in limits_of(card) if limit.code == "gap"]
    assert gaps == [("sector",)]


def test_little_or_dirty_history_is_said(card) -> None:
    data = dataclasses.replace(
        card.data, first_on=card.data.last_on - timedelta(days=99), customers=12, without_history=0.4
    )
    poor = changed(dataclasses.replace(card, data=data, future_check=None), rows_train=300)
    assert {"short_history", "few_rows", "few_customers", "without_history", "not_checked"} <= codes(poor)
    assert "100 días" in to_markdown(poor, "es")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_target_that_says_no_more_than_the_base_rate_is_told(card, language) -> None:
    plain = dataclasses.replace(card, targets=(dataclasses.replace(card.targets[0], is_base_rate=True),))
    assert "base_rate" in codes(plain) - codes(card)
    assert {"es": "la tasa base", "en": "the base rate"}[language] in to_markdown(plain, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_leak_is_said_on_the_page(card, language) -> None:
    leaky = changed(card, suspicions=(Suspicion(Sign.TRAINED_ON_LATER_ROWS, "12 of 90 rows", rows=12, all_rows=90),))
    leaky = dataclasses.replace(leaky, future_check=FutureCheck(rows=9, features=3, moved=("late_share",)))
    assert {"leak", "sees_future"} <= codes(leaky)
    said = {"es": "12 de 90 filas de entrenamiento", "en": "12 of 90 training rows"}
    assert said[language] in to_html(leaky, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_company_with_hardly_any_rows_gets_a_card_that_says_so_instead_of_figures(card, language) -> None:
    rows = 20
    outcomes = Outcomes(
        is_late=np.arange(rows) < 3,
        days_late=np.zeros(rows),
        amount=np.ones(rows),
        currency=np.full(rows, "EUR"),
        customer=np.arange(rows).astype(str),
        scored_on=np.full(rows, np.datetime64(CUTOFF)),
        has_history=np.zeros(rows, dtype=bool),
    )
    model = Forecast(name="puntual", probability=np.linspace(0.1, 0.9, rows), days_late=np.zeros(rows))
    result = evaluate_all(target="t", cutoff=CUTOFF, rows_train=30, outcomes=outcomes, model=model, baselines=[])
    target = TargetCard(tolerance_days=0, is_by_working_days=False, backtest=result, calibration=(), gains=())
    promotion = Promotion(is_in_use=False, standing=Standing.NOT_BETTER, replaced="scorecard")
    small = dataclasses.replace(card, targets=(target,), features=(), promotion=promotion)
    words = card_words(language)
    page = parsed(to_html(small, language)).text_content()
    assert words["why_too_few_rows"].format(rows=50) in page
    assert words["not_in_use"] in page
    assert not re.search(r"\bNaN\b|\bNone\b", page + to_markdown(small, language))


def test_the_best_rule_of_thumb_is_the_lowest_error_and_the_highest_ranking(card) -> None:
    result = card.targets[0].backtest
    for name, choose in (("auc", max), ("brier", min), ("mae_days", min), ("money:EUR", max)):
        values = [value_of(item, name).value for item in result.models[1:]]
        assert value_of(best_baseline(result, name), name).value == choose(v for v in values if v is not None)
    with pytest.raises(KeyError):
        value_of(result.models[0], "rows")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_feature_that_is_no_longer_as_it_was_is_told_by_what_it_means(card, language) -> None:
    first = card.targets[0]
    drift = tuple(dataclasses.replace(item, feature="late_share") for item in first.backtest.drift[:2])
    told = dataclasses.replace(first, backtest=dataclasses.replace(first.backtest, drift=drift))
    drifted = dataclasses.replace(card, targets=(told, *card.targets[1:]))
    meaning = next(feature for feature in load_features() if feature.name == "late_share")
    for text in (parsed(to_html(drifted, language)).text_content(), to_markdown(drifted, language)):
        assert text.count(meaning.es if language == "es" else meaning.en) > len(drift), (
            "in the table and among the limits"
        )
