"""The landing relations of a run are those of docs/architecture.md."""

from __future__ import annotations

import duckdb
import pytest

from tasks.contracts.load import load_contract
from tasks.extract import attach_landing
from tests.extract.bench import ROWS, Bench, csv_text

CONTRACTS = ("customers", "contacts", "receivables", "payments", "direct_debits", "orders")
PROVENANCE = [
    ("custom_references", "MAP(VARCHAR, VARCHAR)"),
    ("source", "VARCHAR"),
    ("file", "VARCHAR"),
    ("file_row", "BIGINT"),
]


def described(bench: Bench, relation: str) -> list[tuple[str, str]]:
    extraction = bench.extract()
    return [(str(row[0]), str(row[1])) for row in bench.query(extraction, f"DESCRIBE landing.{relation}")]


@pytest.mark.parametrize("contract", CONTRACTS)
@pytest.mark.parametrize(
    "lines", [ROWS, (*ROWS, ROWS[0]), (*ROWS, "broken")], ids=["good", "with duplicates", "with broken lines"]
)
def test_a_contracts_view_has_its_columns_and_types_in_order(
    bench: Bench, contract: str, lines: tuple[str, ...]
) -> None:
    bench.write("exports/ledger.csv", csv_text(*lines))
    expected = [(column.name, column.type) for column in load_contract(contract).columns]
    assert described(bench, contract) == expected + PROVENANCE


def test_the_counts_have_the_columns_that_were_agreed(bench: Bench) -> None:
    bench.write("exports/ledger.csv", csv_text(*ROWS, "x"))
    assert [column for column, _ in described(bench, "files")] == [
        "source", "contract", "file", "content_hash", "rows_in", "landed", "quarantined", "duplicates", "set_aside", "was_parsed",
    ]  # fmt: skip
    assert [column for column, _ in described(bench, "set_aside")] == [
        "source", "contract", "file", "reason", "rows",
    ]  # fmt: skip
    assert [column for column, _ in described(bench, "file_amounts")] == [
        "source", "contract", "file", "currency", "amount_in", "amount_landed", "amount_quarantined", "amount_duplicates",
    ]  # fmt: skip
    assert described(bench, "quarantine") == [
        ("contract", "VARCHAR"), ("source", "VARCHAR"), ("file", "VARCHAR"), ("file_row", "BIGINT"), ("kind", "VARCHAR"),
        ("reasons", "VARCHAR[]"), ("columns", "VARCHAR[]"), ("fixes", "VARCHAR[]"), ("raw_row", "VARCHAR"),
    ]  # fmt: skip


def test_contracts_without_a_source_are_empty_views(bench: Bench) -> None:
    bench.write("exports/ledger.csv", csv_text(*ROWS))
    assert bench.query(bench.extract(), "SELECT count(*) FROM landing.payments") == [(0,)]


def test_the_relations_can_be_created_again_in_the_same_database(bench: Bench) -> None:
    bench.write("exports/ledger.csv", csv_text(*ROWS))
    extraction, workspace = bench.extract(), bench.settings()
    with duckdb.connect() as connection:
        for _ in range(2):
            attach_landing(connection, workspace, extraction.files)
        assert connection.execute("SELECT count(*) FROM landing.files").fetchone() == (1,)
