"""Runs the fuzzing targets, bounded by inputs and by time, and tells what was found: `python -m tests.fuzz.run --help`.

The same seed, targets and number of inputs generate the same inputs, unless a time bound ends a target before.
Guided targets run in processes of their own (`tests.fuzz.guided`) and are left out where atheris is not installed.
"""

from __future__ import annotations

import argparse
import secrets
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from tests.fuzz import delimited_targets, table_targets, value_targets, whole_targets, workbook_targets
from tests.fuzz.campaign import KINDS, Campaign
from tests.fuzz.guided_runs import GUIDED
from tests.fuzz.message_targets import MESSAGES

FOUND = Path(".fuzz")


@dataclass(frozen=True)
class Target:
    """What is run, and how many inputs it gets of a run at scale 1."""

    run: Callable[[Campaign], None]
    inputs: int


TARGETS: dict[str, Target] = {
    "amounts": Target(value_targets.amounts, 400_000),
    "dates": Target(value_targets.dates, 300_000),
    "whole_numbers": Target(value_targets.whole_numbers, 100_000),
    "smallest_units": Target(value_targets.smallest_units, 100_000),
    "debit_and_credit": Target(value_targets.debit_and_credit, 100_000),
    "years_from_elsewhere": Target(value_targets.years_from_elsewhere, 100_000),
    "whole_texts": Target(delimited_targets.whole_files, 5_000),
    "damaged_texts": Target(delimited_targets.damaged_files, 10_000),
    "hostile_headers": Target(delimited_targets.hostile_headers, 5_000),
    "workbooks": Target(workbook_targets.workbooks, 5_000),
    "damaged_workbooks": Target(workbook_targets.damaged_workbooks, 10_000),
    "json": Target(table_targets.json_documents, 10_000),
    "fixed_width": Target(table_targets.fixed_width_lines, 10_000),
    "parquet": Target(table_targets.damaged_parquet, 10_000),
    "recognition": Target(whole_targets.recognition, 10_000),
    "landing": Target(whole_targets.landing, 500),
    **{standard: Target(run, 5_000) for standard, run in MESSAGES.items()},
    **{name: Target(run, 5_000) for name, run in GUIDED.items()},
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the chosen targets; 1 where anything was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("targets", nargs="*", choices=[[], *TARGETS], help="all of them when none is named")
    parser.add_argument("--seed", type=int, default=None, help="the seed of an earlier run, to repeat it")
    parser.add_argument("--scale", type=float, default=1.0, help="multiplies every target's number of inputs")
    parser.add_argument("--seconds", type=float, default=600, help="the most time for any one target")
    chosen = parser.parse_args(arguments)
    seed = secrets.randbits(32) if chosen.seed is None else chosen.seed
    _say(f"seed {seed}, findings in {FOUND}/")
    _say(f"{'target':<24}{'inputs':>10}{'read':>10}{'refused':>10}" + "".join(f"{k:>13}" for k in KINDS) + "  seconds")
    campaigns = []
    for name in chosen.targets or TARGETS:
        target = TARGETS[name]
        most = max(1, round(target.inputs * chosen.scale))
        random = Random(f"{seed} {name}")  # noqa: S311 - has to be repeatable, guards no secret
        campaign = Campaign(name, random, most, chosen.seconds, FOUND / str(seed))
        target.run(campaign)
        campaign.finish()
        _say(_line(campaign))
        for (kind, sign), times in campaign.findings.most_common():
            _say(f"    {kind}, {times} times: {sign}")
        campaigns.append(campaign)
    return _finish(campaigns)


def _line(campaign: Campaign) -> str:
    counts = "".join(f"{campaign.count(kind):>13,}" for kind in KINDS)
    figures = f"{campaign.inputs:>10,}{campaign.values:>10,}{campaign.refused:>10,}"
    return f"{campaign.target:<24}{figures}{counts}{campaign.seconds:>9.0f}"


def _finish(campaigns: Sequence[Campaign]) -> int:
    total = sum(campaign.inputs for campaign in campaigns)
    found = {kind: sum(campaign.count(kind) for campaign in campaigns) for kind in KINDS}
    seconds = sum(campaign.seconds for campaign in campaigns)
    told = ", ".join(f"{kind} {times:,}" for kind, times in found.items())
    _say(f"{total:,} inputs in {seconds:.0f} s: {told}")
    return 1 if any(found.values()) else 0


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
