"""The scorecard file: complete, without gaps, with words for every reason, and refused when it is broken."""

from __future__ import annotations

import ast
from itertools import pairwise

import duckdb
import pytest
from pydantic import ValidationError

from tasks.contracts.load import load_contract
from tasks.score.early_warnings import read_early_warnings
from tasks.score.features import reason_groups
from tasks.score.reasons import load_reasons, reason_text
from tasks.score.scorecard import Feature, load_scorecard, read_scorecard
from tasks.warehouse.models import build_model, upstream_of


def test_every_reason_has_words_in_both_languages_and_no_words_are_left_over() -> None:
    features = read_scorecard().features.values()
    used = {item.reason for feature in features for item in (*feature.bins, *feature.words.values())}
    warned = {kind.warning for kind in read_early_warnings().warnings}
    fitted = {f"{group}_{way}_risk" for group in reason_groups() for way in ("more", "less")}
    assert used | warned | fitted | {"everything_else", "starting_level"} == load_reasons().keys()
    assert all(words.es and words.en for words in load_reasons().values())


def test_a_reason_is_told_in_the_readers_language() -> None:
    assert reason_text("often_late", "es") == "paga a menudo con retraso"
    assert reason_text("often_late", "en") == "often pays late"
    assert reason_text("some_fitted_effect", "en") == "some fitted effect"


@pytest.mark.parametrize(
    ("contract", "column"),
    [
        ("mart_receivables", "score_reasons"),
        ("mart_customers", "risk_reasons"),
        ("mart_customers", "early_warnings"),
    ],
)
def test_the_contracts_give_reasons_that_the_scorecard_has_as_examples(contract: str, column: str) -> None:
    (example,) = load_contract(contract).column(column).examples
    assert set(ast.literal_eval(example)) <= load_reasons().keys()


def test_the_contracts_example_of_points_gives_its_example_of_a_probability() -> None:
    contract, card = load_contract("mart_receivables"), read_scorecard().parameters
    (points,), (probability,) = contract.column("points").examples, contract.column("late_probability").examples
    odds = 2 ** ((int(points) - card.even_points) / card.points_to_double)
    assert odds / (1 + odds) == pytest.approx(float(probability), abs=0.005)


def test_more_lateness_never_means_fewer_points() -> None:
    features = read_scorecard().features
    for name in ("late_share", "peer_late_share", "last_late_share", "median_days_late", "late_share_change"):
        points = [item.points for item in features[name].bins]
        assert points == sorted(points), name


def test_bins_are_numbered_without_gaps_and_cover_every_number() -> None:
    connection = duckdb.connect()
    load_scorecard(connection)
    load_scorecard(connection)
    bins = connection.execute("SELECT bin, feature, at_least, below FROM policy.scorecard_bins ORDER BY bin").fetchall()
    assert [number for number, *_ in bins] == list(range(1, len(bins) + 1))
    for (_, feature, _, below), (_, next_feature, at_least, _) in pairwise(bins):
        if feature == next_feature and below is not None:
            assert at_least == below
        elif below is not None:
            assert below == float("inf")


def test_the_sql_looks_up_every_feature_of_the_scorecard() -> None:
    connection = duckdb.connect()
    load_scorecard(connection)
    numbered = {name for name, feature in read_scorecard().features.items() if feature.bins}
    for model in upstream_of("score.scorecard"):
        build_model(connection, model)
    columns = {row[0] for row in connection.execute("DESCRIBE score.scorecard").fetchall()}
    assert columns == {f"{name}_{part}" for name in numbered for part in ("ends", "before")} | {
        "bin_points",
        "bin_reasons",
    }


@pytest.mark.parametrize(
    "bins",
    [
        [
            {"below": 2, "points": 1, "reason": "a"},
            {"below": 1, "points": 1, "reason": "a"},
            {"points": 0, "reason": "a"},
        ],
        [{"points": 1, "reason": "a"}, {"points": 0, "reason": "a"}],
        [{"below": 2, "points": 1, "reason": "a"}],
        [],
    ],
    ids=["not ascending", "an open bin in the middle", "no last bin", "neither bins nor words"],
)
def test_a_feature_with_a_gap_is_refused(bins: list[object]) -> None:
    with pytest.raises(ValidationError):
        Feature.model_validate({"scope": "customer", "source": "s", "meaning": "m", "bins": bins})
