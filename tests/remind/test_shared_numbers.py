"""Numbers of documents that several customers have: found once, for all batches, and readable where the landed files are not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from tasks.paths import SQL
from tasks.remind.samples import sample_reminder
from tasks.remind.shared_numbers import with_shared_numbers
from tasks.warehouse.connection import open_for_reading
from tasks.warehouse.models import build_model, read_model

DOCUMENTS = [
    ("C1", "R1", "F-1"),
    ("C2", "R2", "F-2"),
    ("C1", "R3", "F-2"),  # settled long ago, and its file is still in the folder
    ("C1", "R4", "F-3"),
    ("C1", "R5", "F-3"),  # two instalments
    ("C1", "R6", "F 4"),
    ("C2", "R7", "F\u00a0 \u200b4"),
    ("C1", "R8", "F-8"),
    ("C2", "R9", "F-8"),  # shared, and no message lists it
]
LISTED = ["R1", "R2", "R4", "R5", "R6"]


def built(folder: Path, attachments: list[str]) -> Path:
    """A work database whose landing lies in Parquet files, as a run's does."""
    file = folder / "work.duckdb"
    with duckdb.connect(str(file)) as connection:
        connection.execute("CREATE SCHEMA landing; CREATE SCHEMA outgoing; CREATE SCHEMA policy")
        connection.execute(
            "CREATE TABLE documents (company_id VARCHAR, customer_id VARCHAR, receivable_id VARCHAR, document_number VARCHAR)"
        )
        connection.executemany("INSERT INTO documents VALUES ('acme', ?, ?, ?)", DOCUMENTS)
        connection.execute(f"COPY documents TO '{folder / 'rows.parquet'}'")
        connection.execute(f"CREATE VIEW landing.receivables AS FROM read_parquet('{folder / 'rows.parquet'}')")
        connection.execute("DROP TABLE documents")
        connection.execute(
            "CREATE TABLE outgoing.items AS SELECT 'acme' AS company_id, unnest($listed) AS receivable_id",
            {"listed": LISTED},
        )
        connection.execute(
            "CREATE TABLE policy.step_messages AS SELECT 'usual' AS ladder, 1 AS step_rank, $kinds::VARCHAR[] AS attachments",
            {"kinds": attachments},
        )
        build_model(connection, read_model(SQL / "outgoing" / "shared_numbers.sql"))
    return file


def test_a_number_is_shared_by_whoever_has_it_also_in_settled_documents_and_other_blanks(tmp_path: Path) -> None:
    with open_for_reading(built(tmp_path, ["statement", "invoices"])) as connection:
        found = connection.execute("SELECT document_number FROM outgoing.shared_numbers ORDER BY ALL").fetchall()
    assert found == [("F 4",), ("F-2",)]


def test_nothing_is_looked_for_where_no_step_attaches_invoices(tmp_path: Path) -> None:
    with open_for_reading(built(tmp_path, ["statement"])) as connection:
        assert connection.execute("SELECT count(*) FROM outgoing.shared_numbers").fetchall() == [(0,)]


@pytest.mark.parametrize(("attachments", "marked"), [(("invoices",), ["F-2"]), ((), [])])
def test_messages_are_marked_without_the_landed_files_which_a_batch_may_not_read(
    tmp_path: Path, attachments: tuple[str, ...], marked: list[str]
) -> None:
    sample = sample_reminder(purpose="overdue", language="es")
    numbers = ["F-1", "F-2", "F-3", "F-9"]
    items = tuple(replace(sample.items[0], document_number=number) for number in numbers)
    reminder = replace(sample, items=items, attachments=attachments)
    with open_for_reading(built(tmp_path, ["invoices"])) as connection:
        (read,) = with_shared_numbers(connection, [reminder])
    assert [item.document_number for item in read.items if item.is_number_shared] == marked
