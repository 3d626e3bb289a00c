"""Runs the day of every workspace in a folder, in a process of its own, and writes how each ended: for test_privacy_of_failures.

Prefect configures logging once in a process, when it is imported, and so by the environment and by what ran before. Here nothing
ran before, and everything is logged: to Prefect's server, and all loggers of the process to `<folder>/process.log`.

Usage: failing_days.py FOLDER. Each folder in it is a workspace whose name is also the tag of its runs; `BROKEN_MODEL` runs with a model
that fails on a cell. `FOLDER/ends.json` holds the class of each run's error by workspace, empty where it went well.
"""

import asyncio
import json
import logging
import sys
from contextlib import nullcontext
from datetime import date
from pathlib import Path
from unittest.mock import patch

FOLDER = Path(sys.argv[1])
# Before Prefect is imported: it leaves a root logger alone that has handlers.
logging.basicConfig(level=logging.DEBUG, filename=FOLDER / "process.log", encoding="utf-8")

from prefect import tags  # noqa: E402
from prefect.logging.handlers import APILogHandler  # noqa: E402

from flows.collect import collect  # noqa: E402
from tasks.warehouse import models  # noqa: E402

DAY = date(2026, 6, 16)
BROKEN_MODEL = "broken-model"
BROKEN = models.Model(
    "staging",
    "broken",
    "SELECT CAST(customer_name AS INTEGER) AS n FROM landing.receivables",
    "table",
    frozenset(),
)


def end_of(workspace: Path) -> str:
    """The class of the error that the day ended with, or nothing."""
    more = (*models.load_models(), BROKEN)
    breaks = patch.object(models, "load_models", lambda folder=None: more)
    with tags(workspace.name), breaks if workspace.name == BROKEN_MODEL else nullcontext():
        try:
            collect(workspace, as_of=DAY)
        except Exception as error:  # noqa: BLE001 the test judges it
            return type(error).__name__
    return ""


ends = {workspace.name: end_of(workspace) for workspace in sorted(FOLDER.iterdir()) if workspace.is_dir()}
# Returns when the server was given every log line and every event.
asyncio.run(APILogHandler.aflush())
(FOLDER / "ends.json").write_text(json.dumps(ends))
