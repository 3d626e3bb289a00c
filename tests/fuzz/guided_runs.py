"""Starts the coverage-guided targets, each in a process of its own, and takes over what they counted."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from typing import get_args

from tasks.settings.formats import BankStandard, EInvoiceStandard
from tests.fuzz.campaign import Campaign

PYTHON_PARSERS = ("records", "json_text", "xml", "workbook")
_START_SECONDS = 120
"""Importing with instrumentation, and one slow input at the end."""


def _guided(campaign: Campaign, *, name: str) -> None:
    seed = campaign.random.getrandbits(31)
    limit, folder = campaign.most_seconds, campaign.keep_in
    command = [sys.executable, "-m", "tests.fuzz.guided", name, str(campaign.most_inputs), str(limit), str(seed)]
    told = ""
    try:
        ended = subprocess.run(
            [*command, str(folder)],
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            timeout=limit + _START_SECONDS,
            check=False,
        )
        code, told = ended.returncode, ended.stderr[-2_000:]
    except subprocess.TimeoutExpired:
        code = -1
    report = folder / f"guided_{name}.json"
    if report.exists():
        counted = json.loads(report.read_text(encoding="utf-8"))
        campaign.inputs, campaign.refused = counted["inputs"], counted["refused"]
        campaign.findings.update({(kind, sign): times for kind, sign, times in counted["findings"]})
    if code:
        campaign.finding("crash", f"the process ended with {code}", told.encode(), told)


GUIDED: dict[str, Callable[[Campaign], None]] = (
    {
        f"guided_{name}": partial(_guided, name=name)
        for name in (*PYTHON_PARSERS, *get_args(BankStandard), *get_args(EInvoiceStandard))
    }
    if importlib.util.find_spec("atheris")
    else {}
)
