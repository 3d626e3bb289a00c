"""Warns where a workspace's own subject tells more than others should read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tasks.answers.links import sample_links
from tasks.problems import Problem, UserProblem
from tasks.remind.channels.third_person import revealing_words
from tasks.remind.creditor import Creditor
from tasks.remind.reminder import TONES
from tasks.remind.samples import AS_OF, mixed, sample_reminder
from tasks.remind.templates import PARTS, Templates
from tasks.remind.vocabulary import LANGUAGES
from tasks.segment.ladders import PURPOSES, Purpose
from tasks.settings.load import Workspace


def subject_problems(workspace: Workspace) -> Iterator[Problem]:
    """One warning for each own subject that names an amount or a debt; a template that cannot be used is told by the linter."""
    folder = workspace.paths.templates
    for path in sorted(folder.glob(f"*/*/{PARTS[0]}")):
        purpose, language = path.parts[-3:-1]
        if purpose in PURPOSES and language in LANGUAGES:
            yield from _judged(workspace, path, purpose, language)


def _judged(workspace: Workspace, path: Path, purpose: Purpose, language: str) -> Iterator[Problem]:
    templates = Templates(workspace.paths.templates)
    creditor = Creditor(workspace.settings.company, AS_OF, sample_links(workspace))
    name = path.relative_to(workspace.paths.templates).as_posix()
    found: dict[str, None] = {}
    for tone in TONES:
        full = sample_reminder(purpose=purpose, language=language, tone=tone)
        for reminder in (full, mixed(full)):
            try:
                subject = templates.render_part(name, creditor.words(reminder))
            except UserProblem:
                return
            found.update(dict.fromkeys(revealing_words(subject, language)))
    if found:
        yield Problem(
            "warning",
            f"templates/{name}",
            f"the subject says {', '.join(repr(word) for word in found)}, and others than the debtor may read it",
            "Say in the subject whom it is from and which reference; the rest belongs in the message.",
        )
