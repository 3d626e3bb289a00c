"""Kills the sender at random moments under provider faults, and counts duplicates and losses: `python -m benchmarks.kill_sweep --kills 200`.

Every life of the sender is a process of its own that plans, claims, sends to a provider double (tests/doubles, with an fsynced list of
what it accepted) and settles, until SIGKILL at a random moment. The next life takes over. At the end of each day the unknown messages are
looked up, and what the provider never got is sent. The same is done to a sender that marks after sending, for contrast. Exit code 1 when
ours sent anything twice or lost anything.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path

import yaml

from benchmarks.kill_lives import ENVIRONMENT, Day, live_by_ledger, live_naively, utc_now
from tasks.ledger.opening import open_ledger
from tasks.ledger.reminders import reminder_id_of
from tasks.ledger.states import Status
from tasks.remind.channels.open import open_channel
from tasks.remind.reconcile import reconcile
from tasks.settings.load import load_workspace

DOUBLE = Path(__file__).resolve().parents[1] / "tests" / "doubles" / "sendgrid_double.py"
FAULTS = {"rate_limit": 0.02, "error_before": 0.01, "error_after": 0.01, "drop_before": 0.01, "drop_after": 0.01}
FIRST_DAY = date(2026, 6, 1)
MESSAGES_A_DAY = 200
SHARE_KILLED_EARLY = 0.25
"""So many lives are ended at a random moment since their start, the others since their first message."""
LONGEST_START_SECONDS = 0.3
LONGEST_SENDING_SECONDS = 0.2
SETTLING_SECONDS = 0.3
"""How long the double may still be busy with the request of a process that was killed."""

Life = Callable[[Path, Day], bool]


@dataclass
class Tally:
    """What a sweep saw. `unknown`: messages whose fate the sender did not know at the end of a day; `found` of them had been accepted."""

    planned: int = 0
    kills: int = 0
    lives: int = 0
    accepted: int = 0
    unknown: int = 0
    found: int = 0
    duplicates: int = 0
    lost: int = 0
    seconds: float = 0.0


@dataclass(frozen=True)
class Unknown:
    """Messages whose fate was unknown, and how many of them the provider had accepted."""

    unknown: int
    found: int


def sweep(life: Life, folder: Path, accepted_file: Path, *, kills: int, seed: int) -> Tally:
    """Sends day after day until `kills` lives were ended, each day to its end."""
    chance = random.Random(seed)  # noqa: S311 moments to kill at, nothing secret
    tally, day = Tally(), Day(FIRST_DAY, MESSAGES_A_DAY)
    sent_ids: set[str] = set()
    started = time.perf_counter()
    while tally.kills < kills:
        _send_whole_day(life, folder, day, tally, killer=Killer(chance, accepted_file), kills=kills)
        if life is live_by_ledger:
            _clear_up(folder, day, accepted_file, tally)
        sent_ids.update(map(reminder_id_of, day.keys))
        day = Day(day.as_of + timedelta(days=1), day.size)
    tally.seconds = round(time.perf_counter() - started, 1)
    accepted = _accepted(accepted_file)
    tally.planned = len(sent_ids)
    tally.accepted = len(accepted)
    tally.duplicates = sum(accepted.values()) - len(accepted)
    tally.lost = len(sent_ids - accepted.keys())
    return tally


@dataclass(frozen=True)
class Killer:
    """Ends a process at a random moment, most often while it is sending."""

    chance: random.Random
    accepted_file: Path

    def strike(self, child: int) -> None:
        """Waits for the moment, then kills; a child that ended meanwhile is still a zombie, so the id is ours."""
        if self.chance.random() < SHARE_KILLED_EARLY:
            time.sleep(self.chance.uniform(0, LONGEST_START_SECONDS))
        else:
            before = self._size()
            while self._size() == before and os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
                time.sleep(0.001)
            time.sleep(self.chance.uniform(0, LONGEST_SENDING_SECONDS))
        os.kill(child, signal.SIGKILL)

    def _size(self) -> int:
        return self.accepted_file.stat().st_size if self.accepted_file.exists() else 0


def _send_whole_day(life: Life, folder: Path, day: Day, tally: Tally, *, killer: Killer, kills: int) -> None:
    is_done = False
    while not is_done:
        tally.lives += 1
        child = os.fork()
        if child == 0:
            os._exit(_live(life, folder, day))
        if tally.kills < kills:
            killer.strike(child)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        tally.kills += status == -signal.SIGKILL
        is_done = status == 0
        if status not in (0, 1, -signal.SIGKILL):
            raise RuntimeError(f"the sender ended with {status}")


def _live(life: Life, folder: Path, day: Day) -> int:
    try:
        return 0 if life(folder, day) else 1
    except BaseException as error:  # noqa: BLE001 the child must not run on into its parent's code
        print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)
        return 2


def _clear_up(folder: Path, day: Day, accepted_file: Path, tally: Tally) -> None:
    """Brings a day to its end: looks up what is unknown, and sends what the provider never got, until all is accepted."""
    counts = _look_up(folder, day, accepted_file)
    tally.unknown += counts.unknown
    tally.found += counts.found
    while counts.unknown:
        while not live_by_ledger(folder, day):
            pass
        counts = _look_up(folder, day, accepted_file)


def _look_up(folder: Path, day: Day, accepted_file: Path) -> Unknown:
    """Does what `puntual reconcile` does; for what the provider never got, it plays the person who says so."""
    time.sleep(SETTLING_SECONDS)
    workspace = load_workspace(folder)
    with open_ledger(workspace, clock=utc_now) as ledger, open_channel(workspace, ENVIRONMENT) as channel:
        counts = ledger.counts(as_of=day.as_of)
        if counts.planned != day.size or counts.accepted + counts.unknown != day.size:
            raise RuntimeError(f"{day.as_of}: {counts} do not add up to {day.size} accepted or unknown")
        findings = reconcile(ledger, {"email": channel})
        accepted = _accepted(accepted_file)
        for reminder in ledger.unknown():
            if reminder.reminder_id in accepted:
                raise RuntimeError(f"{reminder.reminder_id} was accepted, but the lookup did not find it")
            ledger.resolve(reminder.reminder_id, Status.PLANNED, evidence="absent from the provider's complete list")
    return Unknown(len(findings), sum(finding.finding == "accepted" for finding in findings))


def _accepted(file: Path) -> Counter[str]:
    if not file.exists():
        return Counter()
    return Counter(json.loads(line)["reminder_id"] for line in file.read_text(encoding="utf-8").splitlines())


@contextmanager
def _provider(folder: Path, seed: int) -> Iterator[tuple[str, Path]]:
    accepted = folder / "accepted.jsonl"
    faults = [argument for name, share in FAULTS.items() for argument in ("--fault", f"{name}={share}")]
    double = subprocess.Popen(
        [sys.executable, str(DOUBLE), "--accepted", str(accepted), "--seed", str(seed), *faults],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # full of clients that vanished
        text=True,
    )
    try:
        if double.stdout is None:
            raise RuntimeError("the double has no output")
        yield double.stdout.readline().strip(), accepted
    finally:
        double.kill()
        double.wait()


def _make_workspace(folder: Path, provider_url: str, ledger_url_env: str | None) -> None:
    person = {"name": "Ana", "email": "ana@acme.example"}
    settings = {
        "company": {"id": "acme", "name": "Acme", "country": "ES", "sender": person, "collector": person},
        "sources": [{"name": "invoices", "contract": "receivables", "path": "invoices.csv", "columns": {}}],
        "sending": {"email": {"type": "sendgrid", "base_url": provider_url, "timeout_seconds": 5}},
        "ledger": {"url_env": ledger_url_env},
    }
    (folder / "puntual.yaml").write_text(yaml.safe_dump(settings), encoding="utf-8")


def run(life: Life, *, kills: int, seed: int, ledger_url_env: str | None) -> Tally:
    """One sweep in a folder and with a provider of its own."""
    with tempfile.TemporaryDirectory(prefix="puntual-kills-") as name:
        folder = Path(name)
        with _provider(folder, seed) as (url, accepted):
            _make_workspace(folder, url, ledger_url_env)
            return sweep(life, folder, accepted, kills=kills, seed=seed)


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=20261122)
    parser.add_argument(
        "--ledger-url-env", metavar="NAME", help="environment variable with a PostgreSQL URL (an empty database)"
    )
    parser.add_argument("--no-contrast", action="store_true", help="leave the sender that marks after sending out")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    tallies = {
        "claim, send, settle": run(
            live_by_ledger, kills=arguments.kills, seed=arguments.seed, ledger_url_env=arguments.ledger_url_env
        )
    }
    if not arguments.no_contrast:
        tallies["send, then mark"] = run(live_naively, kills=arguments.kills, seed=arguments.seed, ledger_url_env=None)
    if arguments.json:
        print(json.dumps({name: asdict(tally) for name, tally in tallies.items()}))
    else:
        for name, tally in tallies.items():
            print(f"{name:20}" + "  ".join(f"{figure} {value}" for figure, value in asdict(tally).items()))
    ours = tallies["claim, send, settle"]
    return 1 if ours.duplicates or ours.lost else 0


if __name__ == "__main__":
    sys.exit(main())
