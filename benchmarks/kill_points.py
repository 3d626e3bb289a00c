"""The named points of claim → send → settle at which `kill_sweep` ends a sender, reached by what is laid around it.

The code that is killed knows nothing of it: its book, its channel and its database's commits are wrapped, and two of the points are
at the provider, which kills the sender while a message is there.
"""

from __future__ import annotations

import os
import random
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass

import httpx
from sqlalchemy import Connection, Engine, event

from tasks.remind.channels.protocol import Channel, Lookup, Receipt
from tasks.remind.delivery.outcomes import Attempt, ClaimBook, Claims
from tasks.remind.outbound import Outbound

GROUP_POINTS = ("before_claim", "inside_claim", "after_claim", "before_settle", "inside_settle", "after_settle")
"""Reached once a group; `inside`: all statements are done, and nothing is committed."""
MESSAGE_POINTS = ("before_send", "after_send", "after_note")
"""Reached once a message: its beginning is noted and no byte left; the channel has answered; the answer is noted."""
PROVIDER_POINTS = {"after_bytes": "before", "after_accept": "after"}
"""The request is with the provider, which has not taken it yet; it has taken it, and its answer is not sent."""
POINTS = (*GROUP_POINTS, *MESSAGE_POINTS, *PROVIDER_POINTS)
NAIVE_POINTS = ("before_send", "after_send", "after_mark", *PROVIDER_POINTS)


@dataclass
class Moment:
    """Where a life ends: at the `times`-th time that it reaches `point`, if it ever does."""

    point: str
    times: int

    @classmethod
    def draw(cls, chance: random.Random, points: Sequence[str], *, groups: int, messages: int) -> Moment:
        """Any of `points` with the same chance."""
        point = chance.choice(points)
        return cls(point, chance.randint(1, groups if point in GROUP_POINTS else messages))

    def reach(self, point: str) -> None:
        """Dies here, if this is the moment."""
        if point == self.point:
            self.times -= 1
            if self.times == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    def ask_provider(self, base_url: str, key: str) -> None:
        """Has the provider kill this process, where the moment is one of its points."""
        if when := PROVIDER_POINTS.get(self.point):
            wanted = {"key": key, "pid": os.getpid(), "request": self.times, "when": when}
            httpx.post(f"{base_url}/_kill", json=wanted, timeout=5, trust_env=False).raise_for_status()


class DyingBook:
    """`book` with a moment at which its process ends. Use `watching_commits` beside it."""

    def __init__(self, book: ClaimBook, moment: Moment) -> None:
        self._book = book
        self._moment = moment
        self._inside: list[str] = []

    @contextmanager
    def watching_commits(self) -> Iterator[None]:
        """Reaches the points inside a transaction just before it commits."""

        def before_commit(_connection: Connection) -> None:
            for point in self._inside:
                self._moment.reach(f"inside_{point}")

        event.listen(Engine, "commit", before_commit)
        try:
            yield
        finally:
            event.remove(Engine, "commit", before_commit)

    def claim(self, keys: Sequence[str], *, settling: Sequence[Attempt] = ()) -> Claims:
        """Claims, and settles the group before."""
        return self._around(
            ["claim", *(["settle"] if settling else [])], lambda: self._book.claim(keys, settling=settling)
        )

    def begin(self, reminder_key: str) -> None:
        """Notes a beginning."""
        self._book.begin(reminder_key)

    def end(self, attempt: Attempt) -> None:
        """Notes an end."""
        self._book.end(attempt)
        self._moment.reach("after_note")

    def settle(self, outcomes: Sequence[Attempt]) -> None:
        """Settles."""

        def settle() -> Claims:
            self._book.settle(outcomes)
            return Claims(())

        self._around(["settle"], settle)

    def _around(self, steps: list[str], work: Callable[[], Claims]) -> Claims:
        for step in steps:
            self._moment.reach(f"before_{step}")
        self._inside = steps
        try:
            result = work()
        finally:
            self._inside = []
        for step in steps:
            self._moment.reach(f"after_{step}")
        return result


class DyingChannel:
    """The channel with its moments, and a network that now and then finds no name or no TLS at the other end."""

    def __init__(
        self, channel: Channel, moment: Moment, broken: Sequence[Callable[[], Channel]], chance: random.Random
    ) -> None:
        self._channel = channel
        self._moment = moment
        self._broken = broken
        self._chance = chance
        self.name = channel.name
        self.proves_absence = channel.proves_absence

    def send(self, message: Outbound) -> Receipt:
        """Sends, most often through a network that works."""
        self._moment.reach("before_send")
        draw = int(self._chance.random() * 100)
        try:
            if draw < len(self._broken):
                with closing(self._broken[draw]()) as broken:
                    return broken.send(message)
            return self._channel.send(message)
        finally:
            self._moment.reach("after_send")

    def lookup(self, reminder_id: str) -> Lookup:
        """What the provider lists."""
        return self._channel.lookup(reminder_id)

    def close(self) -> None:
        """Closes the connection."""
        self._channel.close()
