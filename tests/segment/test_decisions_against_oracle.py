"""The SQL decides and thanks as a small Python oracle does, in some thousand random worlds; `make worlds` takes a hundred thousand."""

from __future__ import annotations

from collections import Counter
from datetime import date
from functools import cache

import pytest

from tasks.segment.explain import explain
from tasks.segment.reasons import load_reasons
from tests.segment.oracle_thanks import RULES
from tests.segment.run_worlds import Compared, compare, draw

SEEDS = range(8)
WORLDS = 400


@cache
def compared(seed: int) -> Compared:
    return compare(seed, WORLDS)


@pytest.mark.parametrize("seed", SEEDS)
def test_sql_decides_as_the_oracle_does_and_breaks_no_invariant(seed: int) -> None:
    assert compared(seed).disagreements == ()


def test_the_random_worlds_reach_every_reason() -> None:
    reached: Counter[str] = sum((compared(seed).reasons for seed in SEEDS), Counter())
    assert set(reached) == set(load_reasons())


@pytest.mark.parametrize("rule", RULES)
def test_the_random_worlds_hold_thanks_that_a_rule_alone_keeps_back(rule: str) -> None:
    assert any(rule in compared(seed).stopped for seed in SEEDS)


@pytest.mark.parametrize("deed", ["reminded", "promise_kept", "in_time"])
def test_the_random_worlds_hold_thanks_for_a_deed_alone(deed: str) -> None:
    assert any(deed in compared(seed).thanked for seed in SEEDS)


def test_what_keeps_thanks_back_is_one_of_the_rules() -> None:
    assert set().union(*(compared(seed).stopped for seed in SEEDS)) == set(RULES)


def test_the_worlds_of_a_seed_are_the_same_in_every_run() -> None:
    assert draw(3, 20) == draw(3, 20)


@pytest.mark.parametrize("language", ["es", "en"])
def test_an_explanation_ends_with_the_rule_that_decided(language, decide_world) -> None:
    strategy, world = draw(5, 40)
    connection = decide_world(world, strategy)
    decided: list[tuple[str, str, date | None]] = connection.execute(
        "SELECT receivable_id, reason, next_action_on FROM decide.decisions"
    ).fetchall()
    for receivable_id, reason, next_action_on in decided:
        explanation = explain(connection, receivable_id, language=language)
        assert explanation.path[-1].rule == reason
        assert explanation.path[-1].holds
        assert explanation.next_action_on == next_action_on
        assert "{" not in explanation.conclusion
        assert "None" not in " ".join(test.detail for test in explanation.path)
