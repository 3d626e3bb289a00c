"""The generated ledger is deterministic, has the promised shape, and its yardstick reads it."""

from __future__ import annotations

import duckdb
import pytest

from benchmarks.bare_load import load
from benchmarks.generate_ledger import FILES, generate
from benchmarks.measure import StageFailed, measure
from tasks.contracts.load import load_contract
from tasks.segment.load import load_strategy
from tasks.settings.load import load_workspace

ROWS = 20_000


@pytest.fixture(scope="module")
def ledger(tmp_path_factory):
    folder = tmp_path_factory.mktemp("ledger")
    generate(folder, rows=ROWS, threads=2)
    return folder


def header(folder, name):
    with (folder / "exports" / f"{name}.csv").open(encoding="utf-8") as file:
        return file.readline().strip().split(",")


def test_the_same_rows_give_the_same_bytes_on_any_number_of_threads(ledger, tmp_path):
    generate(tmp_path, rows=ROWS, threads=1)
    for name in FILES:
        path = f"exports/{name}.csv"
        assert (tmp_path / path).read_bytes() == (ledger / path).read_bytes(), name


def test_it_is_a_workspace_whose_columns_are_the_contracts(ledger):
    settings = load_workspace(ledger).settings
    load_strategy(ledger / "strategy.yaml")
    for source in settings.sources:
        assert header(ledger, source.name) == list(source.columns)
        assert all(load_contract(source.contract).column(name) for name in source.columns)


def test_about_nine_tenths_are_settled_and_a_thousandth_is_there_twice(ledger):
    with duckdb.connect() as connection:
        for name in ("receivables", "payments"):
            path = ledger / "exports" / f"{name}.csv"
            connection.execute(f"CREATE TABLE {name} AS SELECT * FROM read_csv('{path}')")  # noqa: S608
        rows, distinct, open_share = connection.execute("""
            SELECT count(*), count(DISTINCT r.receivable_id), avg((coalesce(p.paid, 0) < r.amount)::INTEGER)
            FROM receivables AS r
            LEFT JOIN (SELECT document_number, sum(amount) AS paid FROM payments GROUP BY 1) AS p USING (document_number)
        """).fetchone()
    assert distinct == ROWS
    assert 0 < rows - distinct < 0.002 * ROWS
    assert 0.08 < open_share < 0.16


def test_duckdb_alone_loads_every_file(ledger):
    rows = load(ledger, threads=1, memory_limit="500MB")
    assert rows["receivables"] >= ROWS
    assert rows["customers"] == ROWS // 20
    assert not (ledger / ".puntual" / "bare.duckdb").exists()


def test_a_stage_is_measured_in_a_process_of_its_own(ledger):
    measured = measure("load", "benchmarks.stages", str(ledger), "--threads", "1")
    assert measured.figures["receivables"] >= ROWS
    assert 0 < measured.seconds < measured.process_seconds
    assert 20 < measured.peak_mib < 2000


def test_a_stage_that_fails_is_not_a_measurement(tmp_path):
    with pytest.raises(StageFailed, match="load"):
        measure("load", "benchmarks.stages", str(tmp_path / "nowhere"))
