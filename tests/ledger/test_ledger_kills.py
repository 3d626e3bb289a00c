from __future__ import annotations

import json
import subprocess
import sys

from tasks.paths import PROGRAM

KILLS = 10


def test_a_sender_killed_at_named_points_under_faults_sends_nothing_twice_and_loses_nothing() -> None:
    """The short form of `make soak`: the same program, fewer kills, without the sender that is there for contrast."""
    ended = subprocess.run(
        [sys.executable, "-m", "benchmarks.kill_sweep", "--kills", str(KILLS), "--no-contrast", "--json"],
        cwd=PROGRAM,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    tally = json.loads(ended.stdout)
    assert (tally["duplicates"], tally["lost"], tally["kills"]) == (0, 0, KILLS)
    assert tally["accepted"] + tally["rejected"] == tally["planned"] > 0
    assert tally["old_ledgers_refused"] > 0
    assert tally["unknown_by_kill"] <= KILLS, "a kill leaves at most the message under way unknown"
