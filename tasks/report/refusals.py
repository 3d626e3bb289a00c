"""Why rows were refused, in the report's language. The contracts and the reader speak English; here is the Spanish for it."""

from __future__ import annotations

import re
from functools import cache
from typing import Literal

from pydantic import BaseModel, ConfigDict

from tasks.paths import TEMPLATES
from tasks.settings.yaml_file import read_yaml


class Translation(BaseModel):
    """Whole texts, and patterns for texts that carry a name."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    exact: dict[str, str]
    patterns: tuple[tuple[str, str], ...]

    def of(self, text: str) -> str | None:
        """The translation of `text`, or None."""
        if text in self.exact:
            return self.exact[text]
        for pattern, translated in self.patterns:
            found = re.fullmatch(pattern, text)
            if found is not None:
                return found.expand(translated)
        return None


def refusal(text: str, language: Literal["es", "en"]) -> str:
    """A reason or a fix in the report's language; what nobody translated stays as it is."""
    return (_spanish().of(text) or text) if language == "es" else text


@cache
def _spanish() -> Translation:
    return Translation.model_validate(read_yaml(TEMPLATES / "report" / "refusals.es.yaml"))
