"""What `puntual check` says of answers: whether the secrets are there, and what would surprise the collector."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from tasks.answers.keys import keys_of
from tasks.problems import Problem
from tasks.settings.load import Workspace

_EXAMPLES = (".example", ".invalid", ".test")


def answer_problems(workspace: Workspace, environment: Mapping[str, str]) -> Iterator[Problem]:
    """Problems of `answers`; none where it is not set up.

    Raises:
        SettingsProblem: a secret is missing or too short.
    """
    answers = workspace.settings.answers
    if answers is None:
        return
    host = urlsplit(answers.base_url).hostname or ""
    if host.endswith(_EXAMPLES) or not answers.is_encrypted:
        yield Problem(
            "warning",
            "puntual.yaml: answers.base_url",
            f"no debtor reaches {host}",
            "Write the address under which `puntual serve` is reached from outside (docs/answers.md).",
        )
    keys_of(workspace, answers, environment)
