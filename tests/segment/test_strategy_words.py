"""Short forms, channels, overrides and the schema of a strategy: what may be written, and what is refused with its place."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import jsonschema
import pytest
import yaml

from tasks.paths import PROGRAM
from tasks.problems import SettingsProblem
from tasks.segment.delivery import Delivery, delivery_of
from tasks.segment.families import family_of, phase_of
from tasks.segment.ladders import PURPOSES
from tasks.segment.lint import lint_strategy
from tasks.segment.load import LANGUAGES, load_strategy, parse_strategy, ready_in_each_language, ready_strategies
from tasks.segment.schema import BESIDE_A_STRATEGY, SCHEMA_FILE, strategy_schema

FIRST = {"step": "first", "after_due": 5}
EMAIL_ONLY = Delivery(channels=frozenset({"email"}), purposes=frozenset({"pre_due", "due", "overdue"}))


def strategy_of(*steps: object, **more: object):
    content = {"ladders": {"regular": list(steps)}, "segments": [{"name": "all", "ladder": "regular"}]}
    return parse_strategy({**content, **more})


def test_previous_step_is_after_step_in_short() -> None:
    short = strategy_of(FIRST, {"step": "second", "previous_step": 10})
    long = strategy_of(FIRST, {"step": "second", "after_step": {"step": "first", "days": 10}})
    assert short == long
    assert short.version == long.version


def test_a_ladder_of_steps_alone_means_the_same_as_one_that_says_nothing_else() -> None:
    bare = strategy_of(FIRST)
    full = strategy_of(ladders={"regular": {"steps": [FIRST]}})
    assert bare.version == full.version
    assert bare.version != strategy_of(ladders={"regular": {"tolerance_days": 3, "steps": [FIRST]}}).version


def test_channel_names_the_only_one_of_channels() -> None:
    assert strategy_of({**FIRST, "channel": "call"}) == strategy_of({**FIRST, "channels": ["call"]})


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ({**FIRST, "channel": "email", "channels": ["call"]}, "either channel or channels"),
        ({**FIRST, "channels": ["email"], "fallback_channels": ["email"]}, "names a channel twice"),
        ({**FIRST, "channel": "fax"}, "Input should be"),
        ({"step": "a", "after_event": {"event": "rain", "days": 1}}, "pattern"),
        (
            {"step": "a", "after_event": {"event": "promise_broken", "days": 1}, "repeat": {"every": 3, "at_most": 1}},
            "each event",
        ),
    ],
)
def test_a_step_that_cannot_be_meant_is_refused_with_its_place(step, said) -> None:
    with pytest.raises(SettingsProblem) as caught:
        strategy_of(step)
    assert all("ladders.regular.0" in problem.where for problem in caught.value.problems)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ({**FIRST, "channel": "whatsapp"}, "nothing here delivers the channel 'whatsapp'"),
        ({**FIRST, "fallback_channels": ["letter"]}, "nothing here delivers the channel 'letter'"),
        ({**FIRST, "purpose": "statement"}, "no templates for the purpose 'statement'"),
    ],
)
def test_what_nothing_here_can_deliver_is_an_error_and_not_a_crash_at_send_time(step, said) -> None:
    problems = lint_strategy(strategy_of(step), delivery=EMAIL_ONLY)
    assert [p for p in problems if p.severity == "error" and said in p.what and "regular.0" in p.where and p.fix]


def test_what_people_do_needs_neither_adapter_nor_template() -> None:
    step = {**FIRST, "purpose": "statement", "channel": "visit"}
    assert lint_strategy(strategy_of(step), delivery=EMAIL_ONLY) == []


def test_templates_of_the_workspace_count(tmp_path: Path) -> None:
    (tmp_path / "templates" / "promise_broken").mkdir(parents=True)
    delivery = delivery_of(tmp_path)
    assert {"promise_broken", "overdue"} <= delivery.purposes
    assert "email" in delivery.channels


def test_threats_and_questions_never_share_a_message_with_a_reminder() -> None:
    together = {purpose for purpose in PURPOSES if family_of(purpose) == "payment"}
    assert together == {"pre_due", "due", "overdue", "statement", "promise_reminder", "promise_broken"}
    apart = [purpose for purpose in PURPOSES if purpose not in together]
    assert len({family_of(purpose) for purpose in apart}) == len(apart)
    assert phase_of("statement") == "any"


OVERRIDE = {"customer": "C1", "ladder": "none", "until": date(2026, 12, 31), "reason": "merger", "author": "ana"}


@pytest.mark.parametrize(
    ("override", "said"),
    [
        ({**OVERRIDE, "receivable": "R1"}, "either customer or receivable"),
        ({**OVERRIDE, "segment": "all"}, "either segment or ladder"),
        ({name: value for name, value in OVERRIDE.items() if name != "until"}, "missing"),
        ({**OVERRIDE, "reason": ""}, "at least 1 character"),
    ],
)
def test_an_override_says_for_whom_what_until_when_and_why(override, said) -> None:
    with pytest.raises(SettingsProblem, match=said):
        strategy_of(FIRST, overrides=[override])


@pytest.mark.parametrize(
    ("overrides", "said"),
    [
        ([{**OVERRIDE, "ladder": "gentle"}], "the ladder 'gentle' does not exist"),
        (
            [{key: value for key, value in OVERRIDE.items() if key != "ladder"} | {"segment": "vip"}],
            "'vip' does not exist",
        ),
        ([OVERRIDE, {**OVERRIDE, "ladder": "regular"}], "overrides.0 is about the same customer"),
    ],
)
def test_an_override_of_what_does_not_exist_is_an_error(overrides, said) -> None:
    problems = lint_strategy(strategy_of(FIRST, overrides=overrides))
    assert [p for p in problems if p.severity == "error" and said in p.what], problems


def test_one_name_for_a_reminder_and_a_threat_is_an_error() -> None:
    strategy = strategy_of(
        FIRST,
        ladders={"regular": [FIRST], "other": [{**FIRST, "purpose": "suspension_deadline"}]},
    )
    assert [p for p in lint_strategy(strategy) if p.severity == "error" and "same name" in p.what]


def test_the_committed_schema_is_the_models() -> None:
    assert SCHEMA_FILE.read_text(encoding="utf-8") == strategy_schema(), "write it anew: python -m tasks.segment.schema"


@pytest.mark.parametrize(
    "file", sorted((PROGRAM / "examples").glob("*/strategy.yaml")), ids=lambda file: file.parent.name
)
def test_the_schema_accepts_the_examples(file: Path) -> None:
    _validate(yaml.safe_load(file.read_text(encoding="utf-8")))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ready_strategies())
def test_the_schema_accepts_the_ready_strategies_and_they_name_it(name, language) -> None:
    text = ready_in_each_language(name)[language].read_text(encoding="utf-8")
    assert text.startswith(f"# yaml-language-server: $schema={BESIDE_A_STRATEGY}\n")
    _validate(yaml.safe_load(text))


@pytest.mark.parametrize(
    "wrong",
    [
        {"ladders": {"regular": [{"step": "a", "after_due": -1}]}},
        {"ladders": {"regular": [{"step": "a", "after_due": 1, "channel": "fax"}]}},
        {"ladders": {"regular": {"steps": [], "tolerance": 3}}},
        {"ladders": {}, "segments": [{"name": "a", "when": {"risk_grade": "F"}, "ladder": "none"}]},
        {"tolerence_days": 3},
    ],
)
def test_the_schema_refuses_what_the_model_refuses(wrong) -> None:
    content = {"ladders": {}, "segments": [{"name": "all", "ladder": "none"}], **wrong}
    with pytest.raises(jsonschema.ValidationError):
        _validate(content)
    with pytest.raises(SettingsProblem):
        parse_strategy(content)


def test_every_word_of_a_step_and_a_ladder_is_described_for_editors() -> None:
    models = json.loads(strategy_schema())["$defs"]
    for model in (models["Step"], models["Ladder"]["anyOf"][0], models["Override"], models["Conditions"]):
        for name, told in model["properties"].items():
            assert "description" in told or name == "steps", name


def _validate(content: object) -> None:
    # YAML makes dates of what JSON has as text.
    jsonschema.validate(json.loads(json.dumps(content, default=str)), json.loads(strategy_schema()))


def test_a_ready_strategy_is_loaded_with_what_the_program_alone_can_deliver() -> None:
    for path in ready_in_each_language("firm").values():
        assert load_strategy(path).ladders
