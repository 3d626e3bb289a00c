"""The proof by running: every step that can never be said is found with what stands against it, and nothing else is."""

from datetime import date
from itertools import pairwise

import pytest

from tasks.paths import PROGRAM
from tasks.problems import Problem
from tasks.segment.lint_proof import prove_ladders
from tasks.segment.lint_walk import walk
from tasks.segment.lint_worlds import cases_of
from tasks.segment.load import LANGUAGES, load_strategy, parse_strategy, ready_strategies, ready_strategy
from tasks.settings.workspace import Company, Person

SOMEBODY = Person(name="Ana", email="ana@example.com")
COMPANY = Company(id="acme", name="Acme", country="ES", sender=SOMEBODY, collector=SOMEBODY)
DAY = date(2026, 6, 16)


def proven(ladder: object, **more: object) -> list[Problem]:
    strategy = parse_strategy(
        {"ladders": {"only": ladder}, "segments": [{"name": "all_of_them", "ladder": "only"}], **more}
    )
    return prove_ladders(strategy, company=COMPANY, countries=["MX"], on=DAY)


def test_a_ladder_that_works_has_no_finding() -> None:
    steps = [
        {"step": "early", "before_due": 7},
        {"step": "first", "after_due": 5},
        {"step": "second", "previous_step": 10, "repeat": {"every": 10, "at_most": 2}},
        {"step": "broken", "after_event": {"event": "promise_broken", "days": 1}, "purpose": "promise_broken"},
        {"step": "returned", "after_event": {"event": "direct_debit_returned", "days": 0}},
        {"step": "settled", "after_event": {"event": "dispute_resolved", "days": 2}},
    ]
    assert proven(steps, tolerance_days=3, contact_cap={"contacts": 1, "per_days": 4}) == []


def test_every_link_of_the_chain_can_be_asked() -> None:
    links = [
        "invoice_received",
        "goods_received",
        "direct_debit_ready",
        "payment_document_missing",
        "payment_scheduled",
    ]
    steps = [{"step": f"ask_{n}", "before_due": 40 - n * 5, "purpose": link} for n, link in enumerate(links)]
    assert proven([*steps, {"step": "first", "after_due": 5}]) == []
    assert proven([{"step": "ask", "before_due": 20, "confirms": "next"}]) == []


def test_two_steps_of_one_day_are_found() -> None:
    (found,) = proven(
        [
            {"step": "polite", "after_due": 3},
            {"step": "moderate", "after_invoice": 10, "purpose": "statement"},
            {"step": "hard", "after_due": 2, "purpose": "overdue"},
        ]
    )[:1]
    assert (found.severity, found.where) == ("error", "strategy.yaml: ladders.only.0 (polite)")
    assert "never said" in found.what


def test_a_step_starved_by_the_cap_is_found() -> None:
    found = proven(
        [{"step": "early", "before_due": 8}, {"step": "late", "before_due": 3}, {"step": "first", "after_due": 20}],
        contact_cap={"contacts": 1, "per_days": 20},
    )
    assert [problem.where for problem in found] == ["strategy.yaml: ladders.only.1 (late)"]
    assert "the cap of 1 contact(s) in 20 days starves it after 'early'" in found[0].what


def test_a_step_starved_by_a_repetition_is_found() -> None:
    found = proven(
        [
            {"step": "first", "after_due": 5, "repeat": {"every": 90, "at_most": 100}},
            {"step": "second", "previous_step": 100},
        ]
    )
    assert [problem.where for problem in found] == ["strategy.yaml: ladders.only.1 (second)"]
    assert "'first' is repeated" in found[0].what
    assert "at_most" in found[0].fix


def test_what_is_payable_on_receipt_is_not_reminded_of_more_often() -> None:
    strategy = parse_strategy(
        {
            "ladders": {"only": [{"step": "first", "after_due": 5, "repeat": {"every": 60, "at_most": 2}}]},
            "segments": [{"name": "all_of_them", "ladder": "only"}],
        }
    )
    cases = [case for case in cases_of(strategy, countries=["ES"], due_on=DAY) if case.kind == "payable_on_receipt"]
    days = [one.day for one in walk(strategy, cases, COMPANY).said]
    assert len(days) == 3
    assert all((later - earlier).days >= 60 for earlier, later in pairwise(days))


def test_a_step_that_nobody_can_be_reached_for_is_found_with_those_that_wait_for_it() -> None:
    found = proven([{"step": "first", "after_due": 5, "channel": "visit"}, {"step": "second", "previous_step": 10}])
    assert ["no contact can be reached by visit" in found[0].what, "waits for 'first'" in found[1].what] == [True, True]


def test_a_question_that_no_segment_asks_is_found() -> None:
    steps = [{"step": "goods", "before_due": 10, "purpose": "goods_received"}, {"step": "first", "after_due": 5}]
    found = proven(steps, duties={"links": {"all_of_them": ["invoice_received"]}})
    assert [problem.where for problem in found] == ["strategy.yaml: ladders.only.0 (goods)"]


@pytest.mark.parametrize("name", ready_strategies())
def test_ready_strategies_are_proven_in_each_language(name: str) -> None:
    of_each = {language: load_strategy(ready_strategy(name, language)) for language in LANGUAGES}
    ladders = {
        f"{language}_{ladder}": rules for language, one in of_each.items() for ladder, rules in one.ladders.items()
    }
    together = of_each["en"].model_copy(update={"ladders": ladders, "segments": of_each["en"].segments[-1:]})
    assert prove_ladders(together, company=COMPANY, countries=["PT"], on=DAY) == []


def test_the_strategy_of_the_example_is_proven() -> None:
    strategy = load_strategy(PROGRAM / "examples/andina/strategy.yaml")
    assert prove_ladders(strategy, company=COMPANY, countries=["MX", "CL"], on=DAY) == []
