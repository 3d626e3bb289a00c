"""Finds, compiles and renders the message templates of a workspace. The compiled form is kept for all messages of a process.

A file `DIR/templates/<path>` of the workspace is used in place of ours at the same path; `tasks.remind.lint` tries every one
before anything is claimed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import NoReturn, cast

from jinja2 import BaseLoader, Environment, TemplateNotFound, TemplateSyntaxError
from jinja2.exceptions import TemplateError

from tasks.paths import TEMPLATES
from tasks.problems import SettingsProblem
from tasks.remind.budget import TemplateRunsAway
from tasks.remind.outbound import clean_line
from tasks.remind.sandbox import Sandbox
from tasks.remind.template_files import (
    LETTER,
    MARK,
    Kind,
    Reading,
    TemplateFiles,
    local_forms,
    steps_with_words,
    variants_with_words,
)
from tasks.remind.template_mistakes import how_to_fix
from tasks.remind.vocabulary import MessageWords

__all__ = ["LETTER", "PARTS", "RenderedText", "Templates", "plain_parser", "templates_of"]

PARTS = ("subject.txt.j2", "body.txt.j2", "body.html.j2")
_BLANK_LINES = re.compile(r"[ \t]*\n(?:[ \t]*\n){2,}")


@dataclass(frozen=True)
class RenderedText:
    """The three parts of one message."""

    subject: str
    text: str
    html: str


class Templates:
    """The templates of one workspace, ready to render."""

    def __init__(self, overrides: Path | None = None) -> None:
        self._folders = (TEMPLATES,) if overrides is None else (overrides, TEMPLATES)
        self.local_forms = local_forms(self._folders)
        self.steps = steps_with_words(self._folders)
        self.variants = variants_with_words(self._folders)
        self._sandboxes: dict[tuple[Kind, Reading], Sandbox] = {}

    def render(self, words: MessageWords) -> RenderedText:
        """The message of `words["purpose"]` in `words["language"]`.

        Raises:
            SettingsProblem: a template cannot be used; it names file, line, what is wrong and the fix.
        """
        folder = f"{words['purpose']}/{words['language']}"
        text, html = (self.render_part(f"{folder}/{part}", words) for part in PARTS[1:])
        return RenderedText(
            subject=self._subject(folder, words),
            text=_BLANK_LINES.sub("\n\n", text).strip() + "\n",
            html=html.strip() + "\n",
        )

    def render_letter(self, words: MessageWords) -> tuple[str, str]:
        """Subject and entries (`tasks.remind.letters.wording`) of the same message as a letter.

        Raises:
            SettingsProblem: a template cannot be used.
        """
        folder = f"{words['purpose']}/{words['language']}"
        return self._subject(folder, words), self.render_part(f"{folder}/{LETTER}", words)

    def _subject(self, folder: str, words: MessageWords) -> str:
        subject = clean_line(self.render_part(f"{folder}/{PARTS[0]}", words))
        if not subject:
            raise SettingsProblem.at(f"templates/{folder}/{PARTS[0]}", "the subject is empty", "Write a subject line.")
        return subject

    def render_part(self, name: str, words: MessageWords) -> str:
        """One part as the template writes it; HTML parts are told by their name."""
        kind: Kind = "html" if name.endswith(".html.j2") else "letter" if name.endswith(f"/{LETTER}") else "text"
        try:
            return self._sandbox(kind, words).render_bounded(name, cast("Mapping[str, object]", words))
        except SettingsProblem:
            raise
        except Exception as error:  # noqa: BLE001 - whatever an expression of a template raises is that template's mistake
            _raise_problem(error, name, words)

    def file_of(self, name: str, words: MessageWords) -> str:
        """The file below `templates/` that is read for `name` by who reads `words`."""
        return TemplateFiles(self._folders, "text", self._reading(words)).found(name)

    def _reading(self, words: MessageWords) -> Reading:
        local = f"{words['language']}-{words['country']}"
        return Reading(
            words["language"],
            local if local in self.local_forms else "",
            words["step"] if words["step"] in self.steps else "",
            words["variant"] if words["variant"] in self.variants else "",
        )

    def _sandbox(self, kind: Kind, words: MessageWords) -> Sandbox:
        """One for each reading that has words of its own: what is compiled for one country is not another's."""
        reading = self._reading(words)
        found = self._sandboxes.get((kind, reading))
        if found is None:
            files = TemplateFiles(self._folders, kind, reading)
            found = self._sandboxes.setdefault((kind, reading), Sandbox(files, escapes=kind == "html"))
        return found


def templates_of(folder: Path) -> Templates:
    """The templates of a workspace whose own ones lie in `folder`; compiled once for as long as those files do not change."""
    own = sorted(path for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else []
    return _compiled(
        folder if own else None, tuple((str(path), path.stat().st_mtime_ns, path.stat().st_size) for path in own)
    )


@lru_cache(maxsize=8)
def _compiled(folder: Path | None, _fingerprint: tuple[tuple[str, int, int], ...]) -> Templates:
    return Templates(folder)


def plain_parser() -> Environment:
    """An environment that only reads template sources."""
    return Sandbox(BaseLoader(), escapes=True)


def _raise_problem(error: Exception, name: str, words: MessageWords) -> NoReturn:
    """Turns what rendering `name` raised into a problem with file and line, and nothing of the debtor: problems are logged."""
    where = _place_of(error, name)
    if isinstance(error, TemplateNotFound):
        missing = _impersonal(str(error.name), words)
        raise SettingsProblem.at(
            where, f"the template {missing} does not exist", "Correct the name, or add the file."
        ) from None
    if isinstance(error, TemplateRunsAway):
        raise SettingsProblem.at(
            where, f"the template does not end in good time: {error}", "Loop over `items` or a short list."
        ) from None
    if isinstance(error, RecursionError):
        raise SettingsProblem.at(where, "the template calls or includes itself", "Break the circle.") from None
    what = error.message if isinstance(error, TemplateError) and error.message else f"{type(error).__name__}: {error}"
    what = clean_line(_impersonal(what, words)).rstrip(".")
    raise SettingsProblem.at(where, what, how_to_fix(what)) from None


def _impersonal(text: str, words: MessageWords) -> str:
    personal = (*words["recipient"].values(), *words["customer"].values())
    for value in sorted(map(str, personal), key=len, reverse=True):
        if value:
            text = re.sub(re.escape(value), "…", text, flags=re.IGNORECASE)
    return text


def _place_of(error: Exception, name: str) -> str:
    if isinstance(error, TemplateSyntaxError):
        file = (error.filename or "").removeprefix(MARK) or error.name or name
        return f"templates/{file}, line {error.lineno}"
    place = f"templates/{name}"
    traceback: TracebackType | None = error.__traceback__
    while traceback is not None:
        found = traceback.tb_frame.f_code.co_filename
        if found.startswith(MARK):
            place = f"templates/{found.removeprefix(MARK)}, line {traceback.tb_lineno}"
        traceback = traceback.tb_next
    return place
