"""The day that `benchmarks/orchestration.py` makes up has every relation that sending reads, so that the benchmark keeps running."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def test_a_small_day_of_the_benchmark_is_sent() -> None:
    # A process of its own: the benchmark sets Prefect's settings when it is imported, and they hold for the whole process.
    code = "from benchmarks.orchestration import _seconds, _send_directly; _seconds(_send_directly, messages=6, batch_size=3)"
    root = Path(__file__).parents[2]
    ended = subprocess.run(
        [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, timeout=120, check=False
    )
    assert ended.returncode == 0, ended.stderr
