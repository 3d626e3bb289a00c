"""Finds the file of a template: the workspace's before ours, a step's before its purpose's, a country's before its language's.

`<purpose>/es/<file>` is looked for as `steps/<step>/es-MX/<file>`, `steps/<step>/es/<file>`, `<purpose>/es-MX/<file>` and
`<purpose>/es/<file>`; of each of them in the workspace first. For who reads a variant, an experiment's wording, the folder `<variant>/` of each
of these places, last of which is `<purpose>/es/<variant>/<file>`, is looked into before all of them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from jinja2 import BaseLoader, Environment, TemplateNotFound

from tasks.paths import TEMPLATES
from tasks.problems import SettingsProblem
from tasks.remind.local_words import LOCAL, NOTHING_LOCAL, ON_PAPER, Label, LocalWords, local_words
from tasks.remind.stylesheet import STYLESHEET, rules_for_the_head, with_styles
from tasks.segment.ladders import PURPOSES

MARK = "template:"
"""Marks the file name of compiled templates, so that tracebacks tell a template's lines from ours."""
LETTER = "letter.txt.j2"
"""The part that letters are made of. A purpose without one of its own is its `body.txt.j2` in the frame of letters."""
BODY_TEXT = "body.txt.j2"
Kind = Literal["html", "text", "letter"]
_LONGEST_NAME = 200
_PLAIN_NAME = re.compile(rf"[\w-][\w./ -]{{0,{_LONGEST_NAME - 1}}}")
_DEPTH = 3


@dataclass(frozen=True)
class Reading:
    """Who reads: the language, the country's form of it (`es-MX`; empty where there is none), the step with words of its own, and the variant."""

    language: str
    local: str = ""
    step: str = ""
    variant: str = ""


def local_forms(folders: tuple[Path, ...]) -> frozenset[str]:
    """The countries' forms of languages that any folder has words for, such as `es-MX`."""
    return frozenset(path.name for folder in folders for path in folder.glob("*/??-??")) | frozenset(
        path.name for folder in folders for path in folder.glob("steps/*/??-??")
    )


def steps_with_words(folders: tuple[Path, ...]) -> frozenset[str]:
    """The steps that have files of their own."""
    return frozenset(path.name for folder in folders for path in folder.glob("steps/*") if path.is_dir())


def variants_with_words(folders: tuple[Path, ...]) -> frozenset[str]:
    """The wordings that any purpose or step has files for."""
    forms = [
        form for folder in folders for pattern in ("*/??", "*/??-??", "steps/*/??*") for form in folder.glob(pattern)
    ]
    return frozenset(path.name for form in forms for path in form.glob("*") if path.is_dir())


class TemplateFiles(BaseLoader):
    """The sources for one kind of output and one reading; for HTML with the style sheet written in, for letters in their frame."""

    def __init__(self, folders: tuple[Path, ...], kind: Kind, reading: Reading) -> None:
        self._folders = folders
        self._kind = kind
        self._reading = reading

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, None]:
        """The source of `template`, and the file it is from."""
        name = self.found(self._on_paper(template) if self._kind == "letter" else template)
        source, is_ours = self._read(name)
        language = self._reading.language
        if is_ours and name.split("/")[1:2] == [language]:
            local = self._local()
            if name == f"layout/{language}/labels.j2" and local.labels:
                source = local.over(_labels(environment, source))
            source = local.said(source)
            if self._kind == "letter":
                source = self._on_paper_words().said(source)
        if self._kind == "html":
            css, _ = self._read(STYLESHEET)
            source = rules_for_the_head(css) if name == STYLESHEET else with_styles(source, css)
        return source, MARK + name, None

    def found(self, name: str) -> str:
        """`name`, or what stands in its place for this reading."""
        parts = name.split("/")
        language, local, step = self._reading.language, self._reading.local, self._reading.step
        if len(parts) != _DEPTH or parts[1] != language:
            return name
        folder, _, file = parts
        of_step = [f"steps/{step}"] if step and folder in PURPOSES else []
        places = [(place, form) for place in (*of_step, folder) for form in (local, language) if form]
        usual = [f"{place}/{form}/{file}" for place, form in places]
        variant = self._reading.variant if folder in PURPOSES else ""
        varied = [f"{place}/{form}/{variant}/{file}" for place, form in places] if variant else []
        return next((one for one in (*varied, *usual) if self._has(one)), name)

    def _on_paper(self, name: str) -> str:
        if name == "layout/base.txt.j2":
            return f"layout/{LETTER}"
        of_purpose = name.removesuffix(LETTER)
        if of_purpose in (name, "layout/") or self._has(self.found(name)):
            return name
        return f"{of_purpose}{BODY_TEXT}"

    def _local(self) -> LocalWords:
        name = f"layout/{self._reading.local}/{LOCAL}"
        if not self._reading.local or not self._has(name):
            return NOTHING_LOCAL
        return local_words(self._read(name)[0], f"templates/{name}")

    def _on_paper_words(self) -> LocalWords:
        name = self.found(f"layout/{self._reading.language}/{ON_PAPER}")
        return local_words(self._read(name)[0], f"templates/{name}") if self._has(name) else NOTHING_LOCAL

    def _has(self, name: str) -> bool:
        return any(folder.joinpath(*name.split("/")).is_file() for folder in self._folders)

    def _read(self, name: str) -> tuple[str, bool]:
        """The text of a file, and whether it is one of ours."""
        parts = name.split("/")
        if ".." in parts or not _PLAIN_NAME.fullmatch(name):
            raise TemplateNotFound(name[:_LONGEST_NAME])
        for folder in self._folders:
            path = folder.joinpath(*parts)
            # A link that leads out of the folder could show a debtor any file of this machine.
            if path.is_file() and path.resolve().is_relative_to(folder.resolve()):
                try:
                    return path.read_text(encoding="utf-8"), folder == TEMPLATES
                except UnicodeDecodeError as error:
                    fix = "Save the file as UTF-8."
                    raise SettingsProblem.at(
                        f"templates/{name}", f"is not UTF-8 text (byte {error.start})", fix
                    ) from None
        raise TemplateNotFound(name)


def _labels(environment: Environment, source: str) -> Mapping[str, Label]:
    labels: Mapping[str, Label] = environment.from_string(source).module.labels  # type: ignore[attr-defined]
    return labels
