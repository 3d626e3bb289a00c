"""What a country, and what paper, says differently in a language; applied when a template is loaded.

`templates/layout/<language>-<COUNTRY>/local.yaml` and `templates/layout/<language>/letter.yaml`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache

import yaml
from pydantic import Field, ValidationError

from tasks.paths import TEMPLATES
from tasks.problems import SettingsProblem
from tasks.settings.strict import Strict

LOCAL = "local.yaml"
ON_PAPER = "letter.yaml"
"""Phrases of e-mails with what a letter says in their place; read in the country's folder, else in the language's."""
Label = str | dict[str, str]


class LocalWords(Strict):
    """Labels that are other ones, by name; and phrases of our templates, each with what is said in its place."""

    labels: dict[str, Label] = Field(default_factory=dict)
    phrases: dict[str, str] = Field(default_factory=dict)

    def said(self, source: str) -> str:
        """`source` with every phrase replaced, the longest first; what is put in is not looked at again."""
        if not self.phrases:
            return source
        longest_first = sorted(self.phrases, key=len, reverse=True)
        anything = re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, longest_first)) + r")(?!\w)")
        return anything.sub(lambda found: self.phrases[found.group()], source)

    def over(self, labels: Mapping[str, Label]) -> str:
        """The template source that sets `labels` with those of the country over them."""
        merged: dict[str, Label] = dict(labels)
        for name, label in self.labels.items():
            usual = merged.get(name)
            merged[name] = {**usual, **label} if isinstance(usual, dict) and isinstance(label, dict) else label
        return "{%- set labels = " + json.dumps(merged, ensure_ascii=False) + " -%}"


NOTHING_LOCAL = LocalWords()


def local_words(text: str, where: str) -> LocalWords:
    """The file's content.

    Raises:
        SettingsProblem: it cannot be read; `where` names it.
    """
    try:
        return LocalWords.model_validate(yaml.safe_load(text) or {})
    except (yaml.YAMLError, ValidationError) as error:
        what = "; ".join(line.strip() for line in str(error).splitlines()[:3])
        fix = "It holds `labels:` and `phrases:`, each a list of texts by name."
        raise SettingsProblem.at(where, f"cannot be read: {what}", fix) from None


@cache
def our_words(form: str) -> LocalWords:
    """Our words for a country's form of a language, such as `es-MX`; none where we have no file."""
    path = TEMPLATES / "layout" / form / LOCAL
    return local_words(path.read_text(encoding="utf-8"), f"{form}/{LOCAL}") if path.is_file() else NOTHING_LOCAL
