"""Our texts in the form in which Meta takes templates for approval, with examples from made-up messages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias, cast

from tasks.answers.links import sample_links
from tasks.problems import SettingsProblem
from tasks.remind.creditor import Creditor
from tasks.remind.samples import AS_OF, sample_reminder
from tasks.remind.whatsapp.choosing import LANGUAGES
from tasks.remind.whatsapp.parameters import value_of
from tasks.remind.whatsapp.texts import TemplateText, shipped_purposes, shipped_text
from tasks.segment.ladders import PURPOSES, Purpose
from tasks.settings.load import Workspace

Json: TypeAlias = "str | list[Json] | dict[str, Json]"
CATEGORY = "UTILITY"
"""Meta's word for what concerns a transaction under way; it moves a text to MARKETING that sells anything."""


@dataclass(frozen=True)
class Submission:
    """One template to submit; `examples` are what its variables may hold, which Meta's reviewers want to see."""

    name: str
    text: TemplateText
    examples: dict[str, str]

    def as_json(self) -> dict[str, Json]:
        """The body of `POST /{version}/{WhatsApp business account id}/message_templates`."""
        named: list[Json] = [{"param_name": name, "example": value} for name, value in self.examples.items()]
        return {
            "name": self.name,
            "category": CATEGORY,
            "language": self.text.language,
            "parameter_format": "NAMED",
            "components": [
                {"type": "BODY", "text": self.text.body, "example": {"body_text_named_params": named}},
                {"type": "FOOTER", "text": self.text.footer},
            ],
        }


def submissions(workspace: Workspace, purposes: Sequence[str]) -> list[Submission]:
    """The texts for `purposes` in every language, by purpose; those without a shipped text are left out.

    Raises:
        SettingsProblem: one of them is no purpose.
    """
    unknown = [purpose for purpose in purposes if purpose not in PURPOSES]
    if unknown:
        raise SettingsProblem.at("--purpose", f"'{unknown[0]}' is no purpose", f"Use one of {', '.join(PURPOSES)}.")
    has_links = workspace.settings.answers is not None
    creditor = Creditor(workspace.settings.company, AS_OF, sample_links(workspace))
    found = []
    for purpose in (one for one in shipped_purposes() if one in purposes):
        for language in LANGUAGES:
            text = shipped_text(purpose, language, has_links=has_links)
            words = creditor.words(sample_reminder(purpose=cast("Purpose", purpose), language=language))
            if text is not None:
                examples = {name: value_of(name, words) for name in text.parameters}
                # Another text needs another name: Meta keeps the words of an approved one.
                found.append(Submission(f"puntual_{purpose}{'_link' if has_links else ''}", text, examples))
    return found


def settings_of(found: Sequence[Submission]) -> str:
    """The lines of `puntual.yaml` that name these templates."""
    lines = ["templates:"]
    for purpose in dict.fromkeys(one.text.purpose for one in found):
        lines.append(f"  {purpose}:")
        lines += [f"    {one.text.language}: {{name: {one.name}}}" for one in found if one.text.purpose == purpose]
    return "\n".join(lines)
