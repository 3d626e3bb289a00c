"""Which approved template says a purpose in a language, by the workspace's settings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

from tasks.remind.whatsapp.texts import TemplateText, TextLanguage, shipped_text
from tasks.settings.load import Workspace
from tasks.settings.whatsapp import WhatsappTemplate

LANGUAGES: tuple[TextLanguage, ...] = get_args(TextLanguage)


@dataclass(frozen=True)
class Choice:
    """A template of the settings. `text` is None where it is the company's own, whose words only Meta knows."""

    purpose: str
    language: TextLanguage
    template: WhatsappTemplate
    text: TemplateText | None

    @property
    def language_code(self) -> str:
        """The language that it was approved in."""
        return self.template.language_code or self.language

    @property
    def parameters(self) -> tuple[str, ...]:
        """What fills it, in order; empty where neither the settings nor a shipped text say."""
        if self.template.parameters is not None:
            return self.template.parameters
        return self.text.parameters if self.text is not None else ()


def choose(workspace: Workspace, purpose: str, language: str) -> Choice | None:
    """The template for a reader of `language`, else for one of the company's language; None where there is neither."""
    settings = workspace.settings.sending.whatsapp
    by_language = {} if settings is None else settings.templates.get(purpose, {})
    for wanted in (language, workspace.settings.company.language):
        for known, template in by_language.items():
            if known == wanted:
                return _choice(workspace, purpose, known, template)
    return None


def choices(workspace: Workspace) -> list[Choice]:
    """Every template of the settings."""
    settings = workspace.settings.sending.whatsapp
    return (
        []
        if settings is None
        else [
            _choice(workspace, purpose, language, template)
            for purpose, by_language in settings.templates.items()
            for language, template in by_language.items()
        ]
    )


def _choice(workspace: Workspace, purpose: str, language: TextLanguage, template: WhatsappTemplate) -> Choice:
    has_links = workspace.settings.answers is not None
    ours = None if template.parameters is not None else shipped_text(purpose, language, has_links=has_links)
    return Choice(purpose, language, template, ours)
