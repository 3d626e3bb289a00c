"""Drafts of documents: complete in each language, with the strategy's and the customer's own figures, and safe to open."""

from __future__ import annotations

import re
import typing
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from flows.cli import draft as command
from tasks.drafts import write
from tasks.drafts.case import Case, CaseItem
from tasks.drafts.terms import instalments, usual_terms_days
from tasks.drafts.write import ABOUT_A_CUSTOMER, KINDS, Wanted, draft
from tasks.private_files import write_private_bytes
from tasks.problems import UserProblem
from tasks.settings.load import Workspace, load_workspace

DAY = date(2026, 6, 16)
CASE = Case(
    "C1",
    "<b>Talleres & Hijos</b>",
    (
        CaseItem("F-1", date(2026, 4, 1), date(2026, 5, 1), "EUR", Decimal("1000.00")),
        CaseItem("F-2", date(2026, 4, 8), date(2026, 5, 8), "EUR", Decimal("0.01")),
    ),
    (("late_interest", "EUR", Decimal("12.34")), ("compensation", "EUR", Decimal("40.00"))),
)
STRATEGY = """
consequences:
  since: 2026-01-01
  default:
    late_interest: {kind: contractual, rate: 8.5}
    compensation: {amount: {EUR: 40}}
ladders: {only: [{step: first, after_due: 5}]}
segments: [{name: everyone, ladder: only}]
"""


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    person = {"name": "Ana", "email": "ana@acme.example"}
    settings = {
        "company": {
            "id": "acme",
            "name": "Acme",
            "country": "ES",
            "tax_id": "B00000000",
            "sender": person,
            "collector": person,
        },
        "sources": [{"name": "invoices", "contract": "receivables", "path": "invoices.csv", "columns": {}}],
    }
    (tmp_path / "puntual.yaml").write_text(yaml.safe_dump(settings), encoding="utf-8")
    (tmp_path / "strategy.yaml").write_text(STRATEGY, encoding="utf-8")
    monkeypatch.setattr(write, "read_case", lambda *_, **__: CASE)
    return load_workspace(tmp_path)


@pytest.mark.parametrize("language", ["es", "en", "pt"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_written_in_every_language(
    workspace: Workspace, kind: write.Kind, language: write.DraftLanguage
) -> None:
    html = draft(workspace, Wanted(kind=kind, language=language, customer_id="C1"), on=DAY)
    assert f'<html lang="{language}">' in html
    assert not re.search(r"\{\{|\}\}|\{%|undefined|None", html)
    if kind in ABOUT_A_CUSTOMER:
        assert "&lt;b&gt;Talleres &amp; Hijos&lt;/b&gt;" in html
        assert "<b>Talleres" not in html
        assert "F-1" in html
        assert re.search(r"1[.,\s]?000[.,]01", html)
    else:
        assert re.search(r"8[.,]5 %", html)
        assert "40,00" in html or "40.00" in html


def test_the_trade_changes_what_acceptance_means(workspace: Workspace) -> None:
    texts = {
        trade: draft(workspace, Wanted(kind="terms", language="es", trade=trade), on=DAY)
        for trade in typing.get_args(write.Trade)
    }
    assert len(set(texts.values())) == 3
    assert "propiedad" in texts["goods"]
    assert "hoja de entrada de servicio" in texts["services"]
    assert "certificaciones" in texts["works"]


def test_a_demand_names_its_deadline_and_what_lateness_costs(workspace: Workspace) -> None:
    html = draft(workspace, Wanted(kind="demand", language="es", customer_id="C1", deadline_days=15), on=DAY)
    assert "1 de julio de 2026" in html
    assert "intereses de demora 12,34" in html
    assert "burofax" in html


def test_a_plan_is_of_one_currency(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    other = CaseItem("F-3", date(2026, 4, 1), date(2026, 5, 1), "MXN", Decimal("5.00"))
    monkeypatch.setattr(write, "read_case", lambda *_, **__: Case("C1", "X", (*CASE.items, other), ()))
    with pytest.raises(UserProblem, match="EUR, MXN"):
        draft(workspace, Wanted(kind="plan", language="en", customer_id="C1"), on=DAY)


@pytest.mark.parametrize("kind", sorted(ABOUT_A_CUSTOMER))
def test_who_owes_must_be_said(workspace: Workspace, kind: write.Kind) -> None:
    with pytest.raises(UserProblem, match="--customer"):
        draft(workspace, Wanted(kind=kind, language="es"), on=DAY)


@given(total=st.decimals("1", "1000000", places=2), count=st.integers(1, 60))
def test_instalments_add_up_to_the_debt(total: Decimal, count: int) -> None:
    parts = instalments(total, count)
    assert sum(parts) == total
    assert len(parts) == count
    assert min(parts) >= 0
    assert max(parts) - min(parts) < Decimal("0.01") * count


def test_the_usual_term_is_the_one_most_have() -> None:
    assert usual_terms_days([30, 60, 30, 15]) == 30
    assert usual_terms_days([60, 30]) == 30
    assert usual_terms_days([]) is None


def test_the_command_knows_every_kind() -> None:
    assert typing.get_args(typing.get_args(command.Kind)[0]) == KINDS


def test_a_file_in_a_folder_of_the_user_does_not_close_that_folder(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    path = write_private_bytes(tmp_path / "terms.html", b"x")
    assert tmp_path.stat().st_mode & 0o777 == 0o755
    assert path.stat().st_mode & 0o777 == 0o600
