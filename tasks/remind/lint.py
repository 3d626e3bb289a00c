"""Tries every template with made-up reminders, so that a mistake is found before anything is claimed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from jinja2 import TemplateSyntaxError, meta, nodes

from tasks.answers.links import sample_links
from tasks.problems import Problem, SettingsProblem, UserProblem
from tasks.remind.creditor import Creditor
from tasks.remind.letters.wording import letter_text
from tasks.remind.reminder import Reminder
from tasks.remind.samples import AS_OF, samples
from tasks.remind.template_files import local_forms, steps_with_words, variants_with_words
from tasks.remind.template_mistakes import how_to_fix
from tasks.remind.templates import LETTER, PARTS, Templates, plain_parser, templates_of
from tasks.remind.vocabulary import VOCABULARY, MessageWords
from tasks.segment.load import load_strategy
from tasks.segment.said_steps import said_steps
from tasks.settings.load import Workspace

HTML_BYTES_ALLOWED = 100_000
"""Mail readers clip a message at about 102 KB and hide the rest."""
TEMPLATE_BYTES_ALLOWED = 200_000


def lint_templates(workspace: Workspace, *, only_used: bool = False) -> list[Problem]:
    """Every mistake found in the templates the workspace would use, each once, with file, line and fix; an empty list is good.

    The workspace's own files are also searched for names outside the vocabulary in branches that no sample takes. `only_used` tries
    the purposes that the strategy can come to, and no others: what a day's run needs to know.
    """
    folder = workspace.paths.templates
    found = [problem for path in _own_files(folder) for problem in _lint_source(path, folder)]
    if found:
        return found
    templates = templates_of(folder)
    creditor = Creditor(workspace.settings.company, AS_OF, sample_links(workspace))
    parts = PARTS if workspace.settings.sending.letter is None else (*PARTS, LETTER)
    steps = _purposes_of_steps(workspace)
    problems: dict[str, Problem] = {}
    used = frozenset[str]().union(*steps.values())
    for sample in samples():
        if only_used and used and sample.purpose not in used:
            continue
        for reminder in _as_read(sample, folder, steps):
            words = creditor.words(reminder)
            for part in parts:
                file = templates.file_of(f"{words['purpose']}/{words['language']}/{part}", words)
                if file not in problems and (problem := _tried(templates, part, file, words)):
                    problems[file] = problem
    found = list({str(problem): problem for problem in problems.values()}.values())
    return [*found, *_unknown_steps(folder, steps)]


def _tried(templates: Templates, part: str, file: str, words: MessageWords) -> Problem | None:
    try:
        text = templates.render_part(f"{words['purpose']}/{words['language']}/{part}", words)
        if part == LETTER:
            letter_text(text, template=file)
    except SettingsProblem as problem:
        return problem.problems[0]
    if part == "body.html.j2" and len(text.encode()) > HTML_BYTES_ALLOWED:
        what = f"a message with many receivables has {len(text.encode())} bytes, at most {HTML_BYTES_ALLOWED} are shown"
        return Problem("error", f"templates/{file}", what, "Shorten the text or the table's rows.")
    if not text.strip():
        return Problem("error", f"templates/{file}", "renders to nothing", "Write some text, or delete the file.")
    return None


def _as_read(sample: Reminder, folder: Path, steps: Mapping[str, frozenset[str]]) -> Iterator[Reminder]:
    """`sample` as it is, and as those read it whom the workspace has words for: of a country, of a step, in an experiment."""
    own = (folder,)
    countries = [form[-2:] for form in sorted(local_forms(own)) if form.startswith(f"{sample.language}-")]
    named = [step for step in sorted(steps_with_words(own)) if sample.purpose in steps.get(step, ())]
    for country in (sample.customer_country, *countries):
        for step in ("", *named):
            for variant in ("", *sorted(variants_with_words(own))):
                yield replace(sample, customer_country=country, step=step, variant=variant)


def _purposes_of_steps(workspace: Workspace) -> dict[str, frozenset[str]]:
    """What each step of the strategy can say; nothing where the strategy cannot be read, which its own check tells."""
    try:
        ladders = load_strategy(workspace.paths.strategy).ladders.values()
    except UserProblem:
        return {}
    named = [(said.step.step, said.purpose) for ladder in ladders for said in said_steps(ladder.steps)]
    return {step: frozenset(purpose for other, purpose in named if other == step) for step, _ in named}


def _unknown_steps(folder: Path, steps: Mapping[str, frozenset[str]]) -> list[Problem]:
    fix = f"Name the folder after one of: {', '.join(sorted(steps))}."
    return [
        Problem("warning", f"templates/steps/{step}", "the strategy has no step of this name, so nobody reads it", fix)
        for step in sorted(steps_with_words((folder,)) - steps.keys())
        if steps
    ]


def require_good_templates(workspace: Workspace) -> None:
    """Raises one `SettingsProblem` with every error in what the strategy can say; `puntual check` looks at the others, too."""
    problems = [problem for problem in lint_templates(workspace, only_used=True) if problem.severity == "error"]
    if problems:
        raise SettingsProblem(*problems)


def _own_files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*.j2") if path.is_file()) if folder.is_dir() else []


def _lint_source(path: Path, folder: Path) -> list[Problem]:
    where = f"templates/{path.relative_to(folder).as_posix()}"
    if path.stat().st_size > TEMPLATE_BYTES_ALLOWED:
        what = f"has {path.stat().st_size} bytes, at most {TEMPLATE_BYTES_ALLOWED} are read"
        return [Problem("error", where, what, "Shorten the template.")]
    try:
        tree = plain_parser().parse(path.read_text(encoding="utf-8"))
        unknown = meta.find_undeclared_variables(tree) - VOCABULARY - {"range"}
    except UnicodeDecodeError as error:
        return [Problem("error", where, f"is not UTF-8 text (byte {error.start})", "Save the file as UTF-8.")]
    except TemplateSyntaxError as error:
        what = (error.message or "cannot be read").rstrip(".")
        return [Problem("error", f"{where}, line {error.lineno}", what, how_to_fix(what))]
    return [
        Problem(
            "error",
            f"{where}, line {_line_of(tree, name)}",
            f"'{name}' is undefined",
            how_to_fix(f"'{name}' is undefined"),
        )
        for name in sorted(unknown)
    ]


def _line_of(tree: nodes.Template, name: str) -> int:
    return min((node.lineno for node in tree.find_all(nodes.Name) if node.name == name), default=1)
