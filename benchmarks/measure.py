"""Runs a stage as a fresh child process and measures what it took."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass

KIB_PER_UNIT = 1 / 1024 if sys.platform == "darwin" else 1
"""`ru_maxrss` is in KiB on Linux and in bytes on macOS."""


class StageFailed(Exception):
    """The child process ended with an error; its own message is on stderr."""


@dataclass(frozen=True)
class Measured:
    """One stage: seconds of its work, of its whole process (imports included) and of the processor; peak resident MiB."""

    stage: str
    seconds: float
    process_seconds: float
    cpu_seconds: float
    peak_mib: float
    figures: dict[str, int]


def measure(stage: str, module: str, *arguments: str) -> Measured:
    """Runs `python -m module stage arguments`, whose last line on stdout is JSON: `{"seconds": s, "figures": {name: count}}`.

    Raises:
        StageFailed: the process did not end with 0.
    """
    with tempfile.TemporaryFile("w+") as output:
        started = time.perf_counter()
        child = subprocess.Popen([sys.executable, "-m", module, stage, *arguments], stdout=output)
        _, status, usage = os.wait4(child.pid, 0)
        took = time.perf_counter() - started
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode != 0:
            raise StageFailed(f"stage {stage} ended with {child.returncode}")
        output.seek(0)
        result = json.loads(output.read().strip().splitlines()[-1])
    return Measured(
        stage=stage,
        seconds=float(result["seconds"]),
        process_seconds=took,
        cpu_seconds=usage.ru_utime + usage.ru_stime,
        peak_mib=usage.ru_maxrss * KIB_PER_UNIT / 1024,
        figures=dict(result["figures"]),
    )
