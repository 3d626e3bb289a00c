"""Stops a channel whose provider refuses us or fails, for all batches of the run, and tries it again with one message at a time."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from typing import Literal

from tasks.remind.delivery.outcomes import Stop

FAILURES_IN_A_ROW = 5
"""Failures one after another that mean the provider, not the message."""
UNKNOWN_IN_A_ROW = 3
"""Unknown outcomes one after another that mean a provider that hangs. Each is one for a person to find out; two may be chance: with 4 %
faults that happens once in 600 messages, three once in 16,000."""
WINDOW = 40
"""Outcomes that the error rate is taken of."""
FAILURES_IN_WINDOW = 20
UNKNOWN_IN_WINDOW = 10
"""Half and a quarter of the window: with 4 % faults ten of forty are unknown once in a million windows."""
COOL_DOWN_SECONDS = (15.0, 30.0, 60.0)
"""How long nothing is sent before each of the probes that decide whether it goes on."""
LAST_PROBE = {"failed": len(COOL_DOWN_SECONDS), "unknown": 1}
"""How many probes may fail. Only one may end unknown, because each such is work for a person."""
_WAIT_FOR_PROBE_SECONDS = 1.0

WHEN_IT_IS_UP = (
    "See that the provider is up, then run again: nothing is sent twice. `puntual reconcile` clears up what is unknown."
)
WHEN_WE_MAY = "Correct the credentials or the sender, then run again: what was sent stays sent."

Result = Literal["ok", "failed", "unknown"]
"""`ok`: the provider answered, be it that it refuses this message; `failed`: nothing left; `unknown`: it may have left."""


@dataclass(frozen=True)
class Go:
    """Send. `is_probe`: one message only, whose outcome decides."""

    is_probe: bool = False


@dataclass(frozen=True)
class Wait:
    """Ask again in so many seconds."""

    seconds: float


Admission = Go | Wait | Stop


class Breaker:
    """The breaker of one channel in one run, shared by its batches; their caller keeps them apart. `now`: as for `Pace`.

    While it is open only the probe says how the provider is. Results of messages that began before it opened come late, from batches
    that were under way, some after it closed again: they tell of a time that is over, and count for nothing.
    """

    def __init__(self) -> None:
        self._window: deque[Result] = deque(maxlen=WINDOW)
        self._failures = self._unknown = self._probes = 0
        self._opened_by: Result = "failed"
        self._open: Stop | None = None
        self._opened_at = -math.inf
        self._reopens_at = 0.0
        self._is_probing = False

    @property
    def is_open(self) -> bool:
        """Whether nothing may be sent but a probe."""
        return self._open is not None

    @property
    def failures_in_a_row(self) -> int:
        """How many messages failed since the last one that did not."""
        return self._failures

    def admit(self, now: float) -> Admission:
        """Whether to send now. A probe must be ended by `record` or `end_probe`."""
        stop = self._open
        if stop is None:
            return Go()
        if stop.is_lasting:
            return stop
        if self._is_probing:
            return Wait(_WAIT_FOR_PROBE_SECONDS)
        if self._probes >= LAST_PROBE[self._opened_by] and now < self._reopens_at:
            return stop
        if now < self._reopens_at:
            return Wait(self._reopens_at - now)
        self._is_probing = True
        return Go(is_probe=True)

    def end_probe(self) -> None:
        """The probe is over; if no message was sent, nothing has changed."""
        self._is_probing = False

    def refuse_all(self, why: str) -> None:
        """The provider refuses us: nothing more is sent in this run."""
        self._open = Stop(why, WHEN_WE_MAY, is_lasting=True)

    def record(self, result: Result, now: float, *, begun_at: float, is_probe: bool = False, why: str = "") -> None:
        """What became of a message that began at `begun_at`; `why` without personal data. `is_probe`: as `Go` said when it was let in."""
        if not self._counts(begun_at, is_probe=is_probe):
            return
        self._window.append(result)
        if result == "ok":
            self._failures = self._unknown = 0
            if is_probe:
                self._close()
            return
        self._failures += 1
        self._unknown = self._unknown + 1 if result == "unknown" else 0
        if is_probe:
            self._probes += 1
            self._open_for(result, now, f"it still fails: {why}")
        elif told := self._reason_to_open():
            by: Result = "unknown" if self._is_unknowing() else "failed"
            self._open_for(by, now, f"{told}, the last one because: {why}")

    def record_refusal(self, now: float, *, begun_at: float, is_probe: bool = False, why: str) -> None:
        """The provider asks for less: no failure of its own, but one after another without an end is."""
        if not self._counts(begun_at, is_probe=is_probe):
            return
        self._failures += 1
        if is_probe:
            self._probes += 1
        if is_probe or self._failures >= FAILURES_IN_A_ROW:
            self._open_for("failed", now, f"{self._failures} messages in a row failed, the last one because: {why}")

    def _counts(self, begun_at: float, *, is_probe: bool) -> bool:
        """Whether a result tells of the provider as it is now; none does any more once he has refused us."""
        if self._open is not None:
            return is_probe and not self._open.is_lasting
        return begun_at > self._opened_at

    def _reason_to_open(self) -> str | None:
        if self._unknown >= UNKNOWN_IN_A_ROW or self._failures >= FAILURES_IN_A_ROW:
            return f"{self._failures} messages in a row failed"
        failed = len(self._window) - self._window.count("ok")
        if self._window.count("unknown") >= UNKNOWN_IN_WINDOW or failed >= FAILURES_IN_WINDOW:
            return f"{failed} of the last {len(self._window)} messages failed"
        return None

    def _is_unknowing(self) -> bool:
        return self._unknown >= UNKNOWN_IN_A_ROW or self._window.count("unknown") >= UNKNOWN_IN_WINDOW

    def _open_for(self, by: Result, now: float, what: str) -> None:
        self._opened_by = by
        is_over = self._probes >= LAST_PROBE[by]
        self._open = Stop(what, WHEN_IT_IS_UP, is_lasting=is_over and by == "unknown")
        self._opened_at = now
        self._reopens_at = now + COOL_DOWN_SECONDS[min(self._probes, len(COOL_DOWN_SECONDS) - 1)]

    def _close(self) -> None:
        self._open = None
        self._probes = 0
        self._window.clear()
