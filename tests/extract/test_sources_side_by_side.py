"""Sources land at the same time: results keep the order of the settings, and an early end stops the rest."""

from __future__ import annotations

import threading

import pytest

from tasks.extract import extract
from tasks.extract.run import Progress
from tasks.problems import SourceProblem
from tests.extract.bench import AS_OF, ROWS, Bench, csv_text, receivables_source

NAMES = ("north", "south", "east", "west")


def _sources(bench: Bench) -> list[dict[str, object]]:
    for number, one in enumerate(NAMES, start=1):
        bench.write(f"exports/{one}.csv", csv_text(*(row.replace(";F", f";{one}-") for row in ROWS[:number])))
    return [receivables_source(name=one, path=f"exports/{one}.csv") for one in NAMES]


def test_sources_come_back_in_the_order_of_the_settings(bench: Bench) -> None:
    seen: list[Progress] = []
    extraction = extract(bench.settings(*_sources(bench)), as_of=AS_OF, on_progress=seen.append)
    assert [(file.source, file.landed) for file in extraction.files] == [
        ("north", 1), ("south", 2), ("east", 3), ("west", 3)
    ]  # fmt: skip
    assert [(one.source, one.done, one.total) for one in seen] == [
        (name, number, 4) for number, name in enumerate(NAMES, start=1)
    ]


def test_problems_of_all_sources_are_told_at_once(bench: Bench) -> None:
    sources = _sources(bench)
    for one in ("north", "east"):
        bench.write(f"exports/{one}.csv", "")
    with pytest.raises(SourceProblem) as raised:
        bench.extract(*sources)
    assert [problem.where for problem in raised.value.problems] == ["exports/north.csv", "exports/east.csv"]


def test_an_early_end_leaves_no_thread_and_nothing_half_made(bench: Bench) -> None:
    def stop(_: Progress) -> None:
        raise KeyboardInterrupt

    workspace = bench.settings(*_sources(bench))
    with pytest.raises(KeyboardInterrupt):
        extract(workspace, as_of=AS_OF, on_progress=stop)
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("extract")]
    assert not list(workspace.paths.landing.rglob("*.partial-*"))
    assert len(extract(workspace, as_of=AS_OF).files) == len(NAMES)
