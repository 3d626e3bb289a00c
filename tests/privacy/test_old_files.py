"""What `puntual prune` deletes: old personal files, and nothing that is the state of a company."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tasks.paths import WorkspacePaths
from tasks.privacy.files import files_about_a_subject, files_before

KEPT = (
    "ledger.sqlite",
    "ledger.id",
    "decisions/20240101-00000001.parquet",
    "models/one/model.json",
    "landing/receivables/invoices/k/rows.parquet",
    "warehouse/20260601-00000001.duckdb",
    "runs/20260601-00000001/report.html",
    "runs/notes/mine.txt",
    "outbox/2026-06-01/aa.eml",
)
OLD = (
    "runs/20240101-00000001/report.html",
    "outbox/2024-01-01/aa.eml",
    "statements/2024-01-01-c00042/reply.txt",
    "warehouse/20240102-00000001.duckdb",
)


@pytest.fixture
def paths(tmp_path: Path) -> WorkspacePaths:
    made = WorkspacePaths(tmp_path)
    for name in (*KEPT, *OLD, "warehouse/20240101-00000001.duckdb"):
        path = made.state / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x", encoding="utf-8")
    made.current_warehouse.symlink_to("20240101-00000001.duckdb")
    return made


def test_old_files_go_and_the_state_and_the_current_warehouse_stay(paths: WorkspacePaths) -> None:
    deletion = files_before(paths, date(2025, 6, 1))
    assert all((paths.state / name).exists() for name in OLD)  # looking deletes nothing
    assert deletion.size == len(OLD)
    deletion.carry_out()
    assert [name for name in OLD if (paths.state / name).exists()] == []
    assert [name for name in KEPT if not (paths.state / name).exists()] == []
    assert paths.current_warehouse.resolve().name == "20240101-00000001.duckdb"
    assert paths.current_warehouse.exists()


def test_nothing_of_a_subjects_messages_stays_in_the_outbox_nor_in_its_lists(tmp_path: Path) -> None:
    paths = WorkspacePaths(tmp_path)
    mine, other = "a" * 32, "b" * 32
    days = {
        "2026-06-01": (f"{mine}.eml", f".{mine}.4711", f".{mine}.pdf.4711", f"{other}.eml", "manifest.csv", ".lock"),
        "2026-06-02": (f"{other}.eml", "manifest.csv"),
    }
    for day, names in days.items():
        (paths.outbox / day).mkdir(parents=True)
        for name in names:
            (paths.outbox / day / name).write_text("x", encoding="utf-8")
    files_about_a_subject(paths, [mine]).carry_out()
    left = {day: sorted(path.name for path in (paths.outbox / day).iterdir()) for day in days}
    assert left == {"2026-06-01": [".lock", f"{other}.eml"], "2026-06-02": [f"{other}.eml", "manifest.csv"]}
