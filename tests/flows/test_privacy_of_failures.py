"""A run that fails tells operations what to do and repeats nothing of a debtor: neither in states, logs nor artifacts."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import date
from functools import partial
from pathlib import Path

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.sorting import LogSort
from prefect.logging.handlers import APILogHandler
from prefect.settings import PREFECT_LOGGING_LEVEL, PREFECT_LOGGING_TO_API_ENABLED, temporary_settings
from pydantic import BaseModel

from flows.collect import collect
from tasks.problems import DatasetRejected, SourceProblem
from tasks.remind import door
from tasks.warehouse import models
from tasks.warehouse.errors import DatabaseFailed
from tests.flows.conftest import CONTACTS, INVOICES, PAYMENTS, SETTINGS

# One worker runs these, so that one Prefect server starts.
pytestmark = pytest.mark.xdist_group("prefect")

MakeWorkspace = Callable[..., Path]
DAY = date(2026, 6, 16)
PAGE = 200
ASKED_AGAIN = 20
# All names and addresses of the fixtures contain one of these; the last is a number in a line that cannot be read.
CANARIES = ("anari", "debtor.example", "600123123")
UNREADABLE = 'P-2,F-1,C1,2026-06-15,"Canario Uno SL" 600123123,1,2,canario.uno@debtor.example\n'


@pytest.fixture(autouse=True)
def everything_is_kept(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Retries follow at once, and the server keeps every log line."""
    monkeypatch.setattr(door.send_batch, "retry_delay_seconds", [0.0, 0.0])
    with (
        temporary_settings({PREFECT_LOGGING_LEVEL: "DEBUG", PREFECT_LOGGING_TO_API_ENABLED: True}),
        caplog.at_level(logging.DEBUG),
    ):
        yield


@pytest.fixture
def operations_see(caplog: pytest.LogCaptureFixture) -> Callable[[str], bool]:
    """Whether the server comes to hold a text, after making sure that no canary is in it or in the logs of this process.

    Prefect's server writes states and logs a little after they happened, so it is asked again for a while.
    """

    def read(expected: str) -> bool:
        for _ in range(ASKED_AGAIN):
            kept = asyncio.run(everything())
            text = json.dumps(kept, ensure_ascii=False)
            assert [canary for canary in CANARIES if canary in text + caplog.text] == []
            if expected in text and kept["logs"] and kept["task runs"]:
                return True
            time.sleep(1)
        return False

    return read


def test_an_export_without_a_header_line(make_workspace: MakeWorkspace, operations_see: Callable[[str], bool]) -> None:
    workspace = make_workspace(invoices=INVOICES.partition("\n")[2], contacts=CONTACTS.partition("\n")[2])
    with pytest.raises(SourceProblem):
        collect(workspace, as_of=DAY)
    assert operations_see("it seems to have no header line")


def test_an_unreadable_line_in_the_payments(
    make_workspace: MakeWorkspace, operations_see: Callable[[str], bool]
) -> None:
    tolerant = SETTINGS.replace("    fresh_within_days: 3\n", "    fresh_within_days: 3\n    max_reject_share: 1\n")
    collect(make_workspace(payments=PAYMENTS + UNREADABLE, puntual=tolerant), as_of=DAY)
    assert operations_see("run-summary-acme")


def test_too_many_unreadable_lines_reject_the_dataset(
    make_workspace: MakeWorkspace, operations_see: Callable[[str], bool]
) -> None:
    with pytest.raises(DatasetRejected):
        collect(make_workspace(payments=PAYMENTS + UNREADABLE), as_of=DAY)
    assert operations_see("1 of 2 rows are in quarantine")


def test_a_model_that_fails_on_a_cell(
    make_workspace: MakeWorkspace, operations_see: Callable[[str], bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    select = "SELECT CAST(customer_name AS INTEGER) AS n FROM landing.receivables"
    broken = models.Model("staging", "broken", select, "table", frozenset())
    whole = models.load_models()
    monkeypatch.setattr(models, "load_models", lambda folder=None: (*whole, broken))
    with pytest.raises(DatabaseFailed):
        collect(make_workspace(), as_of=DAY)
    assert operations_see("staging.broken: ConversionException")


async def everything() -> dict[str, list[object]]:
    """Flow runs, task runs (each with its state), logs and artifacts, as the server gives them."""
    await APILogHandler.aflush()
    async with get_client() as client:
        return {
            "flow runs": await all_pages(client.read_flow_runs),
            "task runs": await all_pages(client.read_task_runs),
            "logs": await all_pages(partial(client.read_logs, sort=LogSort.TIMESTAMP_ASC)),
            "artifacts": await all_pages(client.read_artifacts),
        }


async def all_pages(read: Callable[..., Awaitable[Sequence[BaseModel]]]) -> list[object]:
    found: list[object] = []
    while True:
        page = await read(limit=PAGE, offset=len(found))
        found += [item.model_dump(mode="json") for item in page]
        if len(page) < PAGE:
            return found
