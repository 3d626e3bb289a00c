"""Several runs that write the Data Docs of one workspace at once leave the complete pages of one of them."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tasks.paths import PROGRAM
from tasks.validate import suites
from tasks.validate.page_folder import replacing

PAGES = ("index.html", "a.html", "b.html")
WRITER = """
import sys
from pathlib import Path
from tasks.validate.page_folder import replacing
for turn in range(40):
    with replacing(Path(sys.argv[1])) as building:
        for name in ("index.html", "a.html", "b.html"):
            (building / name).write_text(f"{sys.argv[2]} {turn}")
"""


def write(folder: Path, text: str) -> None:
    with replacing(folder) as building:
        for page in PAGES:
            (building / page).write_text(text)


def pages(folder: Path) -> list[str]:
    return [(folder / page).read_text() for page in PAGES]


def test_rival_threads_leave_the_pages_of_one_and_nothing_else(tmp_path: Path) -> None:
    docs, together = tmp_path / "data_docs", threading.Barrier(4)

    def rival(name: int) -> None:
        together.wait(timeout=20)
        for turn in range(50):
            write(docs, f"{name} {turn}")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(rival, range(4)))
    assert len(set(pages(docs))) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["data_docs"]


def test_rival_processes_leave_the_pages_of_one_and_nothing_else(tmp_path: Path) -> None:
    docs = tmp_path / "data_docs"
    rivals = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(docs), str(number)], cwd=PROGRAM) for number in range(2)
    ]
    assert [rival.wait(timeout=60) for rival in rivals] == [0, 0]
    assert len(set(pages(docs))) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["data_docs"]


def test_a_block_that_fails_leaves_the_former_pages(tmp_path: Path) -> None:
    docs = tmp_path / "data_docs"
    write(docs, "former")
    with pytest.raises(FileNotFoundError), replacing(docs) as building:
        (building / "nowhere" / "index.html").write_text("half")
    assert pages(docs) == ["former"] * 3
    assert [path.name for path in tmp_path.iterdir()] == ["data_docs"]


def test_what_a_killed_process_left_is_removed_and_what_a_living_one_builds_is_not(tmp_path: Path) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait(timeout=20)
    dead, living = (tmp_path / f"data_docs.partial-0a-{pid}" for pid in (gone.pid, os.getpid()))
    dead.mkdir()
    living.mkdir()
    write(tmp_path / "data_docs", "new")
    assert not dead.exists()
    assert living.exists()


def test_what_cannot_be_replaced_is_an_error_and_not_an_endless_wait(tmp_path: Path) -> None:
    (tmp_path / "data_docs").write_text("a file")
    with pytest.raises(NotADirectoryError), replacing(tmp_path / "data_docs"):
        pass


def test_a_check_during_a_run_does_not_take_its_pages_away(landing, monkeypatch: pytest.MonkeyPatch) -> None:
    landing.source("ledger", "receivables", [{}])
    finish, rivals = suites.finish_data_docs, [landing]

    def finish_after_a_rival(*arguments: object) -> None:
        if rivals:
            rivals.pop().validate()
        finish(*arguments)

    monkeypatch.setattr(suites, "finish_data_docs", finish_after_a_rival)
    docs = landing.validate().data_docs
    assert docs.is_file()
    assert [path.name for path in docs.parent.parent.glob("data_docs*")] == ["data_docs"]
