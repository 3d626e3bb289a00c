"""Templates that try to leave the sandbox (`escape_attempts.yaml`): none reaches Python, files or other debtors, and all end in good time."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from tasks.problems import SettingsProblem
from tasks.remind.creditor import Creditor
from tasks.remind.lint import lint_templates
from tasks.remind.samples import AS_OF, sample_reminder
from tasks.remind.templates import Templates
from tasks.remind.vocabulary import MessageWords
from tasks.settings.load import Workspace

ATTEMPTS: dict[str, list[str]] = yaml.safe_load(
    (Path(__file__).parent / "escape_attempts.yaml").read_text(encoding="utf-8")
)
SECRET = "canary-of-the-settings"
OTHER = "canary-of-another-debtor"
HOSTILE = "<script>alert('canary')</script>"
SECONDS_ALLOWED = 3.0
CHARACTERS_ALLOWED = 1_000_000
LEAKS = re.compile(
    rf"{SECRET}|{OTHER}|root:|<(?:class|function|built-in|bound|module|generator|Macro|Template)\b|0x[0-9a-f]{{6}}|/tasks/|/templates/"
)
BODIES = ("overdue/es/body.html.j2", "overdue/es/body.txt.j2")
CASES = [
    pytest.param(source, id=f"{group}-{number}")
    for group, sources in ATTEMPTS.items()
    for number, source in enumerate(sources)
]

Rendered = Callable[[str, str], str | None]


@pytest.fixture
def rendered(make_workspace: Callable[..., Workspace], monkeypatch: pytest.MonkeyPatch) -> Rendered:
    """What a template writes for a hostile debtor after another debtor had his; None where it is refused."""

    def render(name: str, source: str) -> str | None:
        monkeypatch.setenv("PUNTUAL_CANARY", SECRET)
        workspace = make_workspace(**{name: source})
        root = workspace.paths.root
        (root / "puntual.yaml").write_text(SECRET, encoding="utf-8")
        for folder, target in (("linked/passwd", "/etc/passwd"), ("linked/secret.j2", root / "puntual.yaml")):
            link = workspace.paths.templates / folder
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(target)
        (workspace.paths.templates / "folder").symlink_to(root)
        templates = Templates(workspace.paths.templates)
        first = _written(templates, name, _words(workspace, OTHER))
        second = _written(templates, name, _words(workspace, HOSTILE))
        assert (first is None) == (second is None)
        return second

    return render


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize("source", CASES)
def test_no_template_leaves_the_sandbox(rendered: Rendered, source: str, body: str) -> None:
    started = time.process_time()
    text = rendered(body, _spelt_out(source))
    assert time.process_time() - started < SECONDS_ALLOWED
    if text is not None:
        assert not LEAKS.search(text)
        assert len(text) <= CHARACTERS_ALLOWED
        assert body.endswith(".txt.j2") or "<script" not in text.lower()


@pytest.mark.parametrize("source", CASES[::9])
def test_the_check_names_what_is_refused_and_never_fails_itself(
    make_workspace: Callable[..., Workspace], source: str
) -> None:
    started = time.process_time()
    for problem in lint_templates(make_workspace(**{BODIES[1]: _spelt_out(source)})):
        assert problem.where.startswith("templates/")
        assert problem.fix
        assert len(problem.what) < 400
        assert not LEAKS.search(problem.what)
    assert time.process_time() - started < 2 * SECONDS_ALLOWED


def test_there_are_enough_attempts_and_no_two_are_the_same() -> None:
    every = [source for sources in ATTEMPTS.values() for source in sources]
    assert len(every) == len(set(every))
    assert len(every) >= 150


@pytest.mark.parametrize("source", ["(" * 3000 + "1" + ")" * 3000, "9" * 6000, "-" * 4000 + "1", "[" * 900 + "]" * 900])
def test_an_expression_that_python_cannot_read_is_refused(
    make_workspace: Callable[..., Workspace], source: str
) -> None:
    problems = lint_templates(make_workspace(**{BODIES[0]: f"{{{{ {source} }}}}"}))
    assert [problem.where.split(",")[0] for problem in problems] == [f"templates/{BODIES[0]}"]


def test_a_template_of_too_many_parts_is_refused(make_workspace: Callable[..., Workspace]) -> None:
    problems = lint_templates(make_workspace(**{BODIES[0]: "{{ 1 }}" * 4000}))
    assert "parts, at most" in problems[0].what


def _spelt_out(source: str) -> str:
    return re.sub(
        r"%(\d{4,5})(?!\d)(?!0*d)", lambda found: ("9" if "{{ %" in source else "x") * int(found.group(1)), source
    )


def _words(workspace: Workspace, name: str) -> MessageWords:
    sample = sample_reminder(purpose="overdue", language="es")
    return Creditor(workspace.settings.company, AS_OF).words(replace(sample, customer_name=name, recipient_name=name))


def _written(templates: Templates, name: str, words: MessageWords) -> str | None:
    before, said = repr(words), ""
    text: str | None = None
    try:
        text = templates.render_part(name, words)
    except SettingsProblem as problem:
        said = str(problem)
    assert not LEAKS.search(said), "problems are logged"
    assert repr(words) == before
    return text
