"""The Prefect task retries what may heal by itself, and nothing else."""

from __future__ import annotations

import pytest
from prefect.states import Failed

from tasks.extract.door import extract_sources, is_worth_retrying
from tasks.problems import Problem, SettingsProblem, SourceProblem, SourceUnreachable

PROBLEM = Problem("error", "where", "what", "fix")


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (SourceUnreachable(PROBLEM), True),
        (SourceProblem(PROBLEM), False),
        (SettingsProblem(PROBLEM), False),
        (OSError(), False),
    ],
)
def test_only_a_source_that_does_not_answer_is_tried_again(error: Exception, expected: bool) -> None:
    assert is_worth_retrying(extract_sources, None, Failed(data=error)) is expected  # type: ignore[arg-type]


def test_the_task_retries_twice_with_a_pause() -> None:
    assert extract_sources.retries == 2
    assert extract_sources.retry_delay_seconds == 20
