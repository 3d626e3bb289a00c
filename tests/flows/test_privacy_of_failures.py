"""A run that fails tells operations what to do and repeats nothing of a debtor: neither in states, logs nor artifacts.

The days run in a process of their own (failing_days.py), so that no other test decides what Prefect logs. They run once, and
each test here reads back what Prefect's server holds of one of them.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import (
    ArtifactFilter,
    ArtifactFilterFlowRunId,
    FlowRunFilter,
    FlowRunFilterTags,
    LogFilter,
    LogFilterFlowRunId,
)
from prefect.client.schemas.objects import Artifact, FlowRun, Log, TaskRun
from prefect.client.schemas.sorting import LogSort
from prefect.settings import PREFECT_API_URL
from pydantic import BaseModel

from tests.flows.conftest import CONTACTS, INVOICES, PAYMENTS, SETTINGS, write_workspace

ROOT = Path(__file__).parents[2]
PAGE = 200
DAYS_MAY_TAKE = 240.0
SERVER_MAY_TAKE = 90.0
# All names and addresses of the fixtures contain one of these; the last is a number in a line that cannot be read.
CANARIES = ("anari", "debtor.example", "600123123")
UNREADABLE = 'P-2,F-1,C1,2026-06-15,"Canario Uno SL" 600123123,1,2,canario.uno@debtor.example\n'
TOLERANT = SETTINGS.replace("    fresh_within_days: 3\n", "    fresh_within_days: 3\n    max_reject_share: 1\n")

Item = TypeVar("Item", bound=BaseModel)


@dataclass(frozen=True)
class Day:
    """A day: its files, the error it ends with (empty: none), what operations read of that, and the task that ends last."""

    name: str
    files: dict[str, str]
    error: str
    told: str
    last_task: str


DAYS = (
    Day(
        "no-header-line",
        {"invoices": INVOICES.partition("\n")[2], "contacts": CONTACTS.partition("\n")[2]},
        error="SourceProblem",
        told="it seems to have no header line",
        last_task="extract-",
    ),
    Day(
        "unreadable-line",
        {"payments": PAYMENTS + UNREADABLE, "puntual": TOLERANT},
        error="",
        told="run-summary-acme",
        last_task="tidy after",
    ),
    Day(
        "too-many-unreadable-lines",
        {"payments": PAYMENTS + UNREADABLE},
        error="DatasetRejected",
        told="1 of 2 rows are in quarantine",
        last_task="validate ",
    ),
    Day("broken-model", {}, error="DatabaseFailed", told="staging.broken: ConversionException", last_task="score "),
)


@dataclass(frozen=True)
class Kept:
    """What the server holds of one day."""

    flow_runs: list[FlowRun]
    task_runs: list[TaskRun]
    logs: list[Log]
    artifacts: list[Artifact]

    def is_whole(self, day: Day) -> bool:
        """Whether everything came: states of tasks reach the server's database a little after they happened."""
        runs = (*self.flow_runs, *self.task_runs)
        return (
            bool(self.logs)
            and all(run.state is not None and run.state.is_final() for run in runs)
            and any(run.name.startswith(day.last_task) for run in self.task_runs)
        )


@pytest.fixture(scope="module")
def days(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the days, all of which have run."""
    folder = tmp_path_factory.mktemp("days")
    for day in DAYS:
        write_workspace(folder / day.name, **day.files)
    api_url = PREFECT_API_URL.value()
    assert api_url is not None
    surroundings = {
        "PREFECT_API_URL": api_url,
        "PREFECT_HOME": str(tmp_path_factory.mktemp("prefect")),
        "PREFECT_LOGGING_LEVEL": "DEBUG",
        "PREFECT_LOGGING_TO_API_ENABLED": "true",
        "PYTHONPATH": str(ROOT),
    }
    command = [sys.executable, str(Path(__file__).with_name("failing_days.py")), str(folder)]
    with (folder / "output.log").open("wb") as output:
        ended = subprocess.run(
            command, check=False, stdout=output, stderr=output, env=os.environ | surroundings, timeout=DAYS_MAY_TAKE
        )
    assert ended.returncode == 0, (folder / "output.log").read_text()[-2000:]
    return folder


@pytest.mark.parametrize("day", DAYS, ids=lambda day: day.name)
def test_operations_learn_what_to_do_and_nothing_of_a_debtor(day: Day, days: Path) -> None:
    assert json.loads((days / "ends.json").read_text())[day.name] == day.error
    until = time.monotonic() + SERVER_MAY_TAKE
    while not (kept := asyncio.run(held_of(day))).is_whole(day) and time.monotonic() < until:
        time.sleep(0.2)
    texts = [as_text(kept.flow_runs), as_text(kept.task_runs), as_text(kept.logs), as_text(kept.artifacts)]
    assert canaries_in(*texts) == []
    assert kept.is_whole(day)
    where_it_is_told = texts[:3] if day.error else texts[3:]
    assert [day.told in text for text in where_it_is_told] == [True] * len(where_it_is_told)


def test_the_logs_of_the_process_have_nothing_of_a_debtor(days: Path) -> None:
    texts = [(days / name).read_text(encoding="utf-8") for name in ("process.log", "output.log")]
    assert all(day.told in texts[0] for day in DAYS if day.error)
    assert canaries_in(*texts) == []


def canaries_in(*texts: str) -> list[str]:
    return [canary for canary in CANARIES if any(canary in text for text in texts)]


def as_text(items: Sequence[BaseModel]) -> str:
    return json.dumps([item.model_dump(mode="json") for item in items], ensure_ascii=False)


async def held_of(day: Day) -> Kept:
    """The flow runs of a day with its sub-flows, their task runs (each with its state), logs and artifacts."""
    its_runs = FlowRunFilter(tags=FlowRunFilterTags(all_=[day.name]))
    async with get_client() as client:
        flow_runs = await all_pages(partial(client.read_flow_runs, flow_run_filter=its_runs))
        ids = [run.id for run in flow_runs]
        its_logs = LogFilter(flow_run_id=LogFilterFlowRunId(any_=ids))
        its_artifacts = ArtifactFilter(flow_run_id=ArtifactFilterFlowRunId(any_=ids))
        return Kept(
            flow_runs,
            await all_pages(partial(client.read_task_runs, flow_run_filter=its_runs)),
            await all_pages(partial(client.read_logs, log_filter=its_logs, sort=LogSort.TIMESTAMP_ASC)),
            await all_pages(partial(client.read_artifacts, artifact_filter=its_artifacts)),
        )


async def all_pages(read: Callable[..., Awaitable[list[Item]]]) -> list[Item]:
    found: list[Item] = []
    while True:
        page = await read(limit=PAGE, offset=len(found))
        found += page
        if len(page) < PAGE:
            return found
