"""The texts of templates: what is submitted to Meta for approval, which variables they have, and how a message will read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from tasks.paths import TEMPLATES
from tasks.remind.whatsapp.message import Parameter
from tasks.segment.ladders import PURPOSES
from tasks.settings.strict import Strict
from tasks.settings.yaml_file import read_yaml

TextLanguage = Literal["es", "en", "pt"]
FOLDER = "whatsapp"
BODY_ALLOWED = 1024
FOOTER_ALLOWED = 60
"""Characters that Meta accepts."""
_VARIABLE = re.compile(r"\{\{([a-z][a-z0-9_]*)\}\}")
_Line = Annotated[str, Field(min_length=1, max_length=BODY_ALLOWED)]


class Closing(Strict):
    """The last lines of every message: how to answer, and how to stop."""

    by_link: _Line
    by_contact: _Line
    footer: Annotated[str, Field(min_length=1, max_length=FOOTER_ALLOWED)]


@dataclass(frozen=True)
class TemplateText:
    """One template in one language, as it is submitted."""

    purpose: str
    language: TextLanguage
    body: str
    footer: str

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names of its variables, each once, in the order in which they appear."""
        return tuple(dict.fromkeys(_VARIABLE.findall(self.body)))

    def filled(self, parameters: tuple[Parameter, ...]) -> str:
        """How a message will read; `parameters` are those of this text, in its order."""
        values = dict(zip(self.parameters, (parameter.text for parameter in parameters), strict=True))
        return _VARIABLE.sub(lambda found: values[found[1]], self.body) + f"\n\n{self.footer}\n"


def shipped_text(purpose: str, language: TextLanguage, *, has_links: bool) -> TemplateText | None:
    """Our text for `purpose`; None where none is shipped. `has_links`: the debtor can answer by a link; thanks have none."""
    bodies = _bodies()
    if purpose not in bodies:
        return None
    closing = _closings()[language]
    answers_by_link = has_links and purpose != "thank_you"
    body = f"{bodies[purpose][language]}\n\n{closing.by_link if answers_by_link else closing.by_contact}"
    return TemplateText(purpose, language, body, closing.footer)


def shipped_purposes() -> tuple[str, ...]:
    """The purposes that have a text: none that announces what hurts, which a locked phone would show, or the text would not say."""
    return tuple(_bodies())


@cache
def _bodies() -> Mapping[str, Mapping[TextLanguage, str]]:
    adapter = TypeAdapter(dict[TextLanguage, _Line])
    paths = {purpose: TEMPLATES / FOLDER / f"{purpose}.yaml" for purpose in PURPOSES}
    return {purpose: adapter.validate_python(read_yaml(path)) for purpose, path in paths.items() if path.is_file()}


@cache
def _closings() -> Mapping[TextLanguage, Closing]:
    return TypeAdapter(dict[TextLanguage, Closing]).validate_python(read_yaml(TEMPLATES / FOLDER / "closing.yaml"))
