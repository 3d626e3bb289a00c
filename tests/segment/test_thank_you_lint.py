"""Thanks that can never be said are found before a run; thanks that surprise are told."""

from __future__ import annotations

import pytest

from tasks.problems import SettingsProblem
from tasks.segment.delivery import Delivery
from tasks.segment.lint import lint_strategy
from tasks.segment.load import parse_strategy

BY_EMAIL = Delivery(channels=frozenset({"email"}), purposes=frozenset({"overdue", "thank_you"}))
THANKS = {"segments": ["everybody"]}


def found(thanks: dict[str, object], *, step: str = "first", **more: object) -> list[tuple[str, str]]:
    strategy = parse_strategy({
        "ladders": {"regular": [{"step": step, "after_due": 5}]},
        "segments": [{"name": "everybody", "ladder": "regular"}],
        "thank_you": thanks,
        **more,
    })  # fmt: skip
    problems = lint_strategy(strategy, delivery=BY_EMAIL)
    return [(problem.severity, problem.what) for problem in problems if "thank_you" in problem.where]


def test_thanks_that_can_be_said_are_left_alone() -> None:
    assert found(THANKS) == []
    assert found(THANKS, contact_cap={"contacts": 2, "per_days": 7}) == []


@pytest.mark.parametrize(
    ("thanks", "step", "said"),
    [
        ({"segments": ["everybody", "nobody"]}, "first", "the segment 'nobody' does not exist"),
        ({**THANKS, "channel": "whatsapp"}, "first", "nothing here delivers the channel 'whatsapp'"),
        (THANKS, "thank_you", "a ladder has a step of the name 'thank_you'"),
    ],
)
def test_thanks_that_can_never_be_said_are_an_error(thanks, step, said) -> None:
    ((severity, what),) = found(thanks, step=step)
    assert severity == "error"
    assert said in what


@pytest.mark.parametrize(
    "cap",
    [
        {"contacts": 1, "per_days": 6},
        {"contacts": 3, "per_days": 6, "per_channel": {"email": {"contacts": 1, "per_days": 6}}},
    ],
)
def test_thanks_that_are_the_only_contact_of_a_cap_are_told(cap) -> None:
    ((severity, what),) = found(THANKS, contact_cap=cap)
    assert severity == "warning"
    assert "6 days" in what


@pytest.mark.parametrize(
    "thanks",
    [
        {},
        {"segments": []},
        {**THANKS, "for": []},
        {**THANKS, "for": ["existing"]},
        {**THANKS, "every_days": 0},
        {**THANKS, "channel": "call"},
        {**THANKS, "minimum_amount": {"EUR": -1}},
        {**THANKS, "tone": "firm"},
    ],
)
def test_what_thanks_cannot_mean_is_refused(thanks) -> None:
    with pytest.raises(SettingsProblem):
        found(thanks)


def test_no_step_of_a_ladder_says_thanks() -> None:
    with pytest.raises(SettingsProblem):
        parse_strategy({
            "ladders": {"regular": [{"step": "thanks", "after_due": 5, "purpose": "thank_you"}]},
            "segments": [{"name": "everybody", "ladder": "regular"}],
        })  # fmt: skip


def test_thanks_make_another_strategy_of_it() -> None:
    content = {
        "ladders": {"regular": [{"step": "first", "after_due": 5}]},
        "segments": [{"name": "everybody", "ladder": "regular"}],
    }
    versions = {
        parse_strategy(content).version,
        parse_strategy({**content, "thank_you": THANKS}).version,
        parse_strategy({**content, "thank_you": {**THANKS, "every_days": 61}}).version,
    }
    assert len(versions) == 3
