"""The words of the scorecard's reasons (`reasons.yaml`), in Spanish and English."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import RootModel

from tasks.settings.strict import Strict
from tasks.settings.yaml_file import read_yaml

Language = Literal["es", "en"]


class Words(Strict):
    """One reason in the languages of the people who work with the scores."""

    es: str
    en: str


class _Reasons(RootModel[dict[str, Words]]):
    pass


@cache
def load_reasons() -> dict[str, Words]:
    """All reasons by code."""
    return _Reasons.model_validate(read_yaml(Path(__file__).parent / "reasons.yaml")).root


def reason_text(code: str, language: Language) -> str:
    """The words of the reason `code`; a code of a fitted model that has none is shown without its underscores."""
    words = load_reasons().get(code)
    if words is None:
        return code.replace("_", " ")
    return words.es if language == "es" else words.en
