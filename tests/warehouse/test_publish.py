from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import time
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from tasks.paths import PROGRAM, WorkspacePaths
from tasks.warehouse.catalogue import column_comment, published_tables
from tasks.warehouse.publish import PublishFailed, publish

FIRST, SECOND, THIRD, FOURTH = (f"20260506-0000000{digit}" for digit in "abcd")


def rows_of(path: Path, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def fingerprint(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table, in the order of the file."""
    return {table.name: rows_of(path, f"FROM mart.{table.name} ORDER BY rowid") for table in published_tables()}


def change(work_db: Path, sql: str) -> None:
    with duckdb.connect(str(work_db)) as connection:
        connection.execute(sql)


def test_every_published_table_has_its_contracts_columns_in_order_and_type(work_db, paths, settings) -> None:
    published = publish(work_db, paths, run_id=FIRST, settings=settings)
    found = rows_of(
        published.path,
        "SELECT table_name, column_name, data_type, NOT is_nullable, comment FROM duckdb_columns() "
        "WHERE schema_name = 'mart' ORDER BY table_name, column_index",
    )
    expected = [
        (table.name, column.name, column.type, column.is_required, column_comment(table, column.name))
        for table in published_tables()
        for column in table.columns
    ]
    assert found == expected


def test_every_published_table_is_explained_by_a_comment(work_db, paths, settings) -> None:
    published = publish(work_db, paths, run_id=FIRST, settings=settings)
    comments = rows_of(published.path, "SELECT table_name, comment FROM duckdb_tables() ORDER BY table_name")
    assert comments == [(table.name, table.description) for table in published_tables()]


def test_only_the_mart_schema_is_published(work_db, paths, settings) -> None:
    published = publish(work_db, paths, run_id=FIRST, settings=settings)
    assert rows_of(published.path, "SELECT DISTINCT schema_name FROM duckdb_tables()") == [("mart",)]
    assert rows_of(published.path, "SELECT count(*) FROM duckdb_views() WHERE NOT internal") == [(0,)]


def test_amounts_are_published_to_the_cent(work_db, paths, settings) -> None:
    published = publish(work_db, paths, run_id=FIRST, settings=settings)
    totals = rows_of(published.path, "SELECT currency, sum(open_amount) FROM mart.receivables GROUP BY 1 ORDER BY 1")
    assert totals == [("CLP", Decimal("90000.00")), ("EUR", Decimal("1600.00"))]


def test_recipients_names_and_addresses_are_not_published(work_db, paths, settings) -> None:
    published = publish(work_db, paths, run_id=FIRST, settings=settings)
    everything = repr(fingerprint(published.path))
    for personal in ("pagos@example.com", "ana@@example.com", "Tesorería", "Pilar Gil", "+34 900 000 000"):
        assert personal not in everything


def test_the_same_work_database_published_twice_gives_the_same_rows_in_the_same_order(work_db, paths, settings) -> None:
    first = fingerprint(publish(work_db, paths, run_id=FIRST, settings=settings).path)
    second = fingerprint(publish(work_db, paths, run_id=SECOND, settings=settings).path)
    assert first == second


def test_the_pointer_names_the_newest_file_by_a_relative_link(work_db, paths, settings) -> None:
    publish(work_db, paths, run_id=FIRST, settings=settings)
    published = publish(work_db, paths, run_id=SECOND, settings=settings)
    assert paths.current_warehouse.readlink() == Path(f"{SECOND}.duckdb")
    assert paths.current_warehouse.resolve() == published.path.resolve()


def test_nothing_half_written_stays_behind(work_db, paths, settings) -> None:
    publish(work_db, paths, run_id=FIRST, settings=settings)
    assert sorted(path.name for path in paths.warehouses.iterdir()) == [f"{FIRST}.duckdb", "current.duckdb"]


def test_only_the_newest_files_are_kept(work_db, paths, settings) -> None:
    for run_id in (FIRST, SECOND, THIRD, FOURTH):
        publish(work_db, paths, run_id=run_id, settings=settings.model_copy(update={"keep_runs": 2}))
    assert sorted(path.name for path in paths.warehouses.glob("*-*.duckdb")) == [f"{THIRD}.duckdb", f"{FOURTH}.duckdb"]


def test_what_a_dead_run_left_half_written_is_removed_a_day_later(work_db, paths, settings) -> None:
    paths.warehouses.mkdir(parents=True)
    old, fresh = (
        paths.warehouses / "20250101-00000000.duckdb.partial",
        paths.warehouses / "20260506-00000001.duckdb.partial",
    )
    for path in (old, fresh):
        path.touch()
    two_days_ago = time.time() - 2 * 86_400
    os.utime(old, (two_days_ago, two_days_ago))
    publish(work_db, paths, run_id=FIRST, settings=settings)
    assert not old.exists()
    assert fresh.exists()


@pytest.mark.parametrize(
    ("damage", "complaint"),
    [
        pytest.param(
            "CREATE OR REPLACE VIEW mart.payments AS SELECT * EXCLUDE (amount), 1 AS surprise FROM staging.payments",
            r"mart.payments.*missing \['amount'\].*not in the contract \['surprise'\]",
            id="a view and its contract differ",
        ),
        pytest.param(
            "CREATE OR REPLACE VIEW mart.payments AS SELECT * FROM staging.payments UNION ALL SELECT * FROM staging.payments",
            r"mart.payments: more than one row for \d of its keys \(company_id, payment_id\)",
            id="two rows of one key",
        ),
        pytest.param(
            "UPDATE staging.payments SET paid_on = NULL WHERE payment_id = 'P1'",
            r"mart.payments: a row does not fit its contract.*paid_on",
            id="a required value is missing",
        ),
        pytest.param(
            "CREATE OR REPLACE VIEW mart.payments AS SELECT * REPLACE (1e30 AS amount) FROM staging.payments",
            r"mart.payments: a row does not fit its contract",
            id="an amount that does not fit",
        ),
    ],
)
def test_a_failed_publish_says_why_and_leaves_the_former_warehouse(work_db, paths, settings, damage, complaint) -> None:
    publish(work_db, paths, run_id=FIRST, settings=settings)
    change(work_db, damage)
    with pytest.raises(PublishFailed, match=complaint):
        publish(work_db, paths, run_id=SECOND, settings=settings)
    assert paths.current_warehouse.resolve().name == f"{FIRST}.duckdb"
    assert sorted(path.name for path in paths.warehouses.iterdir()) == [f"{FIRST}.duckdb", "current.duckdb"]


def test_a_workspace_path_with_a_quote_in_it_is_no_obstacle(work_db, tmp_path, settings) -> None:
    published = publish(work_db, WorkspacePaths(tmp_path / "L'Oli d'oliva"), run_id=FIRST, settings=settings)
    assert published.path.exists()


READER = textwrap.dedent(
    """
    import sys, time
    from pathlib import Path
    from tasks.paths import WorkspacePaths
    from tasks.warehouse.query import query

    paths, stop, reads, runs = WorkspacePaths(Path(sys.argv[1])), Path(sys.argv[2]), 0, set()
    while not stop.exists():
        result = query(paths, "SELECT (SELECT run_id FROM mart.runs WHERE is_current), count(*), sum(open_amount) "
                              "FROM mart.receivables WHERE currency = 'EUR'")
        run_id, count, amount = result.rows[0]
        assert (count, str(amount)) == (3, "1600.00"), result
        reads, runs = reads + 1, runs | {run_id}
        time.sleep(0.1)
    print(reads, len(runs))
    """
)


def test_an_analyst_reads_ten_times_a_second_through_ten_publishes_without_an_error(
    work_db, paths, settings, tmp_path
) -> None:
    stop = tmp_path / "stop"
    publish(work_db, paths, run_id="20260506-00000000", settings=settings)
    reader = subprocess.Popen(
        [sys.executable, "-c", READER, str(paths.root), str(stop)],
        cwd=PROGRAM,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    for number in range(1, 11):
        run_id = f"20260506-000000{number:02d}"
        change(work_db, f"UPDATE run.parameters SET run_id = '{run_id}'")  # noqa: S608
        # One file kept: the reader's file is removed under its hands each time.
        publish(work_db, paths, run_id=run_id, settings=settings.model_copy(update={"keep_runs": 1}))
        time.sleep(0.15)
    stop.touch()
    out, err = reader.communicate(timeout=60)
    assert reader.returncode == 0, err
    reads, runs_seen = map(int, out.split())
    assert reads >= 10
    assert runs_seen >= 3


def test_a_run_for_a_past_day_is_written_and_does_not_become_the_present(work_db, paths, settings) -> None:
    present = publish(work_db, paths, run_id="20260506-aaaaaaaa", settings=settings)
    past = publish(work_db, paths, run_id="20260115-bbbbbbbb", settings=settings)
    assert past.path.exists()
    assert paths.current_warehouse.resolve() == present.path.resolve()
