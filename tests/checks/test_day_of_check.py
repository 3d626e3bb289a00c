"""`puntual check` builds its day once, and what fails in one part of it is neither repeated nor hidden by another."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from tasks.checks import day as day_module
from tasks.checks import workspace as workspace_module
from tasks.checks.day import opened_day
from tasks.checks.workspace import all_problems
from tasks.extract.model import Extraction
from tasks.problems import UserProblem
from tasks.segment.load import load_strategy
from tasks.settings.load import Workspace
from tasks.warehouse.connection import Connection
from tests.small_workspace import COMPANY, INVOICES_SOURCE, write_workspace

TODAY = date(2026, 6, 15)
SETTINGS = f"{COMPANY}control_account: balances.csv\n{INVOICES_SOURCE}"
STRATEGY = """\
payments_fresh_within_days: none
ladders: {usual: [{step: first, after_due: 5}]}
segments: [{name: everyone, ladder: usual}]
"""
INVOICES = "customer,number,issued,due,amount\nC1,F-1,2026-05-01,2026-06-01,100.00\n"


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    files = {
        "puntual.yaml": SETTINGS,
        "strategy.yaml": STRATEGY,
        "exports/invoices.csv": INVOICES,
        "balances.csv": "account,currency,balance,date\n430,EUR,90.00,2026-06-15\n",
    }
    # Templates and ladders have tests of their own, and trying all of them takes seconds.
    monkeypatch.setattr(workspace_module, "lint_templates", lambda workspace: [])
    monkeypatch.setattr(workspace_module, "prove_ladders", lambda strategy, **_: [])
    return write_workspace(tmp_path / "acme", files)


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often each stage of the day was built."""
    calls: Counter[str] = Counter()
    extract, attach, scores = day_module.extract, day_module.attach_landing, day_module.build_scores

    def counting_extract(workspace: Workspace, *, as_of: date) -> Extraction:
        calls["extract"] += 1
        return extract(workspace, as_of=as_of)

    def counting_attach(connection: Connection, workspace: Workspace, files: object) -> None:
        calls["attach"] += 1
        attach(connection, workspace, files)  # type: ignore[arg-type]  # handed on as it came

    def counting_scores(connection: Connection, scoring: object) -> object:
        calls["scores"] += 1
        return scores(connection, scoring)  # type: ignore[arg-type]  # likewise

    monkeypatch.setattr(day_module, "extract", counting_extract)
    monkeypatch.setattr(day_module, "attach_landing", counting_attach)
    monkeypatch.setattr(day_module, "build_scores", counting_scores)
    return calls


def places(workspace: Workspace) -> list[str]:
    return [problem.where for problem in all_problems(workspace, TODAY, {}) if problem.severity == "error"]


def test_the_day_is_built_once_for_all_parts(workspace: Workspace, counted: Counter[str]) -> None:
    found = places(workspace)
    assert counted == {"extract": 1, "attach": 1, "scores": 1}
    assert "control account balances.csv, EUR" in found


def test_exports_that_cannot_be_read_are_told_once_beside_what_else_is_wrong(
    workspace: Workspace, counted: Counter[str]
) -> None:
    (workspace.paths.root / "exports" / "invoices.csv").unlink()
    (workspace.paths.strategy).write_text(STRATEGY.replace("after_due: 5", "after_due: 5, channel: fax"))
    told = all_problems(workspace, TODAY, {})
    assert counted == {"extract": 1}
    assert len([problem for problem in told if "invoices" in problem.where]) == 1
    assert [problem for problem in told if "strategy.yaml" in problem.where]


def test_a_strategy_that_cannot_be_read_does_not_hide_the_control_account(workspace: Workspace) -> None:
    workspace.paths.strategy.write_text("ladders: {}\nsegments: []\n")
    found = places(workspace)
    assert "control account balances.csv, EUR" in found
    assert len([where for where in found if "strategy.yaml" in where]) == 1


def test_what_failed_once_fails_the_same_way_again(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[str] = []

    def failing(*_: object) -> None:
        tried.append("scores")
        raise UserProblem.at("the model", "is gone", "Train it again.")

    monkeypatch.setattr(day_module, "build_scores", failing)
    strategy = load_strategy(workspace.paths.strategy)
    with opened_day(workspace, TODAY) as day:
        for _ in range(2):
            with pytest.raises(UserProblem, match="is gone"), day.decided(strategy):
                raise AssertionError("nothing was decided")
        with day.landed() as connection:
            assert connection.execute("SELECT count(*) FROM landing.receivables").fetchone() == (1,)
    assert tried == ["scores"]
