"""`puntual init` at the terminal: the guess with its evidence, a preview of the first rows, and what is missing."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows.cli.app import app
from tasks.problems import UserProblem

INVOICES = "Cliente;Numero;Fecha;Vencimiento;Moneda;Importe\n1;F-1;25/01/2026;25/02/2026;EUR;1.210,50\n1;F-2;26/01/2026;;EUR;0,00\n"
STATEMENT = "Fecha valor;Concepto;Importe;Moneda\n25/01/2026;Transferencia;10,00;EUR\n26/01/2026;Otra;11,00;EUR\n"


def init(folder: Path, **exports: str) -> str:
    """What the command prints for these exports."""
    options: list[str] = []
    for name, text in exports.items():
        path = folder / f"{name}.csv"
        path.write_text(text, encoding="utf-8")
        options += ["--from", str(path)]
    result = CliRunner().invoke(app, ["init", str(folder / "acme"), *options], catch_exceptions=False)
    assert result.exit_code == 0
    return result.output


def test_the_guess_is_shown_with_evidence_and_the_first_rows_as_they_would_land(tmp_path: Path) -> None:
    shown = init(tmp_path, facturas=INVOICES)
    assert "facturas.csv: receivables" in shown
    assert "due_date ← Vencimiento: called so, and its values agree" in shown
    assert "2 rows: 1 land, 1 refused" in shown
    assert "refused: 1 row: amount: the amount is zero (row 2)" in shown
    preview = {
        line.split()[0]: line.split()[1:] for line in shown.splitlines() if line.startswith("   ") and line.split()
    }
    assert preview["amount"] == ["1210.50"]
    assert preview["due_date"] == ["2026-02-25"]


def test_refused_rows_are_to_be_confirmed_and_do_not_stop_the_first_run(tmp_path: Path) -> None:
    init(tmp_path, facturas=INVOICES)
    written = (tmp_path / "acme" / "puntual.yaml").read_text(encoding="utf-8")
    assert "max_reject_share: 0.5" in written
    assert "CONFIRM max_reject_share: 1 of 2 rows are refused now" in written


def test_without_receivables_it_is_said_what_to_export(tmp_path: Path) -> None:
    shown = init(tmp_path, banco=STATEMENT)
    assert "None of the exports holds receivables" in shown
    assert "banco.csv: payments" in shown


def test_every_file_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    (tmp_path / "empty.csv").write_bytes(b"")
    command = [
        "init",
        str(tmp_path / "acme"),
        "--from",
        str(tmp_path / "empty.csv"),
        "--from",
        str(tmp_path / "none.csv"),
    ]
    with pytest.raises(UserProblem) as caught:
        CliRunner().invoke(app, command, catch_exceptions=False)
    assert len(caught.value.problems) == 2
    assert not (tmp_path / "acme").exists()
