"""Records of a JSON export leave out keys without a value; a file without any key of the mapping is another file."""

from __future__ import annotations

import pytest

from tasks.problems import SourceProblem
from tests.extract.bench import Bench, receivables_source

COLUMNS: dict[str, object] = {
    "customer_id": "customer",
    "receivable_id": "id",
    "document_number": "id",
    "document_type": {"value": "invoice"},
    "invoice_date": {"column": "date", "format": "%Y-%m-%d"},
    "currency": {"value": "EUR"},
    "amount": "amount",
    "purchase_order": "links.order",
}
ROWS = {"set_aside": [{"reason": "test_mode", "when": [{"column": "mode", "is_in": ["test"]}]}]}


def test_a_key_that_no_record_has_is_blank(bench: Bench) -> None:
    bench.write("exports/one.json", '[{"customer": "C1", "id": "F1", "date": "2026-04-01", "amount": "12.50"}]')
    source = receivables_source(
        path="exports/one.json", format={"type": "json"}, columns=COLUMNS, rows=ROWS, decimals={"decimal": "."}
    )
    extraction = bench.extract(source)
    rows = bench.query(extraction, "SELECT document_number, purchase_order FROM landing.receivables")
    assert rows == [("F1", None)]


def test_a_file_without_any_key_of_the_mapping_is_refused(bench: Bench) -> None:
    bench.write("exports/one.json", '[{"kunde": "C1", "nummer": "F1"}]')
    source = receivables_source(path="exports/one.json", format={"type": "json"}, columns=COLUMNS, rows=ROWS)
    with pytest.raises(SourceProblem, match="customer"):
        bench.extract(source)
