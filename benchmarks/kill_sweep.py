"""Kills the sender at every point of claim → send → settle under provider faults, and counts duplicates and losses.

    python -m benchmarks.kill_sweep --kills 57 --seeds 9 --ledger sqlite --ledger postgres

Every life of the sender is a process of its own that plans, claims, sends to a provider double (tests/doubles, with an fsynced list of
what it accepted) and settles, until SIGKILL at one of `kill_points`. The next life takes over. Of three days one has a single sender, one
two senders that begin at different messages, and one the same run twice at once. At the end of a day what is unknown is looked up, at a
provider that lists at once, late, or never (by seed), and a person says the rest. Then an old copy of the ledger is put back, which
must be refused. The same is done to a sender that marks after sending. Exit code 1 when ours sent anything twice or lost anything.
"""

from __future__ import annotations

import argparse
import json
import sys
from contextlib import nullcontext
from dataclasses import asdict

from benchmarks.kill_lives import live_by_ledger, live_naively
from benchmarks.kill_tally import LOOKUPS, Tally, run
from tests.doubles.postgres_server import serving


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=200, help="of each sweep")
    parser.add_argument("--seeds", type=int, default=1, help="sweeps of each kind, each with another way of looking up")
    parser.add_argument("--first-seed", type=int, default=20261122)
    parser.add_argument(
        "--ledger", choices=("sqlite", "postgres"), action="append", help="PostgreSQL is started for it"
    )
    parser.add_argument("--no-contrast", action="store_true", help="leave the sender that marks after sending out")
    parser.add_argument("--json", action="store_true", help="one object a sweep and line")
    arguments = parser.parse_args()
    ledgers = arguments.ledger or ["sqlite"]
    kills, seeds = arguments.kills, range(arguments.first_seed, arguments.first_seed + arguments.seeds)
    has_failed = False
    with serving() if "postgres" in ledgers else nullcontext() as postgres_url:
        for seed in seeds:
            for ledger in ledgers:
                url = postgres_url if ledger == "postgres" else None
                tally = run(live_by_ledger, kills=kills, seed=seed, postgres_url=url)
                _tell(f"{ledger}, lookup {LOOKUPS[seed % len(LOOKUPS)]}, seed {seed}", tally, as_json=arguments.json)
                has_failed = has_failed or bool(tally.duplicates or tally.lost)
    if not arguments.no_contrast:
        _tell("send, then mark", run(live_naively, kills=kills, seed=arguments.first_seed), as_json=arguments.json)
    return int(has_failed)


def _tell(name: str, tally: Tally, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps({"sweep": name, **asdict(tally)}), flush=True)
    else:
        print(name, *(f"{figure} {value}" for figure, value in asdict(tally).items()), sep="  ", flush=True)


if __name__ == "__main__":
    sys.exit(main())
