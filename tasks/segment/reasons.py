"""The closed list of reasons for a decision (`reasons.yaml`), with its words in Spanish and English."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

from tasks.settings.strict import Strict
from tasks.settings.yaml_file import read_yaml

Decision = Literal["remind", "wait", "silent"]
Language = Literal["es", "en"]


class Words(Strict):
    """A text in the languages of the people who work with the decisions."""

    es: str
    en: str

    def text(self, language: Language) -> str:
        """The text in one language."""
        return self.es if language == "es" else self.en


class Reason(Strict):
    """One reason: the decision it leads to, its place in the order of the rules (1 is asked first) and its words."""

    name: str
    decision: Decision
    precedence: int
    label: Words
    question: Words
    next_step: Words


class _File(Strict):
    reasons: tuple[dict[str, object], ...]


@cache
def load_reasons() -> dict[str, Reason]:
    """All reasons by name, in the order in which the rules are asked."""
    content = _File.model_validate(read_yaml(Path(__file__).parent / "reasons.yaml"))
    reasons = [
        Reason.model_validate({**item, "precedence": place}) for place, item in enumerate(content.reasons, start=1)
    ]
    return {reason.name: reason for reason in reasons}
