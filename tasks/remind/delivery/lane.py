"""What the batches of one channel share while a run sends: pace, breaker, and the time they go by."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from tasks.remind.delivery.breaker import Admission, Breaker, Result
from tasks.remind.delivery.pace import Pace

LONGEST_PAUSE_SECONDS = 60.0
_LANES_KEPT = 32
_TOLERANCE_SECONDS = 0.001


@dataclass(frozen=True)
class Time:
    """`seconds` of a clock that does not run backwards, and `pause`, which waits for so many."""

    seconds: Callable[[], float]
    pause: Callable[[float], None]


class Lane:
    """One channel of one run. Safe to use from several threads.

    A pause that the caller makes shorter counts for as long as it was asked for, so that nothing waits by asking a clock.
    """

    def __init__(self, time: Time, *, per_second: float | None = None) -> None:
        self._time = time
        self._pace = Pace(per_second)
        self._breaker = Breaker()
        self._lock = threading.RLock()
        self._saved = 0.0

    def now(self) -> float:
        """Seconds, with the pauses that were cut short."""
        return self._time.seconds() + self._saved

    def pause(self, seconds: float) -> None:
        """Waits, at most `LONGEST_PAUSE_SECONDS`."""
        wait = min(seconds, LONGEST_PAUSE_SECONDS)
        if wait <= 0:
            return
        until = self.now() + wait
        self._time.pause(wait)
        with self._lock:
            missing = until - self.now()
            if missing > _TOLERANCE_SECONDS:
                self._saved += missing

    def admit(self) -> Admission:
        """Whether the breaker lets a batch send now."""
        with self._lock:
            return self._breaker.admit(self.now())

    def end_probe(self) -> None:
        """See `Breaker.end_probe`."""
        with self._lock:
            self._breaker.end_probe()

    @property
    def is_open(self) -> bool:
        """Whether another batch has found meanwhile that nothing goes."""
        return self._breaker.is_open

    def hold_left(self) -> float:
        """Seconds until the provider wants to hear from us again."""
        with self._lock:
            return self._pace.hold_left(self.now())

    def group(self, most: int) -> int:
        """How many messages to claim at a time."""
        with self._lock:
            return self._pace.group(most)

    def take_turn(self) -> float:
        """Waits for the next turn of the pace; returns when the message begins."""
        with self._lock:
            wait = self._pace.turn(self.now())
        self.pause(wait)
        return self.now()

    def record(self, result: Result, *, begun_at: float, is_probe: bool = False, why: str = "") -> float:
        """What became of a message; returns how long this batch had better wait: longer with each failure in a row after the first."""
        with self._lock:
            self._breaker.record(result, self.now(), begun_at=begun_at, is_probe=is_probe, why=why)
            if result == "ok":
                self._pace.taken()
            return self._patience()

    def slow_down(self, *, begun_at: float, is_probe: bool = False, hold: float | None, why: str) -> float:
        """The provider asks for less; returns how long to wait."""
        with self._lock:
            if self._pace.slow_down(self.now(), begun_at=begun_at, hold=hold) or is_probe:
                self._breaker.record_refusal(self.now(), begun_at=begun_at, is_probe=is_probe, why=why)
            return self._pace.hold_left(self.now())

    def refuse_all(self, why: str) -> None:
        """See `Breaker.refuse_all`."""
        with self._lock:
            self._breaker.refuse_all(why)

    def _patience(self) -> float:
        if self._breaker.is_open:
            return 0.0  # then the breaker says how long
        failures = self._breaker.failures_in_a_row
        return float(2 ** (failures - 2)) if failures > 1 else 0.0


class Lanes:
    """The lanes of a process by run and channel; the oldest are forgotten."""

    def __init__(self, time: Time) -> None:
        self._time = time
        self._lanes: OrderedDict[tuple[str, str], Lane] = OrderedDict()
        self._lock = threading.Lock()

    def lane(self, run_id: str, channel: str, *, per_second: float | None) -> Lane:
        """The lane of a run's channel, the same for all its batches."""
        with self._lock:
            found = self._lanes.setdefault((run_id, channel), Lane(self._time, per_second=per_second))
            self._lanes.move_to_end((run_id, channel))
            while len(self._lanes) > _LANES_KEPT:
                self._lanes.popitem(last=False)
            return found
