"""What a mapping does not ask for costs nothing: the SELECT of a plain mapping has no part of the special options."""

from __future__ import annotations

import pytest

from tasks.contracts.load import load_contract
from tasks.extract.expressions import parquet, render
from tasks.extract.mapping import compile_mapping
from tasks.extract.raw import RawTable, all_text
from tasks.settings.sources import Source
from tests.extract.bench import HEADER, receivables_source

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
