"""The closed list of reasons for an order hold (`reasons.yaml`), with its words in Spanish, English and Portuguese."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

from tasks.settings.strict import Strict
from tasks.settings.yaml_file import read_yaml

HoldLanguage = Literal["es", "en", "pt"]


class HoldWords(Strict):
    """A text in the languages of those who read lists of holds."""

    es: str
    en: str
    pt: str

    def text(self, language: HoldLanguage) -> str:
        """The text in one language."""
        return {"es": self.es, "en": self.en, "pt": self.pt}[language]


class HoldReason(Strict):
    """One reason: whether it holds orders, its words, and what ends it."""

    name: str
    decision: Literal["hold", "free"]
    label: HoldWords
    release: HoldWords


class _File(Strict):
    reasons: tuple[HoldReason, ...]


@cache
def load_hold_reasons() -> dict[str, HoldReason]:
    """All reasons by name, in the order in which they are asked."""
    content = _File.model_validate(read_yaml(Path(__file__).with_suffix(".yaml")))
    return {reason.name: reason for reason in content.reasons}


def hold_language(language: str) -> HoldLanguage:
    """The language of lists of holds for a company that speaks `language`; English where we have no words in it."""
    return "es" if language == "es" else "pt" if language == "pt" else "en"
