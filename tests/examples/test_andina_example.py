"""The committed example is what the generator writes, loads as a workspace, and holds what it promises."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest
import yaml
from python_calamine import CalamineWorkbook

from examples.generate import ANDINA, generate
from tasks.contracts.load import load_contract
from tasks.settings.load import load_workspace

GENERATED = [
    "planted_faults.yaml",
    "exports/clientes.xlsx",
    "exports/cobros_banco.csv",
    "exports/control_totals.csv",
    "exports/facturas_2024.csv",
    "exports/facturas_2025.csv",
    "exports/facturas_2026.csv",
]


@pytest.fixture(scope="module")
def generated(tmp_path_factory):
    folder = tmp_path_factory.mktemp("andina")
    generate(folder)
    return folder


def invoices(folder: Path) -> list[dict[str, str]]:
    rows = []
    for path in sorted((folder / "exports").glob("facturas_*.csv")):
        with path.open(encoding="latin-1", newline="") as file:
            rows += list(csv.DictReader(file, delimiter=";"))
    return rows


@pytest.mark.parametrize("name", GENERATED)
def test_generating_again_gives_the_committed_bytes(generated, name):
    assert (generated / name).read_bytes() == (ANDINA / name).read_bytes()


def test_nothing_else_lies_in_the_exports(generated):
    names = {f"exports/{path.name}" for path in (generated / "exports").iterdir()}
    assert names == {name for name in GENERATED if name.startswith("exports/")}
    assert {f"exports/{path.name}" for path in (ANDINA / "exports").iterdir()} == names


def test_the_exports_stay_small_enough_to_commit():
    assert sum(path.stat().st_size for path in (ANDINA / "exports").iterdir()) < 6_000_000


def test_the_workspace_loads_and_states_a_working_day():
    settings = load_workspace(ANDINA).settings
    assert {source.contract for source in settings.sources} == {"customers", "contacts", "receivables", "payments"}
    assert settings.demo_as_of is not None
    assert settings.demo_as_of.weekday() < 5


def test_every_mapped_column_is_in_the_contract_and_in_the_file():
    sheets = CalamineWorkbook.from_path(str(ANDINA / "exports/clientes.xlsx"))
    headers = {
        "facturas": set(invoices(ANDINA)[0]),
        "cobros": set((ANDINA / "exports/cobros_banco.csv").read_text(encoding="utf-8").split("\n", 1)[0].split(",")),
        "clientes": set(sheets.get_sheet_by_name("Clientes").to_python()[0]),
        "contactos": set(sheets.get_sheet_by_name("Contactos").to_python()[0]),
    }
    for source in load_workspace(ANDINA).settings.sources:
        contract = load_contract(source.contract)
        for name, mapping in [*source.columns.items(), *source.references.items()]:
            assert name in source.references or contract.column(name)
            used = {mapping.column, *mapping.join} - {None}
            assert used <= headers[source.name], f"{source.name}.{name}"


def test_planted_rows_are_where_the_list_says():
    sheets = CalamineWorkbook.from_path(str(ANDINA / "exports/clientes.xlsx"))
    for fault in yaml.safe_load((ANDINA / "planted_faults.yaml").read_text(encoding="utf-8"))["faults"]:
        if "column" not in fault:
            continue
        if "sheet" in fault:
            lines = sheets.get_sheet_by_name(fault["sheet"]).to_python()
            row = dict(zip(lines[0], lines[fault["row"]], strict=True))
            assert str(row[fault["column"]]).removesuffix(".0") == fault["value"]
        else:
            is_bank = fault["source"] == "cobros"
            with (ANDINA / fault["file"]).open(encoding="utf-8" if is_bank else "latin-1", newline="") as file:
                row = list(csv.DictReader(file, delimiter="," if is_bank else ";"))[fault["row"] - 1]
            shown = row[fault["column"]]
            assert shown == fault["value"].split(";")[0], fault


def test_less_than_one_row_in_a_hundred_is_wrong():
    faults = yaml.safe_load((ANDINA / "planted_faults.yaml").read_text(encoding="utf-8"))["faults"]
    rejected = Counter(fault["source"] for fault in faults if fault["outcome"] != "unapplied")
    with (ANDINA / "exports/control_totals.csv").open(encoding="utf-8") as file:
        rows = Counter[str]()
        for line in csv.DictReader(file):
            rows[line["source"]] += int(line["rows"])
    assert all(rejected[source] < 0.01 * rows[source] for source in rows)


def test_the_ledger_has_the_promised_size_and_kinds():
    rows = invoices(ANDINA)
    documents = {row["Nº factura"] for row in rows}
    assert 24_000 < len(documents) < 26_000
    assert {"EUR", "MXN", "CLP"} <= {row["Divisa"] for row in rows}
    kinds = Counter(row["Tipo"] for row in rows)
    assert min(kinds["FV"], kinds["AB"], kinds["ND"]) > 100
    assert sum(row["Vto"] == "2" for row in rows) > 500
    for column in ("Pedido", "HES", "Albarán", "Obra", "Documento de pago", "Compensada"):
        assert sum(bool(row[column]) for row in rows) > 100, column
    assert {"Pendiente", "Recibido", "Aceptado", "Devuelto"} <= {row["Estado doc."] for row in rows}


def test_the_bank_file_has_partial_anonymous_and_returned_payments():
    with (ANDINA / "exports/cobros_banco.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    per_document = Counter(row["documento"] for row in rows if row["documento"])
    assert sum(count > 1 for count in per_document.values()) > 300
    assert sum(not row["documento"] for row in rows) > 20
    assert sum(row["importe"].startswith("-") for row in rows) > 50
