"""The words of explanations (`explain_words.yaml`), filled in for one language."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from tasks.segment.reasons import Language, Words
from tasks.settings.strict import Strict
from tasks.settings.yaml_file import read_yaml


class _File(Strict):
    facts: dict[str, Words]
    references: dict[str, Words]
    values: dict[str, Words]
    flags: dict[str, Words]
    promises: dict[str, Words]
    score: dict[str, Words]
    segments: dict[str, Words]
    details: dict[str, Words]
    ladder: dict[str, Words]
    conclusion: dict[str, Words]


@cache
def _load() -> _File:
    return _File.model_validate(read_yaml(Path(__file__).with_suffix(".yaml")))


class Phrases:
    """The words in one language; `say("conclusion.wait", reason=…)` fills the gaps, a missing value shows as a dash."""

    def __init__(self, language: Language) -> None:
        self.language = language

    def say(self, phrase: str, **values: object) -> str:
        """The phrase `section.name` with its gaps filled."""
        section, name = phrase.split(".")
        words: dict[str, Words] = getattr(_load(), section)
        shown = {key: "–" if value is None else value for key, value in values.items()}
        return words[name].text(self.language).format(**shown)

    def knows(self, phrase: str) -> bool:
        """True when there is a phrase of that name."""
        section, name = phrase.split(".")
        return name in getattr(_load(), section)
