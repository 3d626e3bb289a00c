"""Finishes the Data Docs: pages that need no network and tell nobody that they were opened, and our own front page.

Great Expectations' pages load styles, scripts, fonts and a logo from eight other hosts; without them the front page is empty
and no verdict shows. So what is remote is taken out and a small style sheet of ours takes its place.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from tasks.validate.report import Outcome

_HERE = Path(__file__).parent
_BRAND = '<span class="brand">Data checks</span>'
_FILTER = """<script>
function showAllValidations() { document.body.classList.remove("failed-only"); }
function hideSucceededValidations() { document.body.classList.add("failed-only"); }
</script>"""
_REMOTE_URL = re.compile(r"url\(['\"]?https?:[^)]*\)")
_CHANGES = (
    (re.compile(r'<script\b[^>]*\bsrc="https?:[^>]*>\s*</script>', re.DOTALL), ""),
    (re.compile(r'<link\b[^>]*\bhref="https?:[^>]*>', re.DOTALL), ""),
    (re.compile(r'<img\b[^>]*\bsrc="https?:[^>]*>', re.DOTALL), _BRAND),
    (_REMOTE_URL, "none"),
    (re.compile(r"<footer>.*?</footer>", re.DOTALL), ""),
    (re.compile(r"<script>\s*function showAllValidations.*?</script>", re.DOTALL), _FILTER),
)


@dataclass(frozen=True)
class SuiteLine:
    """One line of the front page."""

    relation: str
    checks: int
    errors: int
    warnings: int
    results_page: str
    rules_page: str


def finish_data_docs(folder: Path, outcomes: Sequence[Outcome], as_of: date) -> None:
    """Rewrites the pages under `folder` in place; afterwards none refers to another host."""
    for style_sheet in folder.rglob("*.css"):
        text = style_sheet.read_text(encoding="utf-8")
        style_sheet.write_text(_REMOTE_URL.sub("none", text), encoding="utf-8")
    for page in folder.rglob("*.html"):
        depth = len(page.relative_to(folder).parts) - 1
        style = f'<link rel="stylesheet" href="{"../" * depth}static/data_docs.css">'
        text = page.read_text(encoding="utf-8")
        for pattern, replacement in _CHANGES:
            text = pattern.sub(replacement, text)
        page.write_text(text.replace("</head>", f"{style}\n</head>", 1), encoding="utf-8")
    shutil.copyfile(_HERE / "data_docs.css", folder / "static" / "data_docs.css")
    (folder / "index.html").write_text(_front_page(folder, outcomes, as_of), encoding="utf-8")


def _front_page(folder: Path, outcomes: Sequence[Outcome], as_of: date) -> str:
    environment = Environment(loader=FileSystemLoader(_HERE), autoescape=True, undefined=StrictUndefined)
    by_relation = groupby(sorted(outcomes, key=lambda one: one.check.relation), lambda one: one.check.relation)
    problems = [one.problem for one in outcomes if one.problem is not None]
    return environment.get_template("data_docs.html.j2").render(
        as_of=as_of.isoformat(),
        suites=[_line(folder, relation, list(group)) for relation, group in by_relation],
        problems=sorted(problems, key=lambda problem: problem.severity),
    )


def _line(folder: Path, relation: str, outcomes: Sequence[Outcome]) -> SuiteLine:
    suite = relation.partition(".")[2]
    severities = [one.problem.severity for one in outcomes if one.problem is not None]
    results = next((folder / "validations" / suite).rglob("*.html"))
    return SuiteLine(
        relation=relation,
        checks=len(outcomes),
        errors=severities.count("error"),
        warnings=severities.count("warning"),
        results_page=results.relative_to(folder).as_posix(),
        rules_page=f"expectations/{suite}.html",
    )
