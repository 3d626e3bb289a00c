"""`puntual compare` on the example company: a customer's ledger card against ours, from file to task."""

from __future__ import annotations

import csv
import json
import shutil
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows.cli.app import app
from tasks.ledger.live import ledger_of

EXAMPLE = Path(__file__).parents[2] / "examples" / "andina"
CARD = """Cuenta del proveedor Andina al 15/06/2026
N° Factura;Fecha;Concepto;Debe;Haber
26/06620;18/05/2026;Factura;;2.816,49
FV26-06703;19/05/2026;Factura;;9.322,65
FV26-06703;10/06/2026;Abono;322,65;
FV26-6774;20/05/2026;Factura;;2.144,43
PAG-77;12/06/2026;Transferencia;3.703,18;
FV26-04761;20/04/2026;Factura;;2.844,96
"=1+1";02/06/2026;Factura;;77,00
"""


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("statements") / "andina"
    shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns(".puntual"))
    return folder


def test_a_ledger_card_is_compared_answered_and_followed(workspace: Path, tmp_path: Path) -> None:
    card = tmp_path / "mayor.csv"
    card.write_text(CARD, encoding="utf-8")
    command = ["compare", str(workspace), "004024", str(card), "--as-of", "2026-06-16"]
    answer = CliRunner().invoke(app, [*command, "--record", "--author", "ana", "--json"])
    assert answer.exit_code == 0, answer.output
    result = json.loads(answer.stdout)
    findings = {item["number"]: item["finding"] for item in result["items"]}
    assert findings["FV26-06620"] == findings["FV26-06774"] == "agreed"
    assert findings["FV26-06703"] == "credit_not_issued"
    assert findings["FV26-04761"] == "settled_here"
    assert findings["FV26-07297"] == "missing_invoice"
    assert findings["PAG-77"] == "timing"
    assert findings["=1+1"] == "unknown_invoice"
    folder = Path(result["folder"])
    reply = (folder / "reply.txt").read_text(encoding="utf-8")
    assert "FV26-04761: está pagada" in reply
    assert "322,65" not in reply  # what the debtor is asked is named by its document
    with (folder / "differences.csv").open(encoding="utf-8-sig", newline="") as file:
        cells = {cell for row in csv.reader(file) for cell in row}
    assert "'=1+1" in cells
    assert "=1+1" not in cells
    with ledger_of(workspace) as ledger:
        entries = ledger.facts(date(2026, 6, 16))["ledger.duty_entries"].to_pylist()
    told = {(entry["duty"], entry["receivable_id"]) for entry in entries}
    assert ("document_not_sent", "FV26-07297-1") in told
    assert ("credit_note_pending", "FV26-06703-1") in told


def test_an_unknown_customer_is_said_and_nothing_is_written(workspace: Path, tmp_path: Path) -> None:
    card = tmp_path / "mayor.csv"
    card.write_text(CARD, encoding="utf-8")
    answer = CliRunner().invoke(app, ["compare", str(workspace), "nobody", str(card), "--as-of", "2026-06-16"])
    assert answer.exit_code == 1
    assert "customer nobody" in str(answer.exception)
