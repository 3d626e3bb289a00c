"""The words of a comparison (`words.yaml`), in Spanish, English and Portuguese."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

from tasks.settings.strict import Strict
from tasks.settings.yaml_file import read_yaml
from tasks.statements.lines import Finding

StatementLanguage = Literal["es", "en", "pt"]


class Words(Strict):
    """A text in the languages of those who read it."""

    es: str
    en: str
    pt: str

    def text(self, language: StatementLanguage) -> str:
        """The text in one language."""
        return {"es": self.es, "en": self.en, "pt": self.pt}[language]


class FindingWords(Strict):
    """What a finding is called, what we do about it, and what we tell the debtor."""

    label: Words
    to_do: Words
    reply: Words


class StatementWords(Strict):
    """All of `words.yaml`."""

    findings: dict[Finding, FindingWords]
    columns: dict[str, Words]
    reply: dict[str, Words]
    matched_by: dict[str, Words]


@cache
def statement_words() -> StatementWords:
    """The words of `words.yaml`."""
    return StatementWords.model_validate(read_yaml(Path(__file__).with_suffix(".yaml")))
