"""How fast a provider lets us send: what the settings allow, halved at each 429 and raised again slowly while it takes our messages.

Additive increase and multiplicative decrease, as TCP does it (Chiu and Jain, 1989): senders that share a provider's limit come to
share it evenly, and none has to know it.
"""

from __future__ import annotations

from collections import deque

LONGEST_HOLD_SECONDS = 60.0
"""Nobody waits longer for a provider; after that it is asked again."""
HOLD_SECONDS = 1.0
"""The wait where a 429 does not say how long."""
LEAST_PER_SECOND = 0.2
_DECREASE = 0.5
_RECOVERY_SECONDS = 10.0
"""In this time a halved rate comes back to where the provider last said no."""
_REMEMBERED = 100
_ENOUGH_TO_KNOW = 10
_GROUP_SECONDS = 1.0
"""A group under claim is at most what leaves in this time, so that a slow channel leaves little unknown when it is killed."""


class Pace:
    """The pace of one channel, shared by the batches that run side by side; their caller keeps them apart.

    `now` is in seconds of any clock that does not run backwards; rates are messages a second. `most`: what the settings allow.
    """

    def __init__(self, most: float | None = None) -> None:
        self._most = most
        self._rate = most
        self._step = 0.0
        self._next_at = 0.0
        self._held_until = 0.0
        self._slowed_at: float | None = None
        self._begun: deque[float] = deque(maxlen=_REMEMBERED)

    @property
    def per_second(self) -> float | None:
        """The rate that holds now; None: no limit is known."""
        return self._rate

    def hold_left(self, now: float) -> float:
        """Seconds until the provider wants to hear from us again."""
        return max(self._held_until - now, 0.0)

    def turn(self, now: float) -> float:
        """Takes the next turn, and says in how many seconds it comes."""
        at = max(now, self._next_at)
        self._begun.append(at)
        if self._rate is not None:
            self._next_at = at + 1.0 / self._rate
        return at - now

    def taken(self) -> None:
        """A message was taken: the rate rises by a fixed step a second."""
        if self._rate is None or self._slowed_at is None:
            return
        self._rate += self._step / self._rate
        if self._most is not None:
            self._rate = min(self._rate, self._most)

    def slow_down(self, now: float, *, begun_at: float, hold: float | None) -> bool:
        """A 429 for a message that began at `begun_at`: nobody sends for `hold` seconds, and then at half the rate.

        False: the message began before the rate was last halved, so this is the same refusal, told to another batch.
        """
        wait = HOLD_SECONDS if hold is None else min(hold, LONGEST_HOLD_SECONDS)
        self._held_until = max(self._held_until, now + wait)
        self._next_at = max(self._next_at, self._held_until)
        if self._slowed_at is not None and begun_at <= self._slowed_at:
            return False
        self._slowed_at = now
        refused_at = self._rate if self._rate is not None else self._observed(now)
        self._rate = max(refused_at * _DECREASE, LEAST_PER_SECOND)
        self._step = max(refused_at - self._rate, LEAST_PER_SECOND) / _RECOVERY_SECONDS
        return True

    def group(self, most: int) -> int:
        """How many messages to claim at a time: what leaves in a second, at least one, at most `most`."""
        rate = self._rate
        if len(self._begun) >= _ENOUGH_TO_KNOW and self._begun[-1] > self._begun[0]:
            observed = (len(self._begun) - 1) / (self._begun[-1] - self._begun[0])
            rate = observed if rate is None else min(rate, observed)
        return most if rate is None else max(1, min(most, round(rate * _GROUP_SECONDS)))

    def _observed(self, now: float) -> float:
        """Messages begun in the second before `now`, or how many are remembered of it."""
        return float(max(sum(at > now - 1.0 for at in self._begun), 1))
