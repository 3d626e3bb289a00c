"""The day that `benchmarks/orchestration.py` makes up has every relation that sending reads, so that the benchmark keeps running."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def test_a_small_day_of_the_benchmark_is_sent(tmp_path: Path) -> None:
    # A process of its own: the benchmark sets Prefect's settings when it is imported, and they hold for the whole process.
    code = """
import sys
from pathlib import Path
from benchmarks.orchestration import Batch, send_directly
from benchmarks.sending_day import make_day, require_sent
folder = Path(sys.argv[1])
make_day(folder, messages=6, batch_size=3)
send_directly(folder, [Batch("regular", "email", number) for number in (1, 2)])
require_sent(folder, 6)
"""
    root = Path(__file__).parents[2]
    ended = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], cwd=root, capture_output=True, text=True, timeout=120, check=False
    )
    assert ended.returncode == 0, ended.stderr
