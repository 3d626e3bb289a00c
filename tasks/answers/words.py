"""The words of the debtors' pages (`words.yaml`), in Spanish, English and Portuguese."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal

from tasks.answers.kinds import AnswerKind, ConfirmationKind
from tasks.ledger.knowledge import DisputeKind
from tasks.settings.strict import Strict
from tasks.settings.yaml_file import read_yaml

Language = Literal["es", "en", "pt"]
LANGUAGES: tuple[Language, ...] = ("es", "en", "pt")


class Phrase(Strict):
    """A text in the three languages, with places in braces."""

    es: str
    en: str
    pt: str

    def text(self, language: Language, **values: object) -> str:
        """The text in one language, its places filled."""
        said: str = getattr(self, language)
        return said.format(**values) if values else said


class PageWords(Strict):
    """All of `words.yaml`."""

    page: dict[str, Phrase]
    offers: dict[AnswerKind, Phrase]
    hints: dict[AnswerKind, Phrase]
    done: dict[AnswerKind, Phrase]
    thanks: dict[str, Phrase]
    fields: dict[str, Phrase]
    help: dict[str, Phrase]
    confirmations: dict[ConfirmationKind, Phrase]
    disputes: dict[DisputeKind, Phrase]
    errors: dict[str, Phrase]
    notices: dict[str, Phrase]
    notice: dict[str, Phrase]


@cache
def page_words() -> PageWords:
    """The words of `words.yaml`."""
    return PageWords.model_validate(read_yaml(Path(__file__).with_suffix(".yaml")))


def language_of(wanted: str) -> Language | None:
    """The page's language for a code; None where there is no page in it."""
    return wanted if wanted in LANGUAGES else None


def language_accepted(header: str, default: Language) -> Language:
    """The first language of an Accept-Language header (RFC 9110 §12.5.4) that we speak, by its weights; else `default`."""
    offered: list[tuple[float, int, Language]] = []
    for position, part in enumerate(header[:200].split(",")):
        name, _, weight = part.strip().partition(";q=")
        language = language_of(name.split("-")[0].strip().lower())
        if language is not None:
            offered.append((-_weight(weight), position, language))
    return min(offered)[2] if offered else default


def _weight(text: str) -> float:
    try:
        return float(text) if text else 1.0
    except ValueError:
        return 0.0


def filled(phrases: Mapping[str, Phrase], language: Language) -> dict[str, str]:
    """Every text of a group in one language, its places left open."""
    return {key: phrase.text(language) for key, phrase in phrases.items()}
