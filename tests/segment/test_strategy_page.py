"""docs/strategy.md names what the program knows, and nothing is left out."""

from __future__ import annotations

import re

import pytest
import yaml

from tasks.paths import PROGRAM, SQL
from tasks.segment.conditions import Conditions
from tasks.segment.ladders import ANCHORS
from tasks.segment.lint import lint_strategy
from tasks.segment.load import parse_strategy
from tasks.segment.reasons import load_reasons

PAGE = (PROGRAM / "docs" / "strategy.md").read_text(encoding="utf-8")


def test_the_page_lists_the_reasons_in_the_order_in_which_they_are_asked() -> None:
    listed = re.findall(r"^\| (\d+) \| `(\w+)` \| (\w+) \|", PAGE, re.MULTILINE)
    assert listed == [(str(r.precedence), r.name, r.decision) for r in load_reasons().values()]


def test_the_sql_asks_the_rules_in_the_same_order() -> None:
    asked = re.findall(r"THEN '(\w+)'", (SQL / "decide" / "verdicts.sql").read_text(encoding="utf-8"))
    assert asked == list(load_reasons())


@pytest.mark.parametrize("word", [*ANCHORS, *Conditions.model_fields])
def test_the_page_explains_every_word(word) -> None:
    assert f"`{word}" in PAGE


@pytest.mark.parametrize("fact", list(Conditions.model_fields))
def test_the_sql_knows_every_fact_a_strategy_may_ask(fact) -> None:
    assert f"WHEN '{fact}' THEN" in (SQL / "segment" / "tests.sql").read_text(encoding="utf-8")


def test_the_example_of_the_page_is_a_strategy_without_findings() -> None:
    example = PAGE.split("```yaml\n")[1].split("```")[0]
    problems = lint_strategy(parse_strategy(yaml.safe_load(example)))
    assert [problem for problem in problems if problem.severity == "error"] == []
