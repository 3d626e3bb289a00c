"""Tries every template with made-up reminders, so that a mistake is found before anything is claimed."""

from __future__ import annotations

from pathlib import Path

from jinja2 import TemplateSyntaxError, meta, nodes

from tasks.answers.links import sample_links
from tasks.problems import Problem, SettingsProblem
from tasks.remind.samples import AS_OF, samples
from tasks.remind.template_mistakes import how_to_fix
from tasks.remind.templates import PARTS, plain_parser, templates_of
from tasks.remind.vocabulary import VOCABULARY, Creditor
from tasks.settings.load import Workspace

HTML_BYTES_ALLOWED = 100_000
"""Mail readers clip a message at about 102 KB and hide the rest."""
TEMPLATE_BYTES_ALLOWED = 200_000


def lint_templates(workspace: Workspace) -> list[Problem]:
    """Every mistake found in the templates the workspace would use, each once, with file, line and fix; an empty list is good.

    The workspace's own files are also searched for names outside the vocabulary in branches that no sample takes.
    """
    folder = workspace.paths.templates
    found = [problem for path in _own_files(folder) for problem in _lint_source(path, folder)]
    if found:
        return found
    templates = templates_of(folder)
    creditor = Creditor(workspace.settings.company, AS_OF, sample_links(workspace))
    problems: dict[str, Problem] = {}
    broken: set[str] = set()
    for sample in samples():
        words = creditor.words(sample)
        for part in PARTS:
            name = f"{words['purpose']}/{words['language']}/{part}"
            if name in broken:
                continue
            try:
                text = templates.render_part(name, words)
            except SettingsProblem as problem:
                broken.add(name)
                problems.update({str(finding): finding for finding in problem.problems})
                continue
            if part == "body.html.j2" and len(text.encode()) > HTML_BYTES_ALLOWED:
                broken.add(name)
                what = f"a message with many receivables has {len(text.encode())} bytes, at most {HTML_BYTES_ALLOWED} are shown"
                problems[name] = Problem("error", f"templates/{name}", what, "Shorten the text or the table's rows.")
            if not text.strip():
                broken.add(name)
                problems[name] = Problem(
                    "error", f"templates/{name}", "renders to nothing", "Write some text, or delete the file."
                )
    return list(problems.values())


def require_good_templates(workspace: Workspace) -> None:
    """Raises one `SettingsProblem` with everything `lint_templates` found."""
    problems = lint_templates(workspace)
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
