"""DuckDB takes a path for a pattern and a folder `key=value` for a column; a run reads the files it found, and their columns."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tasks.extract.expressions import parquet, render
from tasks.problems import SourceProblem
from tests.extract.bench import HEADER, ROWS, Bench, csv_text, receivables_source
from tests.extract.test_einvoices import invoice, ubl

LANDED = "SELECT customer_id, receivable_id, currency FROM landing.receivables ORDER BY receivable_id"
ODD_FOLDERS = ["ws[1]", "ws?", "ws*", "[a-z]s1", "currency=USD", "r0=X"]


def workspace(folder: Path) -> Bench:
    (folder / "exports").mkdir(parents=True)
    return Bench(folder)


def write(bench: Bench, kind: str, customer: str) -> dict[str, object]:
    """One invoice of `customer` as a file of `kind`, and the source that reads it."""
    row = ROWS[0].replace("C1", customer)
    name = f"exports/ledger.{kind}"
    plain: dict[str, object] = {"path": name, "dates": "%d/%m/%Y", "decimals": {"decimal": ",", "thousands": "."}}
    if kind == "csv":
        bench.write(name, csv_text(row))
        return receivables_source()
    if kind == "ragged":
        bench.write(name, csv_text(row, f"{ROWS[1]};more"))
        ragged = {"type": "csv", "delimiter": ";", "ragged": True}
        return receivables_source(path=name, format=ragged, max_reject_share=1)
    if kind == "rules":
        bench.write(name, csv_text(row, "Total;;;;;1.210,50", '"Total;;;;;'))
        rules = {
            "totals": [{"when": [{"column": "Cliente", "is_in": ["Total"]}], "column": "Importe"}],
            "one_per": ["Factura"],
        }
        return receivables_source(path=name, rows=rules, max_reject_share=1)
    cells = dict(zip(HEADER.split(";"), row.split(";"), strict=True))
    if kind == "json":
        bench.write(name, json.dumps([cells]))
    elif kind == "parquet":
        pq.write_table(pa.Table.from_pylist([cells]), bench.root / name)
    else:
        bench.write("exports/one.xml", invoice("F1").replace("A58818501", customer))
        return ubl()
    return receivables_source(format={"type": kind}, **plain)


@pytest.mark.parametrize("kind", ["csv", "ragged", "rules", "json", "parquet", "xml"])
@pytest.mark.parametrize("folder", ["ws[1]", "currency=USD"])
def test_a_workspace_lands_its_own_files_whatever_its_folder_is_called(tmp_path: Path, folder: str, kind: str) -> None:
    other, own = workspace(tmp_path / "ws1"), workspace(tmp_path / folder)
    other.extract(write(other, kind, "OTHER"))
    extraction = own.extract(write(own, kind, "OWN"))
    ((customer, number, currency),) = own.query(extraction, LANDED)
    assert ("OWN" in str(customer), number, currency) == (True, "F1", "EUR")
    again = own.extract(write(own, kind, "OWN"))
    assert not any(file.was_parsed for file in again.files)
    assert len(own.query(again, LANDED)) == 1


def test_files_whose_names_look_like_patterns_are_each_read_once(bench: Bench) -> None:
    names = ["facturas1", "facturas[1]", "facturas?", "facturas*", "facturas[!1]"]
    for number, name in enumerate(names):
        bench.write(f"exports/{name}.csv", csv_text(ROWS[0].replace("F1", f"F{number}")))
    extraction = bench.extract(receivables_source(path="exports/*.csv", delivery="increment"))
    assert [number for _, number, _ in bench.query(extraction, LANDED)] == ["F0", "F1", "F2", "F3", "F4"]


def test_a_file_named_whole_is_that_file_though_its_name_is_a_pattern_for_another(bench: Bench) -> None:
    bench.write("exports/facturas1.csv", csv_text(ROWS[0]))
    bench.write("exports/facturas[1].csv", csv_text(ROWS[1]))
    extraction = bench.extract(receivables_source(path="exports/facturas[1].csv"))
    assert [number for _, number, _ in bench.query(extraction, LANDED)] == ["F2"]


def test_lists_and_corrections_are_found_in_a_folder_that_looks_like_a_pattern(tmp_path: Path) -> None:
    bench = workspace(tmp_path / "ws[1]")
    day = r"(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)"
    bench.write("exports/open_20260501.csv", csv_text(*ROWS))
    bench.write("exports/open_20260502.csv", csv_text(ROWS[0], "C1;F2;31/02/2026;;EUR;1"))
    bench.write("exports/fix.csv", csv_text("C1;F2;01/02/2026;;EUR;1"))
    lists = receivables_source(path="exports/open_*.csv", delivery="open_items", delivered_on=day, max_reject_share=1)
    fix = receivables_source(name="fix", path="exports/fix.csv", delivery="correction")
    extraction = bench.extract(lists, fix)
    state = "SELECT receivable_id, cleared_on IS NOT NULL FROM landing.receivables ORDER BY 1"
    assert bench.query(extraction, state) == [("F1", False), ("F2", False), ("F3", True)]


def test_documents_that_repeat_each_other_are_named_in_a_folder_that_looks_like_a_pattern(tmp_path: Path) -> None:
    bench = workspace(tmp_path / "ws[1]")
    for name in ("a", "b"):
        bench.write(f"exports/{name}.xml", invoice("F-1"))
    extraction = bench.extract(ubl())
    reasons = bench.query(extraction, "SELECT reasons FROM landing.quarantine")
    assert reasons == [(["repeats row 1 of exports/a.xml"],)]


@pytest.mark.parametrize("folder", ODD_FOLDERS)
def test_one_file_is_read_with_its_own_columns(tmp_path: Path, folder: str) -> None:
    target = tmp_path / folder / "file [0-9]*.parquet"
    for path in (target, tmp_path / "ws1" / "file 1.parquet"):
        path.parent.mkdir(exist_ok=True)
        pq.write_table(pa.table({"r0": [path.name], "currency": ["EUR"]}), path)
    with duckdb.connect() as connection:
        read = connection.execute(f"FROM {render(parquet(target))}").fetchall()
    assert read == [(target.name, "EUR")]


def test_a_path_that_no_pattern_can_express_is_a_problem_and_no_other_file_is_read(bench: Bench) -> None:
    bench.write("exports/a/[1].csv", csv_text(ROWS[0]))
    bench.write("exports/a\\[1].csv", csv_text(ROWS[1]))
    with pytest.raises(SourceProblem, match="both a backslash and one of"):
        bench.extract(receivables_source(path="exports/*.csv"))
