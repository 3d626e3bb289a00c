"""What the linter finds, where it says it is, and what it leaves alone."""

from __future__ import annotations

import pytest

from tasks.problems import SettingsProblem
from tasks.segment.lint import lint_strategy
from tasks.segment.load import (
    LANGUAGES,
    load_strategy,
    parse_strategy,
    ready_in_each_language,
    ready_strategies,
    ready_strategy,
)
from tasks.segment.strategy import Strategy


def strategy_of(*steps: dict[str, object], **more: object):
    content = {
        "ladders": {"regular": list(steps)},
        "segments": [{"name": "everybody", "ladder": "regular"}],
    }
    return parse_strategy({**content, **more})


BEFORE = {"step": "announcement", "before_due": 7}
FIRST = {"step": "first", "after_due": 5}
WARN = {"step": "warn", "after_due": 30, "purpose": "suspension_deadline"}


def after(name: str, step: str, days: int, **more: object) -> dict[str, object]:
    return {"step": name, "after_step": {"step": step, "days": days}, **more}


@pytest.mark.parametrize(
    ("steps", "place", "said"),
    [
        ([FIRST, BEFORE], "regular.1 (announcement)", "'first' can never be reached"),
        ([BEFORE, {"step": "sooner", "before_due": 10}], "regular.1 (sooner)", "'announcement' can never be reached"),
        ([FIRST, {"step": "second", "after_due": 3}], "regular.1 (second)", "'first' can never be reached"),
        ([FIRST, {"step": "second", "after_due": 5}], "regular.1 (second)", "'first' can never be reached"),
        ([FIRST, after("second", "first", 10), {"step": "third", "after_due": 15}], "regular.2", "'second' can never"),
        ([{"step": "a", "after_invoice": 15}, {"step": "b", "after_invoice": 10}], "regular.1 (b)", "'a' can never"),
        ([FIRST, after("second", "frist", 10)], "regular.1 (second)", "does not exist in the ladder"),
        ([after("first", "second", 10), {"step": "second", "after_due": 5}], "regular.0 (first)", "comes later"),
        ([after("first", "first", 10)], "regular.0 (first)", "comes later"),
        ([FIRST, after("second", "first", 9, purpose="pre_due")], "regular.1 (second)", "not yet due"),
        ([{"step": "today", "on_due": True, "purpose": "overdue"}], "regular.0", "nothing is overdue yet"),
        ([{**BEFORE, "purpose": "overdue"}], "regular.0", "cannot have the purpose overdue"),
        ([FIRST, {"step": "cut", "after_due": 30, "needs_approval": True}], "regular.1 (cut)", "must follow the step"),
        ([FIRST, FIRST], "regular.1 (first)", "already taken"),
        ([FIRST, after("cut", "first", 30, purpose="suspension", needs_approval=True)], "1 (cut)", "unannounced"),
        ([WARN, after("cut", "warn", 12, purpose="suspension", needs_approval=True)], "1 (cut)", "must leave the time"),
        ([WARN, after("cut", "warn", 13, purpose="suspension")], "1 (cut)", "without a person looking"),
        (
            [{**WARN, "channel": "call"}, after("cut", "warn", 13, purpose="suspension", needs_approval=True)],
            "1 (cut)",
            "by call, and a line on a list is no proof",
        ),
        (
            [WARN, after("then", "warn", 5), after("cut", "then", 20, purpose="suspension", needs_approval=True)],
            "2 (cut)",
            "must leave the time that 'warn' gives",
        ),
        ([{**FIRST, "channels": ["email", "agency"]}], "regular.0 (first)", "'agency' starts legal or outside"),
        ([{"step": "first", "previous_step": 5}], "regular.0 (first)", "no step above"),
        ([{"step": "month", "end_of_month": 40}, {"step": "b", "after_due": 40}], "1 (b)", "'month' can never"),
        ([], "regular", "has no step"),
    ],
)
def test_a_step_that_can_never_be_sent_is_an_error_with_its_place(steps, place, said) -> None:
    errors = [problem for problem in lint_strategy(strategy_of(*steps)) if problem.severity == "error"]
    assert [p for p in errors if place in p.where and said in p.what], errors
    assert all(problem.where.startswith("strategy.yaml: ladders.") and problem.fix for problem in errors)


@pytest.mark.parametrize(
    ("segments", "place", "said"),
    [
        (
            [{"name": "all", "ladder": "regular"}, {"name": "late", "ladder": "none"}],
            "segments.1 (late)",
            "'all' above",
        ),
        ([{"name": "new", "when": {"is_new": True}, "ladder": "regular"}], "segments", "no segment takes"),
        ([{"name": "all", "ladder": "firm"}], "segments.0 (all)", "'firm' does not exist"),
        (
            [
                {"name": "a", "when": {"is_new": True}, "ladder": "regular"},
                {"name": "b", "when": {"is_new": True}, "ladder": "none"},
                {"name": "all", "ladder": "none"},
            ],
            "segments.1 (b)",
            "same conditions",
        ),
    ],
)
def test_a_segment_nobody_can_fall_in_is_an_error(segments, place, said) -> None:
    problems = lint_strategy(strategy_of(FIRST, segments=segments))
    assert [p for p in problems if p.severity == "error" and place in p.where and said in p.what], problems


@pytest.mark.parametrize(
    ("steps", "more", "said"),
    [
        ([{"step": "a", "before_due": 2}], {}, "may fall in quiet days"),
        ([FIRST, {"step": "b", "after_due": 9}], {"contact_cap": {"contacts": 1, "per_days": 10}}, "will hold it back"),
        (
            [{**FIRST, "channel": "whatsapp"}, {"step": "b", "after_due": 12, "channel": "whatsapp"}],
            {
                "contact_cap": {
                    "contacts": 1,
                    "per_days": 2,
                    "per_channel": {"whatsapp": {"contacts": 1, "per_days": 14}},
                }
            },
            "by whatsapp in 14 days will hold it back",
        ),
        ([{**FIRST, "repeat": {"every": 9, "at_most": 1}}, {"step": "b", "after_due": 10}], {}, "never reached"),
        ([BEFORE, FIRST, after("b", "announcement", 30)], {}, "never sent once a run has caught up"),
        ([FIRST], {"segments": [{"name": "all", "ladder": "none"}]}, "no segment uses this ladder"),
        ([{"step": "a", "after_due": 20}, {"step": "month", "end_of_month": 1}], {}, "in some months"),
    ],
)
def test_what_may_surprise_is_a_warning_and_does_not_stop(steps, more, said) -> None:
    problems = lint_strategy(strategy_of(*steps, **more))
    assert [p for p in problems if p.severity == "warning" and said in p.what], problems
    assert not [p for p in problems if p.severity == "error"]


@pytest.mark.parametrize(
    ("content", "place"),
    [
        ({"ladders": {"regular": [{"step": "a", "before_due": -5}]}}, "ladders.regular.0.before_due"),
        (
            {"ladders": {"regular": [{**FIRST, "repeat": {"every": 5, "at_most": 0}}]}},
            "ladders.regular.0.repeat.at_most",
        ),
        ({"ladders": {"regular": [{"step": "a"}]}}, "ladders.regular.0"),
        ({"ladders": {"regular": [{**FIRST, "on_due": True}]}}, "ladders.regular.0"),
        ({"ladders": {"regular": [{**FIRST, "tome": "firm"}]}}, "ladders.regular.0.tome"),
        ({"contact_cap": {"contacts": 0, "per_days": 7}}, "contact_cap.contacts"),
        ({"segments": [{"name": "a", "when": {"risk_grade": ["F"]}, "ladder": "none"}]}, "segments.0.when.risk_grade"),
        ({"segments": [{"name": "a", "when": {"grade": "A"}, "ladder": "none"}]}, "segments.0.when.grade"),
        (
            {"segments": [{"name": "a", "when": {"days_overdue": {"at_least": 9, "at_most": 3}}, "ladder": "none"}]},
            "segments.0",
        ),
        ({"minimum_amount": {"EUR": -1}}, "minimum_amount.EUR"),
        ({"minimum_amount": {"euro": 1}}, "minimum_amount.euro"),
    ],
)
def test_a_value_that_cannot_be_meant_is_reported_with_its_place(content, place) -> None:
    with pytest.raises(SettingsProblem) as caught:
        strategy_of(FIRST, **content)
    assert any(f"strategy.yaml: {place}" in problem.where for problem in caught.value.problems), caught.value


def test_all_mistakes_of_a_file_are_reported_at_once(tmp_path) -> None:
    file = tmp_path / "strategy.yaml"
    file.write_text(
        "ladders: {regular: [{step: late, after_due: 9}, {step: early, before_due: 3}, {step: x, after_step: {step: y, days: 1}}]}\n"
        "segments: [{name: everybody, ladder: firm}]\n",
        encoding="utf-8",
    )
    with pytest.raises(SettingsProblem) as caught:
        load_strategy(file)
    assert len(caught.value.problems) == 3


def test_every_day_quiet_is_refused() -> None:
    week = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
    with pytest.raises(SettingsProblem, match="every day"):
        strategy_of(FIRST, quiet_days={"weekdays": week})


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ready_strategies())
def test_the_ready_strategies_have_no_finding(name, language) -> None:
    assert lint_strategy(load_strategy(ready_strategy(name, language))) == []


@pytest.mark.parametrize("name", ready_strategies())
def test_the_ready_strategies_mean_the_same_in_every_language(name) -> None:
    versions = {_without_names(load_strategy(path)).version for path in ready_in_each_language(name).values()}
    assert len(versions) == 1


def _without_names(strategy: Strategy) -> Strategy:
    """The same strategy with its steps, ladders and segments called by their places."""
    ladders = {name: f"ladder_{number}" for number, name in enumerate(strategy.ladders)}
    content = strategy.model_dump(exclude_defaults=True)
    for ladder in content["ladders"].values():
        places = {step["step"]: f"step_{number}" for number, step in enumerate(ladder["steps"])}
        for step in ladder["steps"]:
            step["step"] = places[step["step"]]
            if "after_step" in step:
                step["after_step"]["step"] = places[step["after_step"]["step"]]
    content["ladders"] = {ladders[name]: ladder for name, ladder in content["ladders"].items()}
    for number, segment in enumerate(content["segments"]):
        segment["name"] = f"segment_{number}"
        segment["ladder"] = ladders.get(segment["ladder"])
    return parse_strategy(content)


def test_the_firm_strategy_ends_at_the_legal_department() -> None:
    steps = load_strategy(ready_strategy("firm")).ladders["firm"].steps
    assert [step.purpose for step in steps[-2:]] == ["legal_deadline", "hand_over"]
    assert all(step.needs_approval and step.channel == "legal" for step in steps[-2:])


def test_the_version_changes_with_the_meaning_and_not_with_the_writing() -> None:
    plain = strategy_of(FIRST, minimum_amount={"EUR": 50})
    assert plain.version == strategy_of({"after_due": 5, "step": "first"}, minimum_amount={"EUR": "50.00"}).version
    assert plain.version != strategy_of(FIRST, minimum_amount={"EUR": 51}).version
    assert len(plain.version) == 10
