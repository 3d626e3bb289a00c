"""Drafts of documents: complete in each language, with the strategy's and the customer's own figures, and safe to open."""

from __future__ import annotations

import re
import typing
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from flows.cli import draft as command
from tasks.drafts import write
from tasks.drafts.case import Case, CaseItem, read_case
from tasks.drafts.terms import instalments, usual_terms_days
from tasks.drafts.write import ABOUT_A_CUSTOMER, KINDS, Wanted, draft
from tasks.ledger.knowledge import Dispute
from tasks.ledger.opening import open_ledger
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
        assert re.search(r"8[.,]5\s?%", html)
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


@pytest.fixture
def published(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """A published warehouse whose export says of one receivable that it is disputed, of one that it is not, of two nothing."""
    monkeypatch.undo()
    workspace.paths.warehouses.mkdir(parents=True)
    with duckdb.connect(str(workspace.paths.current_warehouse)) as connection:
        connection.execute("""
            CREATE SCHEMA mart;
            CREATE TABLE mart.customers AS SELECT 'C1' AS customer_id, 'Talleres' AS name;
            CREATE TABLE mart.claims (customer_id VARCHAR, kind VARCHAR, currency VARCHAR, amount DECIMAL(18, 2), status VARCHAR);
            CREATE TABLE mart.receivables AS
                SELECT 'C1' AS customer_id, 'R' || n AS receivable_id, 'F-' || n AS document_number, 'EUR' AS currency,
                    DATE '2026-04-01' AS invoice_date, DATE '2026-05-01' AS due_date, 46 AS days_overdue,
                    100.00::DECIMAL(18, 2) AS open_amount, [true, false, NULL, NULL][n] AS is_disputed
                FROM range(1, 5) AS t(n);
        """)
    return workspace


@pytest.mark.parametrize(
    ("receivable", "resolved_on", "asked_for"),
    [
        ("R3", None, ["F-2", "F-4"]),
        ("R3", date(2026, 6, 15), ["F-2", "F-3", "F-4"]),
        (None, None, []),
        ("R9", None, ["F-2", "F-3", "F-4"]),
    ],
)
def test_a_demand_asks_for_nothing_that_is_disputed_by_export_or_ledger(
    published: Workspace, receivable: str | None, resolved_on: date | None, asked_for: list[str]
) -> None:
    said = {"customer_id": "C1", "author": "ana", "recorded_on": date(2026, 6, 10), "opened_on": date(2026, 6, 10)}
    with open_ledger(published, clock=lambda: datetime(2026, 6, 16, tzinfo=UTC)) as ledger:
        dispute = ledger.record(Dispute(receivable_id=receivable, reason="x", **said))
        if resolved_on is not None:
            ledger.resolve_dispute(dispute, resolved_on=resolved_on)
    if asked_for:
        case = read_case(published, "C1", on=DAY, only_overdue=True)
        assert [item.document_number for item in case.items] == asked_for
    else:
        with pytest.raises(UserProblem, match="nothing overdue and undisputed"):
            read_case(published, "C1", on=DAY, only_overdue=True)
