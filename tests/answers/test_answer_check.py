"""What `puntual check` says of answers."""

from __future__ import annotations

import pytest

from tasks.answers.check import answer_problems
from tasks.problems import SettingsProblem

SECRET = {"ANSWERS_SECRET": "a-secret-of-more-than-32-characters"}


def test_an_address_that_nobody_reaches_is_a_warning(make_workspace) -> None:
    (problem,) = answer_problems(make_workspace(), SECRET)
    assert (problem.severity, problem.where) == ("warning", "puntual.yaml: answers.base_url")
    assert list(answer_problems(make_workspace(base_url="https://cobros.acme.com"), SECRET)) == []


def test_a_missing_secret_is_an_error(make_workspace) -> None:
    with pytest.raises(SettingsProblem, match="ANSWERS_SECRET is not set"):
        list(answer_problems(make_workspace(base_url="https://cobros.acme.com"), {}))
