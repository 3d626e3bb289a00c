"""A template that cannot be used is found before anything is claimed, with file, line and fix."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tasks.paths import TEMPLATES
from tasks.problems import SettingsProblem
from tasks.remind.creditor import Creditor
from tasks.remind.lint import lint_templates, require_good_templates
from tasks.remind.rendering import Renderer
from tasks.remind.samples import AS_OF, sample_reminder
from tasks.remind.templates import PARTS, Templates, plain_parser
from tasks.remind.vocabulary import (
    LANGUAGES,
    VOCABULARY,
    BankWords,
    CompanyWords,
    CustomerWords,
    ItemWords,
    PersonWords,
    RestWords,
    TotalWords,
)
from tasks.segment.delivery import delivery_of
from tasks.segment.ladders import PURPOSES
from tasks.settings.load import Workspace

BODY = "overdue/es/body.html.j2"
MISTAKES = {
    "misspelt variable": ("<p>\n{{ custmer.name }}", "line 2", "'custmer' is undefined", "`customer`"),
    "misspelt field": ("{{ customer.nmae }}", "line 1", "no attribute 'nmae'", "`name`"),
    "in a branch that no sample takes": ("{% if tone == 'rude' %}\n{{ secret }}{% endif %}", "line 2", "'secret' is undefined", "docs/messages.md"),
    "unknown filter": ("{{ deadline|strftime }}", "line 1", "No filter named 'strftime'", "docs/messages.md"),
    "unfinished block": ("a\nb\n{% if items %}", "line 3", "Unexpected end of template", "Correct the template"),
    "missing layout": ('{% extends "layout/nope.html.j2" %}', "line 1", "layout/nope.html.j2 does not exist", "add the file"),
    "path outside": ('{% include "../../puntual.yaml" %}', "line 1", "does not exist", "add the file"),
    "endless range": ("{% for i in range(1000000000) %}x{% endfor %}", "line 1", "does not end", "Loop over"),
    "power": ("{% for i in range(10**9) %}x{% endfor %}", "line 1", "operator ** is not available", "Correct"),
    "nested loops": ("{% for a in range(9999) %}{% for b in range(9999) %}{% endfor %}{% endfor %}", "line 1", "does not end", "Loop"),
    "macro that calls itself": ("{% macro m() %}{{ m() }}{{ m() }}{% endmacro %}{{ m() }}", "line 1", "calls or includes itself", "circle"),
    "template that includes itself": ('{% include "overdue/es/body.html.j2" %}', "line 1", "calls or includes itself", "circle"),
    "text that doubles": ("{% macro m(s) %}{{ m(s ~ s) }}{% endmacro %}{{ m('xxxx') }}", "line 1", "writes more than", "Loop"),
    "text made long": ("{{ 'x'.ljust(1000000000) }}", "line 1", "a text has no .ljust", "Correct"),
    "formatted wide": ("{{ '%1000000000d' % 1 }}", "line 1", "operator % is not available", "Correct"),
    "python internals": ("{{ ''.__class__.__mro__ }}", "line 1", "a text has no .__class__", "Correct"),
    "changes data": ("{{ items.append(1) }}", "line 1", "a list has no .append", "Correct"),
    "escaping off": ("{% autoescape false %}{{ customer.name }}{% endautoescape %}", "line 1", "escaping cannot be switched off", "Correct"),
    "marked safe": ("{{ customer.name|safe }}", "line 1", "No filter named 'safe'", "docs/messages.md"),
    "division by zero": ("{{ 1 / 0 }}", "line 1", "division by zero", "Correct"),
    "nothing": ("  \n", "", "renders to nothing", "Write some text"),
    "too long": ("<p>" + "x" * 120_000, "", "bytes", "Shorten"),
    "huge file": ("x" * 250_000, "", "bytes", "Shorten"),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_named_with_file_line_and_fix(make_workspace: Callable[..., Workspace], mistake: str) -> None:
    source, line, what, fix = MISTAKES[mistake]
    started = time.process_time()
    problems = lint_templates(make_workspace(**{BODY: source}))
    assert time.process_time() - started < 5
    assert len(problems) == 1, problems
    assert problems[0].where.startswith(f"templates/{BODY}")
    assert line in problems[0].where
    assert what in problems[0].what
    assert fix in problems[0].fix


def test_our_own_templates_are_in_order(make_workspace: Callable[..., Workspace]) -> None:
    assert lint_templates(make_workspace()) == []


def test_every_purpose_can_be_delivered_by_email_in_every_language(make_workspace: Callable[..., Workspace]) -> None:
    delivery = delivery_of(make_workspace().paths.root)
    assert delivery.purposes == set(PURPOSES)
    assert "email" in delivery.channels
    for purpose in PURPOSES:
        for language in LANGUAGES:
            assert all((TEMPLATES / purpose / language / part).is_file() for part in PARTS)


def test_mistakes_of_several_files_are_told_together(make_workspace: Callable[..., Workspace]) -> None:
    workspace = make_workspace(**{BODY: "{{ a }}", "due/en/subject.txt.j2": "{{ b }}"})
    with pytest.raises(SettingsProblem) as raised:
        require_good_templates(workspace)
    assert sorted(problem.where.partition(",")[0] for problem in raised.value.problems) == [
        "templates/due/en/subject.txt.j2",
        f"templates/{BODY}",
    ]


def test_a_file_that_is_not_utf8_is_named(make_workspace: Callable[..., Workspace]) -> None:
    workspace = make_workspace(**{BODY: "x"})
    (workspace.paths.templates / BODY).write_bytes("año".encode("latin-1"))
    assert "not UTF-8" in lint_templates(workspace)[0].what


def test_a_workspaces_template_wins_and_the_others_stay_ours(make_workspace: Callable[..., Workspace]) -> None:
    workspace = make_workspace(**{"overdue/es/subject.txt.j2": "Notificación de Facturas Vencidas\n"})
    templates = Templates(workspace.paths.templates)
    words = Creditor(workspace.settings.company, AS_OF).words(sample_reminder(purpose="overdue", language="es"))
    rendered = templates.render(words)
    assert rendered.subject == "Notificación de Facturas Vencidas"
    assert rendered.html == Templates().render(words).html


def test_a_workspaces_style_sheet_is_inlined_too(make_workspace: Callable[..., Workspace]) -> None:
    workspace = make_workspace(
        **{"layout/styles.css": ".heading { color: #bada55 }\n@media print { .page { color: red } }"}
    )
    words = Creditor(workspace.settings.company, AS_OF).words(sample_reminder(purpose="due", language="en"))
    html = Templates(workspace.paths.templates).render(words).html
    assert '<h1 class="heading" style="color:#bada55">' in html.replace(" #bada55", "#bada55").replace(";", "")
    assert "@media print" in html


def test_a_subject_of_several_lines_becomes_one(make_workspace: Callable[..., Workspace]) -> None:
    workspace = make_workspace(**{"due/es/subject.txt.j2": "Una\r\nBcc: otro@ejemplo.example\n\n"})
    renderer = Renderer(
        Creditor(workspace.settings.company, AS_OF), Templates(workspace.paths.templates), copies_collector=False
    )
    assert renderer.render(sample_reminder(purpose="due", language="es")).subject == "Una Bcc: otro@ejemplo.example"


def test_the_page_about_messages_lists_exactly_the_names_and_filters_there_are() -> None:
    page = (Path(__file__).parents[2] / "docs" / "messages.md").read_text(encoding="utf-8")
    rows = {
        name: text for name, text in re.findall(r"^\| `(\w+)` \| (.*) \|$", page, re.MULTILINE) if name in VOCABULARY
    }
    assert rows.keys() == VOCABULARY
    for name, kind in {
        "company": CompanyWords,
        "collector": PersonWords,
        "recipient": PersonWords,
        "customer": CustomerWords,
        "items": ItemWords,
        "items_not_shown": RestWords,
        "totals": TotalWords,
        "bank_accounts": BankWords,
    }.items():
        assert set(kind.__annotations__) <= set(re.findall(r"`(\w+)`", rows[name])), name
    filters = re.search(r"^Filters: `(.*)`\.$", page, re.MULTILINE)
    assert filters is not None
    assert set(filters.group(1).split()) == {name for name in plain_parser().filters if " " not in name} - {"d", "e"}


def test_words_of_a_country_and_of_a_step_are_tried_as_those_read_them(
    make_workspace: Callable[..., Workspace],
) -> None:
    workspace = make_workspace(
        **{
            "overdue/es-MX/subject.txt.j2": "{{ 1 / 0 }}",
            "steps/second/pt/subject.txt.j2": "{{ customer.nmae }}",
            "steps/gone/es/subject.txt.j2": "Aviso",
        }
    )
    workspace.paths.strategy.write_text(
        "segments: [{name: everyone, ladder: usual}]\nladders: {usual: [{step: second, after_due: 9}]}\n",
        encoding="utf-8",
    )
    found = {problem.where: problem for problem in lint_templates(workspace)}
    assert set(found) == {
        "templates/overdue/es-MX/subject.txt.j2, line 1",
        "templates/steps/second/pt/subject.txt.j2, line 1",
        "templates/steps/gone",
    }
    assert found["templates/steps/gone"].severity == "warning"


@pytest.mark.parametrize(("purpose", "stops"), [("overdue", True), ("hand_over", False)])
def test_a_run_tries_what_its_strategy_can_say_and_the_check_tries_everything(
    make_workspace: Callable[..., Workspace], purpose: str, stops: bool
) -> None:
    workspace = make_workspace(**{f"{purpose}/es/body.html.j2": "{{ items[0].nothing_of_ours }}"})
    ladders = "ladders: {only: [{step: first, after_due: 5}]}\nsegments: [{name: everyone, ladder: only}]\n"
    workspace.paths.strategy.write_text(ladders, encoding="utf-8")
    assert lint_templates(workspace)
    if stops:
        with pytest.raises(SettingsProblem, match="nothing_of_ours"):
            require_good_templates(workspace)
    else:
        require_good_templates(workspace)
