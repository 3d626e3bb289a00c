"""A company's own subject that tells others of a debt is warned of; its words stay the company's."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tasks.checks.shown_to_others import subject_problems
from tasks.paths import WorkspacePaths
from tasks.settings.load import Workspace
from tasks.settings.sources import Source
from tasks.settings.workspace import Company, Person, WorkspaceSettings

MakeOwn = Callable[[str, str], Workspace]


@pytest.fixture
def with_subject(tmp_path: Path) -> MakeOwn:
    person = Person(name="Lucía Romero", email="lucia@acme.example")
    company = Company(
        id="acme", name="Suministros Ebro, S.A.", country="ES", tax_id="A50000001", sender=person, collector=person
    )
    source = Source(name="receivables", contract="receivables", path="x.csv", columns={"document_number": "n"})

    def make(name: str, text: str) -> Workspace:
        path = tmp_path / "templates" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return Workspace(WorkspacePaths(tmp_path), WorkspaceSettings(company=company, sources=(source,)))

    return make


@pytest.mark.parametrize(
    ("subject", "words"),
    [
        ("Facturas vencidas: {{ totals[0].open_amount }}", ["vencidas", "20.102,87"]),
        ("{% if tone == 'firm' %}Aviso de deuda{% else %}Su cuenta{% endif %}", ["deuda"]),
        ("{% if not_due_count %}Saldo{% else %}Su cuenta{% endif %}", ["saldo"]),
    ],
)
def test_a_subject_that_tells_others_is_warned_of(with_subject: MakeOwn, subject: str, words: list[str]) -> None:
    (problem,) = subject_problems(with_subject("overdue/es/subject.txt.j2", subject))
    assert problem.severity == "warning"
    assert problem.where == "templates/overdue/es/subject.txt.j2"
    assert all(word in problem.what for word in words)


def test_a_discreet_subject_and_other_files_are_left_alone(with_subject: MakeOwn) -> None:
    workspace = with_subject("overdue/es/subject.txt.j2", "Su cuenta con {{ company.name }} · {{ payment_reference }}")
    with_subject("overdue/es/words.j2", "deuda")
    with_subject("letters/es/subject.txt.j2", "deuda")
    assert list(subject_problems(workspace)) == []


def test_a_subject_that_cannot_be_rendered_is_the_linters(with_subject: MakeOwn) -> None:
    assert list(subject_problems(with_subject("overdue/es/subject.txt.j2", "deuda {{ nobody }}"))) == []
