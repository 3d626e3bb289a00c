"""Landed rows stand in file order, whatever runs side by side: row numbers are what users find their rows by."""

from __future__ import annotations

import duckdb
import pytest
from sqlglot import exp

from tasks.contracts.load import load_contract
from tasks.extract.expressions import render
from tasks.extract.mapping import compile_mapping
from tasks.extract.raw import RawTable, all_text, raw_name
from tasks.settings.sources import Source
from tests.extract.bench import HEADER, Bench, receivables_source

ROW_GROUPS = 4
ROW_GROUP_ROWS = 122_880


def test_the_rows_of_a_large_file_keep_their_order(bench: Bench) -> None:
    lines = (f"C1;F{number:07};01/04/2026;01/05/2026;EUR;10,00\n" for number in range(ROW_GROUPS * ROW_GROUP_ROWS))
    bench.write("exports/ledger.csv", HEADER + "\n" + "".join(lines))
    extraction = bench.extract(receivables_source())
    out_of_order = "SELECT count(*) FROM landing.receivables WHERE receivable_id <> printf('F%07d', file_row - 1)"
    assert bench.query(extraction, out_of_order) == [(0,)]


@pytest.mark.parametrize("contract_name", ["customers", "contacts", "receivables", "payments"])
def test_no_mapping_needs_a_join(contract_name: str) -> None:
    """DuckDB keeps the order of rows through everything that a mapping compiles to but a join."""
    contract = load_contract(contract_name)
    headers = tuple(column.name for column in contract.columns)
    long_list = {"column": headers[-1], "blank": [str(number) for number in range(200)]}
    columns = {header: header for header in headers} | {headers[-1]: long_list}
    source = Source.model_validate({"name": "s", "contract": contract_name, "path": "x.csv", "columns": columns})
    with duckdb.connect() as connection:
        names = [raw_name(index) for index in range(len(headers))]
        connection.execute(f"CREATE TABLE t ({', '.join(f'{name} VARCHAR' for name in names)})")
        connection.execute(f"INSERT INTO t VALUES ({', '.join('?' for _ in names)})", list(headers))  # noqa: S608 - question marks
        mapped = compile_mapping(source, contract, "acme", RawTable(headers, exp.to_table("t"), all_text(len(headers))))
        plan = connection.execute(f"EXPLAIN {render(mapped.select)}").fetchall()[0][1]
    assert "JOIN" not in plan
