"""What a mapping does not ask for costs nothing: the SELECT of a plain mapping has no part of the special options."""

from __future__ import annotations

import pytest

from tasks.contracts.load import load_contract
from tasks.extract.expressions import parquet, render
from tasks.extract.mapping import compile_mapping
from tasks.extract.raw import RawTable, all_text
from tasks.settings.sources import Source
from tests.extract.bench import HEADER, ROWS, Bench, csv_text, receivables_source

HEADERS = tuple(HEADER.split(";"))
SPECIAL = {
    '"debit amount"': {"amount": {"debit_credit": {"debit": "Importe", "credit": "Factura"}}},
    "first day": {"due_date": {"column": "Vence", "format": "%d%m", "year_from": "Fecha"}},
    "0.01": {"amount": {"column": "Importe", "minor_units": True}},
    "regexp_extract": {"purchase_order": {"column": "Factura", "extract": "(.)"}},
    "upper(": {"purchase_order": {"column": "Factura", "upper": True}},
    "'P-' ||": {"purchase_order": {"column": "Factura", "prefix": "P-"}},
    "turns": {"amount": {"column": "Importe", "negate_when": {"column": "Factura", "values": ["H"]}}},
}


def compiled(**columns: object) -> str:
    plain = receivables_source()
    settings = plain | {"columns": {**plain["columns"], **columns}}
    raw = RawTable(HEADERS, parquet("x"), all_text(len(HEADERS)))
    return render(compile_mapping(Source.model_validate(settings), load_contract("receivables"), "acme", raw).select)


@pytest.mark.parametrize("mark", SPECIAL)
def test_a_plain_mapping_has_no_part_of_an_option_it_does_not_use(mark) -> None:
    assert mark.lower() in compiled(**SPECIAL[mark]).lower()
    assert mark.lower() not in compiled().lower()


def test_rules_about_columns_that_are_not_mapped_are_not_judged_row_by_row() -> None:
    assert "breaks cleared_on_possible" in compiled(cleared_on="Fecha")
    assert "breaks cleared_on_possible" not in compiled()
    assert "breaks due_date_possible" in compiled()


def test_a_rule_that_asks_for_one_of_several_columns_is_judged_though_none_is_mapped(bench: Bench) -> None:
    bench.write("exports/ledger.csv", csv_text(*ROWS))
    bench.write("exports/contacts.csv", "customer_id;contact_id;role\nC1;K1;reminder\n")
    columns = {name: name for name in ("customer_id", "contact_id", "role")}
    contacts = {
        "name": "contacts",
        "contract": "contacts",
        "path": "exports/contacts.csv",
        "format": {"type": "csv", "delimiter": ";"},
        "columns": columns,
    }
    extraction = bench.extract(receivables_source(), contacts)
    ((reasons,),) = bench.query(extraction, "SELECT reasons FROM landing.quarantine")
    (rule,) = [rule for rule in load_contract("contacts").row_rules if rule.name == "contact_reachable"]
    assert reasons == [rule.description]
