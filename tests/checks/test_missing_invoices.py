"""`puntual check` counts the open documents whose file is missing, where a step attaches it."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import cast

import duckdb
import pytest

from tasks.checks.missing_invoices import missing_invoices
from tasks.segment.load import parse_strategy
from tasks.segment.strategy import Strategy
from tasks.settings.attachments import AttachmentSettings
from tasks.settings.load import Workspace

_DAY = """
CREATE SCHEMA decide; CREATE SCHEMA staging; CREATE SCHEMA policy;
CREATE TABLE policy.step_messages AS SELECT 'usual' AS ladder, 1 AS step_rank, ['invoices'] AS attachments;
CREATE TABLE staging.open_receivables AS
    SELECT 'acme' AS company_id, 'C' || n AS customer_id, 'R' || n || '-' || k AS receivable_id, 'F' || n AS document_number
    FROM range(6) AS t(n), range(2) AS u(k);
CREATE TABLE decide.items AS
    SELECT company_id, receivable_id, CASE WHEN customer_id = 'C5' THEN 'other' ELSE 'usual' END AS ladder
    FROM staging.open_receivables;
UPDATE staging.open_receivables SET document_number = '../F4' WHERE customer_id = 'C4';
"""


def _strategy(*attachments: str) -> Strategy:
    first = {"step": "first", "after_due": 5, "message": {"attachments": list(attachments)}}
    return parse_strategy(
        {"ladders": {"usual": [first]}, "segments": [{"name": "everybody", "ladder": "usual"}]},
    )


def _workspace(root: Path, folder: str | None) -> Workspace:
    settings = None if folder is None else AttachmentSettings(invoices=folder)
    sending = SimpleNamespace(attachments=settings)
    return cast(
        "Workspace",
        SimpleNamespace(settings=SimpleNamespace(sending=sending), paths=SimpleNamespace(root=root)),
    )


def _told(root: Path, folder: str | None, strategy: Strategy) -> list[str]:
    with duckdb.connect() as connection:
        connection.execute(_DAY)
        problems = list(missing_invoices(connection, _workspace(root, folder), strategy))
    assert {problem.severity for problem in problems} <= {"warning"}
    return [problem.what for problem in problems]


def test_documents_without_a_file_are_counted_once_each_and_by_reason(tmp_path: Path) -> None:
    (tmp_path / "F1.pdf").write_bytes(b"%PDF-1.7")
    (tmp_path / "F2.pdf").write_bytes(b"%PDF-1.7")
    assert _told(tmp_path, ".", _strategy("invoices")) == [
        "3 of 5 open documents that steps attach have no file (no file name 1, not found 2)"
    ]


def test_nothing_is_told_where_no_step_attaches_invoices(tmp_path: Path) -> None:
    assert _told(tmp_path, ".", _strategy("statement")) == []


@pytest.mark.parametrize(
    ("folder", "what"), [(None, "is missing, and steps of strategy.yaml attach invoices"), ("nowhere", "nowhere is no")]
)
def test_a_folder_that_is_not_named_or_not_there_is_told(tmp_path: Path, folder: str | None, what: str) -> None:
    (told,) = _told(tmp_path, folder, _strategy("invoices"))
    assert told.startswith(what)
