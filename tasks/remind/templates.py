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
from tasks.remind.stylesheet import STYLESHEET, rules_for_the_head, with_styles
from tasks.remind.template_mistakes import how_to_fix
from tasks.remind.vocabulary import MessageWords

PARTS = ("subject.txt.j2", "body.txt.j2", "body.html.j2")
LETTER = "letter.txt.j2"
"""The part that letters are made of. A purpose without one of its own is its `body.txt.j2` in the frame of letters."""
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
        folders = (TEMPLATES,) if overrides is None else (overrides, TEMPLATES)
        self._html = Sandbox(_Loader(folders, is_html=True), escapes=True)
        self._text = Sandbox(_Loader(folders, is_html=False), escapes=False)
        self._letter = Sandbox(_Loader(folders, is_html=False, is_letter=True), escapes=False)

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
        environment = self._html if name.endswith(".html.j2") else self._text
        if name.endswith(f"/{LETTER}"):
            environment = self._letter
        try:
            return environment.render_bounded(name, cast("Mapping[str, object]", words))
        except Exception as error:  # noqa: BLE001 - whatever an expression of a template raises is that template's mistake
            _raise_problem(error, name, words)


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
        return f"templates/{error.name or name}, line {error.lineno}"
    place = f"templates/{name}"
    traceback: TracebackType | None = error.__traceback__
    while traceback is not None:
        found = traceback.tb_frame.f_code.co_filename
        if found.startswith(_MARK):
            place = f"templates/{found.removeprefix(_MARK)}, line {traceback.tb_lineno}"
        traceback = traceback.tb_next
    return place


class _Loader(BaseLoader):
    """The first of `folders` that has the file; for HTML with the style sheet written in, for letters in the frame of letters."""

    def __init__(self, folders: tuple[Path, ...], *, is_html: bool, is_letter: bool = False) -> None:
        self._folders = folders
        self._is_html = is_html
        self._is_letter = is_letter

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, None]:
        if self._is_letter:
            template = self._on_paper(template)
        source = self._read(template)
        if self._is_html:
            css = self._read(STYLESHEET)
            source = rules_for_the_head(css) if template == STYLESHEET else with_styles(source, css)
        return source, _MARK + template, None

    def _on_paper(self, name: str) -> str:
        if name == "layout/base.txt.j2":
            return f"layout/{LETTER}"
        of_purpose = name.removesuffix(LETTER)
        if of_purpose in (name, "layout/") or any((folder / name).is_file() for folder in self._folders):
            return name
        return f"{of_purpose}{PARTS[1]}"

    def _read(self, name: str) -> str:
        parts = name.split("/")
        if ".." in parts or not _PLAIN_NAME.fullmatch(name):
            raise TemplateNotFound(name[:_LONGEST_NAME])
        for folder in self._folders:
            path = folder.joinpath(*parts)
            # A link that leads out of the folder could show a debtor any file of this machine.
            if path.is_file() and path.resolve().is_relative_to(folder.resolve()):
                try:
                    return path.read_text(encoding="utf-8")
                except UnicodeDecodeError as error:
                    fix = "Save the file as UTF-8."
                    raise SettingsProblem.at(
                        f"templates/{name}", f"is not UTF-8 text (byte {error.start})", fix
                    ) from None
        raise TemplateNotFound(name)


_LONGEST_NAME = 200
_PLAIN_NAME = re.compile(rf"[\w-][\w./ -]{{0,{_LONGEST_NAME - 1}}}")
# Marks the file name of compiled templates, so that tracebacks tell a template's lines from ours.
_MARK = "template:"
