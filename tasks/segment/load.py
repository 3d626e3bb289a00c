"""Reads `strategy.yaml` and refuses one that cannot work as written."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from pydantic import ValidationError

from tasks.problems import SettingsProblem
from tasks.segment.delivery import delivery_of
from tasks.segment.lint import lint_strategy
from tasks.segment.strategy import Strategy
from tasks.settings.yaml_file import model_problems, read_yaml

_STEPS = re.compile(r"(ladders\.[^.]+)\.steps\.")
READY = Path(__file__).parent / "strategies"
LANGUAGES = ("en", "es", "pt")


def load_strategy(path: Path) -> Strategy:
    """Reads a strategy and refuses one that the linter finds an error in; warnings are `lint_strategy`'s to tell.

    Raises:
        SettingsProblem: the file is missing, is not YAML, does not fit the model, or has a step or segment that can
            never be reached, or a step that the workspace it lies in cannot deliver; all mistakes are listed.
    """
    strategy = parse_strategy(read_yaml(path), path.name)
    findings = lint_strategy(strategy, path.name, delivery=delivery_of(path.parent))
    errors = [problem for problem in findings if problem.severity == "error"]
    if errors:
        raise SettingsProblem(*errors)
    return strategy


def parse_strategy(content: object, where: str = "strategy.yaml") -> Strategy:
    """Checks `content` against the model and raises one `SettingsProblem` with all mistakes and their places."""
    try:
        return Strategy.model_validate(content)
    except ValidationError as error:
        fix = "See docs/strategy.md for the words a strategy is written in."
        found = [replace(p, where=_as_written(p.where), fix=fix) for p in model_problems(error, where)]
        raise SettingsProblem(*found) from None


def _as_written(where: str) -> str:
    """A ladder's steps are mostly written as a list of their own, and the linter counts them so, too."""
    return _STEPS.sub(r"\1.", where)


def ready_strategy(name: str, language: str = "en") -> Path:
    """The file of a strategy that comes with the program: gentle, standard or firm, with names in es, en or pt.

    They mean the same in each language.
    """
    return READY / language / f"{name}.yaml"


def ready_strategies() -> tuple[str, ...]:
    """Names of the strategies that come with the program."""
    return tuple(sorted(path.stem for path in READY.glob("en/*.yaml")))


def ready_in_each_language(name: str) -> dict[str, Path]:
    """The files of one ready strategy by language."""
    return {language: ready_strategy(name, language) for language in LANGUAGES}
