from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys

import psycopg
import pytest

from tasks.ledger.opening import open_ledger
from tasks.ledger.schema import HEAD
from tasks.paths import PROGRAM
from tasks.problems import LedgerProblem


@pytest.fixture(params=["sqlite", "postgresql"])
def untouched(request, tmp_path, monkeypatch, workspace_at):
    """A workspace that never had a ledger."""
    if request.param == "sqlite":
        return workspace_at(tmp_path)
    monkeypatch.setenv("TEST_LEDGER_URL", request.getfixturevalue("postgres_database"))
    return workspace_at(tmp_path, "TEST_LEDGER_URL")


def open_and_close(workspace, clock) -> str:
    with open_ledger(workspace, clock=clock) as ledger:
        return ledger.ledger_id


def test_a_first_opening_makes_a_ledger_and_a_second_finds_it(untouched, clock) -> None:
    first = open_and_close(untouched, clock)
    assert untouched.paths.ledger_marker.exists()
    assert open_and_close(untouched, clock) == first


def test_sqlite_is_opened_so_that_a_commit_reaches_the_disk(sqlite_ledger) -> None:
    with sqlite_ledger._store.writing() as connection:
        read = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert read == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 60_000}


def test_only_the_owner_may_read_the_file(tmp_path, workspace_at, clock) -> None:
    workspace = workspace_at(tmp_path)
    open_and_close(workspace, clock)
    assert workspace.paths.ledger.stat().st_mode & 0o077 == 0


def test_a_missing_file_is_not_replaced_by_an_empty_one(sqlite_workspace, clock) -> None:
    open_and_close(sqlite_workspace, clock)
    sqlite_workspace.paths.ledger.unlink()
    with pytest.raises(LedgerProblem, match=r"is missing.*Restore the newest backup.*delete .*ledger\.id"):
        open_ledger(sqlite_workspace, clock=clock)
    assert not sqlite_workspace.paths.ledger.exists()


def test_deleting_the_marker_is_the_deliberate_way_to_begin_anew(sqlite_workspace, clock) -> None:
    first = open_and_close(sqlite_workspace, clock)
    sqlite_workspace.paths.ledger.unlink()
    sqlite_workspace.paths.ledger_marker.unlink()
    assert open_and_close(sqlite_workspace, clock) != first


def test_an_empty_file_in_place_of_the_ledger_is_refused(sqlite_workspace, clock) -> None:
    open_and_close(sqlite_workspace, clock)
    sqlite_workspace.paths.ledger.write_bytes(b"")
    with pytest.raises(LedgerProblem, match="holds no ledger, but this workspace had one"):
        open_ledger(sqlite_workspace, clock=clock)


def test_a_file_that_is_no_database_is_named(sqlite_workspace, clock) -> None:
    sqlite_workspace.paths.ledger.write_bytes(b"this is not a database, but long enough to be looked at" * 40)
    with pytest.raises(LedgerProblem, match=r"ledger\.sqlite: .*not a database.*Restore the newest backup"):
        open_ledger(sqlite_workspace, clock=clock)


def test_an_old_copy_that_was_put_back_is_refused(sqlite_workspace, clock, draft) -> None:
    ledger_file = sqlite_workspace.paths.ledger
    with open_ledger(sqlite_workspace, clock=clock) as ledger:
        draft.message("C1", {"R1": "10.00"})
        draft.plan_in(ledger)
    old_copy = ledger_file.with_suffix(".backup")
    shutil.copy(ledger_file, old_copy)
    with open_ledger(sqlite_workspace, clock=clock) as ledger:
        draft.claim_in(ledger)
    shutil.copy(ledger_file, newest := ledger_file.with_suffix(".newest"))
    shutil.copy(old_copy, ledger_file)
    with pytest.raises(LedgerProblem, match="is older than it was"):
        open_ledger(sqlite_workspace, clock=clock)
    shutil.copy(newest, ledger_file)
    open_and_close(sqlite_workspace, clock)


def test_another_ledger_than_before_is_refused(sqlite_workspace, tmp_path, clock, workspace_at) -> None:
    open_and_close(sqlite_workspace, clock)
    other = workspace_at(tmp_path / "other")
    open_and_close(other, clock)
    shutil.copy(other.paths.ledger, sqlite_workspace.paths.ledger)
    with pytest.raises(LedgerProblem, match="is another ledger than the one this workspace used before"):
        open_ledger(sqlite_workspace, clock=clock)


def test_moving_to_an_empty_postgresql_is_refused_where_there_was_a_file(
    sqlite_workspace, clock, postgres_database, monkeypatch, workspace_at
) -> None:
    open_and_close(sqlite_workspace, clock)
    monkeypatch.setenv("TEST_LEDGER_URL", postgres_database)
    with pytest.raises(LedgerProblem, match="holds no ledger, but this workspace had one"):
        open_ledger(workspace_at(sqlite_workspace.paths.root, "TEST_LEDGER_URL"), clock=clock)


def test_a_damaged_marker_is_named_with_the_way_out(sqlite_workspace, clock) -> None:
    open_and_close(sqlite_workspace, clock)
    sqlite_workspace.paths.ledger_marker.write_text("")
    with pytest.raises(LedgerProblem, match=r"ledger\.id: is not readable.*delete this file"):
        open_ledger(sqlite_workspace, clock=clock)


@pytest.fixture
def unused_place(tmp_path, workspace_at):
    return workspace_at(tmp_path, "TEST_LEDGER_URL")


@pytest.mark.parametrize(
    ("url", "said"),
    [
        (None, "the environment variable is not set"),
        ("not a url", "is not a URL"),
        ("mysql://localhost/x", "is not a PostgreSQL URL"),
        ("postgresql://someone:secret@127.0.0.1:1/x", "See that the database is up and reachable"),
    ],
)
def test_an_unusable_url_is_explained_without_its_password(unused_place, clock, monkeypatch, url, said) -> None:
    if url is not None:
        monkeypatch.setenv("TEST_LEDGER_URL", url)
    with pytest.raises(LedgerProblem, match=said) as raised:
        open_ledger(unused_place, clock=clock)
    assert "TEST_LEDGER_URL" in str(raised.value)
    assert "secret" not in str(raised.value)


def test_a_ledger_from_a_newer_version_is_refused_and_left_untouched(untouched, clock, request) -> None:
    open_and_close(untouched, clock)
    set_revision(untouched, request, "9999")
    with pytest.raises(LedgerProblem, match=r"schema '9999'.*newer version"):
        open_ledger(untouched, clock=clock)
    set_revision(untouched, request, HEAD)
    open_and_close(untouched, clock)


def set_revision(workspace, request, revision: str) -> None:
    statement = f"UPDATE alembic_version SET version_num = '{revision}'"  # noqa: S608 a constant of this file
    if workspace.settings.ledger.url_env is None:
        with sqlite3.connect(workspace.paths.ledger) as connection:
            connection.execute(statement)
    else:
        with psycopg.connect(request.getfixturevalue("postgres_database")) as connection:
            connection.execute(statement)


_OPEN = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from tasks.ledger.opening import open_ledger
from tasks.ledger.schema import HEAD
from tasks.settings.load import load_workspace
with open_ledger(load_workspace(Path(sys.argv[1])), clock=lambda: datetime(2026, 6, 1, tzinfo=UTC)) as ledger:
    print(ledger.ledger_id)
"""


def test_processes_that_open_a_new_workspace_together_agree_on_one_ledger(untouched, clock) -> None:
    children = [
        subprocess.Popen([sys.executable, "-c", _OPEN, str(untouched.paths.root)], cwd=PROGRAM, stdout=subprocess.PIPE)
        for _ in range(2)
    ]
    ids = {child.communicate(timeout=60)[0].decode().strip() for child in children}
    assert ids == {open_and_close(untouched, clock)}
