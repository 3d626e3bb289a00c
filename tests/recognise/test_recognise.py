"""What `puntual init` makes of exports it has not seen before."""

from pathlib import Path

import pytest

from tasks.problems import SettingsProblem, SourceProblem
from tasks.recognise.propose import propose
from tasks.recognise.sniff import sniff
from tasks.recognise.write import write_workspace
from tasks.settings.load import load_workspace

SPANISH = (
    "Listado de facturas;;;;;\n"
    "Código cliente;Núm. documento;Fecha emisión;Vencimiento;Moneda;Importe\n"
    "0042;F-1;05/01/2026;04/02/2026;EUR;1.210,50\n"
    "0043;F-2;25/01/2026;24/02/2026;EUR;99,00\n"
)


@pytest.fixture
def spanish_export(tmp_path: Path) -> Path:
    path = tmp_path / "facturas.csv"
    path.write_bytes(SPANISH.encode("latin-1"))
    return path


def test_a_spanish_latin_1_export_is_read_as_a_person_would_read_it(spanish_export: Path) -> None:
    found = propose(sniff(spanish_export))
    assert found.kind == "receivables"
    assert (
        found.sample.format.model_dump() | {"delimiter": ";", "encoding": "latin-1", "skip_rows": 1}
        == found.sample.format.model_dump()
    )
    assert found.dates == ("%d/%m/%Y",)
    assert (found.decimals.decimal, found.decimals.thousands) == (",", ".")
    assert found.columns["customer_id"] == "Código cliente"
    assert found.columns["due_date"] == "Vencimiento"


def test_dates_that_fit_two_orders_are_a_doubt_and_not_a_guess(tmp_path: Path) -> None:
    path = tmp_path / "invoices.csv"
    path.write_text("Customer ID,Invoice Number,Invoice Date,Amount\nC1,F1,01/02/2026,10.00\nC2,F2,03/04/2026,11.00\n")
    assert any("cannot be told apart" in doubt for doubt in propose(sniff(path)).doubts)


def test_what_is_missing_lowers_the_confidence_and_is_named(tmp_path: Path) -> None:
    path = tmp_path / "invoices.csv"
    path.write_text("Customer ID,Invoice Date,Due Date,Amount\nC1,2026-01-02,2026-02-01,10.00\n")
    found = propose(sniff(path))
    assert found.confidence < 1
    assert "no column found for currency" in found.doubts


def test_the_written_workspace_loads_and_marks_what_to_confirm(spanish_export: Path, tmp_path: Path) -> None:
    strategy = tmp_path / "ready.yaml"
    strategy.write_text("{}\n")
    settings = write_workspace(tmp_path / "acme", [propose(sniff(spanish_export))], strategy)
    workspace = load_workspace(settings.parent)
    assert workspace.settings.sources[0].columns["amount"].column == "Importe"
    assert "CONFIRM" in settings.read_text()
    assert (settings.parent / "exports" / "facturas.csv").read_bytes() == spanish_export.read_bytes()


def test_an_existing_workspace_is_left_alone(spanish_export: Path, tmp_path: Path) -> None:
    strategy = tmp_path / "ready.yaml"
    strategy.write_text("{}\n")
    (tmp_path / "puntual.yaml").write_text("mine\n")
    with pytest.raises(SettingsProblem, match="exists already"):
        write_workspace(tmp_path, [propose(sniff(spanish_export))], strategy)
    assert (tmp_path / "puntual.yaml").read_text() == "mine\n"


@pytest.mark.parametrize(
    ("name", "content"),
    [("empty.csv", b""), ("text.csv", b"hello\nworld\n"), ("broken.xlsx", b"PK\x03\x04 not a workbook")],
)
def test_a_file_without_a_table_is_refused_with_its_name(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(SourceProblem, match=name):
        sniff(path)
