"""What `puntual check` says of rows that were refused: file, rows, column, value, what was expected, and what to do."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
import yaml

from tasks.checks.cleared_rows import cleared_rows
from tasks.checks.refused_rows import refusal_problems
from tasks.extract import extract
from tasks.problems import Problem
from tasks.settings.load import load_workspace

COMPANY = {
    "id": "acme",
    "name": "Acme, S.A.",
    "country": "ES",
    "sender": {"name": "Acme", "email": "ar@example.com"},
    "collector": {"name": "Ana", "email": "ana@example.com"},
}
SOURCE = {
    "name": "ledger",
    "contract": "receivables",
    "path": "ledger.csv",
    "format": {"type": "csv", "delimiter": ";"},
    "dates": "%d/%m/%Y",
    "decimals": {"decimal": ",", "thousands": "."},
    "max_reject_share": 1,
    "columns": {
        "customer_id": "Cliente",
        "receivable_id": "Factura",
        "document_number": "Factura",
        "document_type": {"value": "invoice", "when_negative": "credit_note"},
        "invoice_date": "Fecha",
        "due_date": "Vence",
        "currency": {"value": "EUR"},
        "amount": "Importe",
    },
}
HEADER = "Cliente;Factura;Fecha;Vence;Importe"


def told(folder: Path, *rows: str, day: int = 4) -> list[Problem]:
    (folder / "ledger.csv").write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    (folder / "puntual.yaml").write_text(yaml.safe_dump({"company": COMPANY, "sources": [SOURCE]}), encoding="utf-8")
    workspace = load_workspace(folder)
    files = extract(workspace, as_of=datetime.date(2026, 5, day)).files
    return list(refusal_problems(workspace.settings.sources, files))


def test_a_value_that_does_not_fit_is_told_with_file_row_column_and_what_was_expected(tmp_path: Path) -> None:
    (problem,) = told(tmp_path, "C1;F1;01/04/2026;01/05/2026;10,00", "C1;F2;31/02/2026;01/05/2026;11,00")
    assert problem.severity == "warning"
    assert problem.where == "ledger.csv (ledger), column 'Fecha' (invoice_date)"
    assert problem.what == "1 row is refused because the value is not a date written as %d/%m/%Y: row 2 '31/02/2026'"
    assert "name the file's format in the source's dates" in problem.fix


def test_rows_of_one_reason_are_one_finding_with_three_examples(tmp_path: Path) -> None:
    good = "C1;F0;01/04/2026;01/05/2026;10,00"
    bad = [f"C1;F{number};2026-04-{number:02d};01/05/2026;11,00" for number in range(1, 8)]
    (problem,) = told(tmp_path, good, *bad)
    assert problem.what.startswith("7 rows are refused")
    assert problem.what.endswith("row 2 '2026-04-01', row 3 '2026-04-02', row 4 '2026-04-03' and 4 more")


def test_a_value_that_comes_again_is_one_example(tmp_path: Path) -> None:
    rows = [f"C1;F{number};01/04/2026;pronto;11,00" for number in range(4)]
    (problem,) = told(tmp_path, *rows, "C1;F9;01/04/2026;luego;11,00")
    assert problem.what.endswith("row 1 'pronto', row 5 'luego' and 3 more")


def test_a_rule_without_a_value_names_its_rows(tmp_path: Path) -> None:
    (problem,) = told(tmp_path, "C1;F1;01/04/2026;01/05/2026;0,00", "C1;F2;01/04/2026;01/05/2026;1,00")
    assert problem.where == "ledger.csv (ledger), column 'Importe' (amount)"
    assert problem.what == "1 row is refused: the amount is zero (row 1)"


def test_reasons_are_told_the_commonest_first(tmp_path: Path) -> None:
    rows = ["C1;F1;x;01/05/2026;1,00", "C1;F2;01/04/2026;01/05/2026;1.0.0", "C1;F3;01/04/2026;01/05/2026;2.0.0"]
    assert [problem.where.rsplit(" ", 1)[1] for problem in told(tmp_path, *rows)] == ["(amount)", "(invoice_date)"]


@pytest.mark.parametrize("value", ["it's 3' is long", "x" * 100])
def test_odd_values_are_shown_whole_or_cut(tmp_path: Path, value: str) -> None:
    (problem,) = told(tmp_path, f"C1;F1;{value};01/05/2026;1,00")
    assert value[:30] in problem.what
    assert "is not a date" in problem.what


def test_without_refused_rows_nothing_is_said(tmp_path: Path) -> None:
    assert told(tmp_path, "C1;F1;01/04/2026;01/05/2026;10,00") == []


def test_a_row_that_was_refused_before_says_since_when_and_what_was_cleared_is_told(tmp_path: Path) -> None:
    zero, bad = "C1;F1;01/04/2026;01/05/2026;0,00", "C1;F2;31/02/2026;01/05/2026;11,00"
    assert [problem.what.endswith("2026-05-04") for problem in told(tmp_path, zero, bad)] == [False, False]
    assert list(cleared_rows(load_workspace(tmp_path))) == []
    (problem,) = told(tmp_path, zero, "C1;F2;28/02/2026;01/05/2026;11,00", day=6)
    assert problem.what == "1 row is refused: the amount is zero (row 1); the oldest since 2026-05-04"
    assert list(cleared_rows(load_workspace(tmp_path))) == [
        "Since the delivery before, refused rows of ledger were cleared: 1 corrected (EUR 11.00)."
    ]
    assert told(tmp_path, "C1;F2;28/02/2026;01/05/2026;11,00", day=7) == []
    assert list(cleared_rows(load_workspace(tmp_path))) == [
        "Since the delivery before, refused rows of ledger were cleared: 1 delivered no longer (EUR 0.00)."
    ]


def test_many_keys_with_different_content_are_one_finding(tmp_path: Path) -> None:
    rows = [
        f"C-{copy};F-{number};01/05/2026;31/05/2026;{number},00"
        for number in range(1, 6)
        for copy in range(2 + number % 2)
    ]
    (problem,) = told(tmp_path, *rows)
    assert problem.what.startswith("13 rows are refused: another row has the same key (company_id, receivable_id)")
    assert "row 1, row 2, row 3" in problem.what
    assert "and 10 more" in problem.what
