"""One sweep of `kill_sweep`: days of one kind of sender, whose lives are ended until there were enough, and the tally of what became of them."""

from __future__ import annotations

import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from benchmarks.kill_lives import IN_FLIGHT, Day, Ending, live_naively, utc_now
from benchmarks.kill_places import (
    LedgerPlace,
    Lookups,
    PostgresPlace,
    SqlitePlace,
    accepted_in,
    make_workspace,
    provider,
)
from benchmarks.kill_points import NAIVE_POINTS, POINTS, Moment
from tasks.ledger.ledger import Ledger
from tasks.ledger.opening import open_ledger
from tasks.ledger.reminders import reminder_id_of
from tasks.ledger.settle import Resolved
from tasks.ledger.states import Reason, Status
from tasks.problems import LedgerProblem
from tasks.remind.channels.open import open_channel
from tasks.remind.reconcile import reconcile
from tasks.settings.load import load_workspace

FIRST_DAY = date(2026, 6, 1)
MESSAGES_A_DAY = 24
SHARE_KILLED = 0.9
SETTLING_SECONDS = 0.4
"""How long the double may still be busy with the request of a process that was killed: its longest hang, and its late list."""
LOOKUPS: tuple[Lookups, ...] = ("instant", "late", "absent")

Life = Callable[[Path, Day, Ending], bool]


@dataclass
class Tally:
    """What a sweep saw. `unknown_by_kill`, `unknown_by_fault`: messages whose fate the sender did not know at the end of a day.

    `found`: by lookup; the others a person resolved. `rejected`: the provider's definite no, recorded as such.
    """

    planned: int = 0
    kills: int = 0
    lives: int = 0
    accepted: int = 0
    rejected: int = 0
    unknown_by_kill: int = 0
    unknown_by_fault: int = 0
    found: int = 0
    old_ledgers_refused: int = 0
    duplicates: int = 0
    lost: int = 0
    seconds: float = 0.0
    points: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Sweep:
    """One sweep: a kind of sender, a ledger, a seed."""

    life: Life
    folder: Path
    accepted_file: Path
    place: LedgerPlace
    chance: random.Random
    tally: Tally

    @property
    def is_naive(self) -> bool:
        """Whether it is the sender that marks after sending."""
        return self.life is live_naively

    def go(self, kills: int) -> None:
        """Sends day after day until `kills` lives were ended, each day to its end."""
        tally, day = self.tally, Day(FIRST_DAY, MESSAGES_A_DAY)
        keys: set[str] = set()
        started = time.perf_counter()
        rejected: set[str] = set()
        while tally.kills < kills:
            self.place.keep_copy()
            self._send_whole_day(day, kills)
            if not self.is_naive:
                rejected |= self._clear_up(day, kills)
                tally.old_ledgers_refused += self._put_back_old_ledger()
            keys.update(map(reminder_id_of, day.keys))
            day = Day(day.as_of + timedelta(days=1), day.size)
        tally.seconds = round(time.perf_counter() - started, 1)
        accepted = accepted_in(self.accepted_file)
        tally.planned, tally.accepted, tally.rejected = len(keys), len(accepted), len(rejected)
        tally.duplicates = sum(accepted.values()) - len(accepted)
        tally.lost = len(keys - accepted.keys() - rejected) if not self.is_naive else 0

    def _send_whole_day(self, day: Day, kills: int) -> None:
        kind = (day.as_of - FIRST_DAY).days % 3
        places_to_begin = ((0.0,), (0.0, 0.5), (0.0, 0.0))[kind]
        is_done = False
        while not is_done:
            children = [self._be_born(day, begins_at, kills) for begins_at in places_to_begin]
            endings = [self._has_ended_well(child, moment) for child, moment in children]
            is_done = all(endings)

    def _be_born(self, day: Day, begins_at: float, kills: int) -> tuple[int, Moment]:
        points = NAIVE_POINTS if self.is_naive else POINTS
        moment = Moment.draw(self.chance, points, groups=day.size // IN_FLIGHT // 2, messages=day.size // 2)
        if self.tally.kills >= kills or self.chance.random() > SHARE_KILLED:
            moment = Moment("never", 1)
        luck = random.Random(self.chance.random())  # noqa: S311 faults on demand, nothing secret
        self.tally.lives += 1
        child = os.fork()
        if child == 0:
            os._exit(self._live(day, Ending(moment, luck, begins_at)))
        return child, moment

    def _live(self, day: Day, ending: Ending) -> int:
        try:
            return 0 if self.life(self.folder, day, ending) else 1
        except BaseException as error:  # noqa: BLE001 the child must not run on into its parent's code
            print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)
            return 2

    def _has_ended_well(self, child: int, moment: Moment) -> bool:
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        if status not in (0, 1, -signal.SIGKILL):
            raise RuntimeError(f"the sender ended with {status}")
        if status == -signal.SIGKILL:
            self.tally.kills += 1
            self.tally.points[moment.point] = self.tally.points.get(moment.point, 0) + 1
        return status == 0

    def _clear_up(self, day: Day, kills: int) -> set[str]:
        """Brings a day to its end: looks up what is unknown, sends what the provider never got; returns what it refused."""
        while self._look_up(day):
            self._send_whole_day(day, kills)
        workspace = load_workspace(self.folder)
        with open_ledger(workspace, clock=utc_now) as ledger:
            table = ledger.facts(day.as_of + timedelta(days=1))["ledger.reminders"].to_pylist()
        today = [row for row in table if row["as_of"] == day.as_of]
        left = Counter(row["status"] for row in today if row["status"] not in ("accepted", "rejected"))
        if left or len(today) != day.size:
            raise RuntimeError(f"{day.as_of}: {len(today)} of {day.size} messages, of which {left} are not settled")
        return {reminder_id_of(row["reminder_key"]) for row in today if row["status"] == "rejected"}

    def _look_up(self, day: Day) -> int:
        """Does what `puntual reconcile` does, at once and again later; for the rest it plays the person who asks the provider."""
        workspace = load_workspace(self.folder)
        with (
            open_ledger(workspace, clock=utc_now) as ledger,
            open_channel(workspace, {"SENDGRID_API_KEY": "of-a-person"}) as channel,
        ):
            ledger.abandon_claims()
            unknown = ledger.unknown()
            by_kill = sum(reminder.status_reason == Reason.ABANDONED for reminder in unknown)
            self.tally.unknown_by_kill += by_kill
            self.tally.unknown_by_fault += len(unknown) - by_kill
            reconcile(ledger, {"email": channel})
            time.sleep(SETTLING_SECONDS)
            reconcile(ledger, {"email": channel})
            self.tally.found += len(unknown) - len(ledger.unknown())
            self._ask_a_person(ledger)
            return ledger.counts(as_of=day.as_of).awaiting

    def _ask_a_person(self, ledger: Ledger) -> None:
        accepted = accepted_in(self.accepted_file)
        for reminder in ledger.unknown():
            outcome: Resolved = Status.ACCEPTED if reminder.reminder_id in accepted else Status.PLANNED
            ledger.resolve(reminder.reminder_id, outcome, evidence="the provider's complete list")

    def _put_back_old_ledger(self) -> int:
        """1 when the copy from before the day is refused; a sender that takes it would say the whole day again."""
        with self.place.old_copy():
            try:
                open_ledger(load_workspace(self.folder), clock=utc_now).close()
            except LedgerProblem:
                return 1
        raise RuntimeError("an old ledger was put back, and nobody noticed")


def run(life: Life, *, kills: int, seed: int, postgres_url: str | None = None) -> Tally:
    """One sweep in a folder, a ledger and with a provider of its own."""
    tally = Tally()
    with tempfile.TemporaryDirectory(prefix="puntual-kills-") as name:
        folder = Path(name)
        place: LedgerPlace = (
            SqlitePlace(folder) if postgres_url is None else PostgresPlace(postgres_url, f"kills_{seed}")
        )
        with provider(folder, seed, LOOKUPS[seed % len(LOOKUPS)]) as (url, accepted):
            make_workspace(folder, url, place.url_env)
            open_ledger(load_workspace(folder), clock=utc_now).close()
            Sweep(life, folder, accepted, place, random.Random(seed), tally).go(kills)  # noqa: S311 moments to kill at
    return tally
