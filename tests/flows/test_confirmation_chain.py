"""A day with the chain of confirmations, through the commands: a no becomes a task with an owner, and ends when it is done."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

from typer.testing import CliRunner

from flows.cli.app import app
from flows.collect import collect

MakeWorkspace = Callable[..., Path]

CHAIN = """\
payments_fresh_within_days: 30
duties: {owners: {document_not_sent: "=Facturación"}, within_days: {document_not_sent: 0}, escalate_to: Director}
ladders:
  only:
    - {step: ask, before_due: 25, confirms: next, tone: courteous}
segments:
  - {name: everyone, ladder: only}
"""
INVOICES = """\
number,customer,name,issued,due,currency,amount
F-1,C1,Canario Uno SL,2026-06-01,2026-07-10,EUR,100.00
F-2,C2,Canario Dos SL,2026-06-01,2026-07-10,EUR,50.50
"""


def record(workspace: Path, *arguments: str) -> None:
    result = CliRunner().invoke(app, ["record", str(workspace), *arguments, "--author", "eva", "--json"])
    assert result.exit_code == 0, (result.output, result.exception)
    assert json.loads(result.stdout)["id"]


def tasks(workspace: Path, day: int) -> list[dict[str, str]]:
    (path,) = workspace.glob(f".puntual/runs/202606{day}-*/internal_tasks.csv")
    assert path.stat().st_mode & 0o077 == 0
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def test_a_no_is_listed_with_its_owner_told_in_the_report_and_ends_when_it_is_done(
    make_workspace: MakeWorkspace,
) -> None:
    workspace = make_workspace(strategy=CHAIN, invoices=INVOICES)
    record(workspace, "deny", "C1", "--receivable", "F-1", "--kind", "invoice_received", "--on", "2026-06-15")
    reminded = collect(workspace, as_of=date(2026, 6, 16), send=True)
    assert reminded.summary.because("own_duty") == 1
    assert reminded.summary.news.reminders.accepted == 1
    (message,) = (workspace / ".puntual/outbox/2026-06-16").glob("*.eml")
    assert message.stat().st_size > 0
    (task,) = tasks(workspace, 16)
    assert [task[name] for name in ("Tarea", "Responsable", "Fuera de plazo", "Escalar a", "Importe en juego")] == [
        "document_not_sent:F-1",
        "'=Facturación",
        "sí",
        "Director",
        "100,00",
    ]
    report = next(workspace.glob(".puntual/runs/20260616-*/report.md")).read_text(encoding="utf-8")
    assert "Una tarea nuestra está fuera de plazo" in report

    unknown = ["record", str(workspace), "task-done", "document_not_sent:F-2", "--author", "eva"]
    refused = CliRunner().invoke(app, unknown)
    assert refused.exit_code == 1
    assert "Did you mean document_not_sent:F-1" in str(refused.exception)
    record(workspace, "task-done", "document_not_sent:F-1", "--note", "sent by post", "--on", "2026-06-16")
    collect(workspace, as_of=date(2026, 6, 17), send=False)
    assert tasks(workspace, 17) == []


def test_a_confirmation_of_an_unknown_kind_is_wrong_use(make_workspace: MakeWorkspace) -> None:
    arguments = ["record", str(make_workspace()), "confirm", "C1", "--kind", "weather", "--author", "eva"]
    assert CliRunner().invoke(app, arguments).exit_code == 2
