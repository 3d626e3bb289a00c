"""The card's words, `templates/score/words.<language>.yaml`; numbers and dates are written as in the report."""

from __future__ import annotations

from functools import cache

import yaml

from tasks.paths import TEMPLATES
from tasks.report.words import Language, Words


@cache
def card_words(language: Language) -> Words:
    """The words in one language; keys are the same in both."""
    path = TEMPLATES / "score" / f"words.{language}.yaml"
    texts = yaml.safe_load(path.read_text(encoding="utf-8"))
    return Words(language, {str(key): str(value) for key, value in texts.items()})
