"""Sends one batch: claim a few, send each once, settle them with the next claim, go on. What may be repeated is decided here.

Every message is rendered before the first claim, so a template mistake leaves no claim behind. While the batch waits, for a provider
or for the breaker, it holds no claim.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Mapping, Sequence

from tasks.progress import report
from tasks.remind.channels.protocol import Channel
from tasks.remind.delivery.breaker import WHEN_IT_IS_UP, Go, Wait
from tasks.remind.delivery.group import ASKED_TO_WAIT, NOT_BEGUN, Group
from tasks.remind.delivery.lane import Lane
from tasks.remind.delivery.outcomes import Attempt, ChannelStopped, ClaimBook, Claims, SendCounts, Stop
from tasks.remind.outbound import Outbound

IN_FLIGHT = 50
"""Messages under claim at a time, unless the settings say otherwise."""
ROUNDS = 3
"""How often a message is tried of which nothing left."""
_LEFT_PLANNED = frozenset({NOT_BEGUN, ASKED_TO_WAIT})


def send_messages(
    messages: Mapping[str, Outbound], *, book: ClaimBook, channel: Channel, lane: Lane, in_flight: int = IN_FLIGHT
) -> SendCounts:
    """Sends `messages` (by reminder key) as far as the ledger and the provider allow; `lane` is shared with the batches beside it.

    Messages of which provably nothing left are tried again, at most `ROUNDS` times in all; all others are touched once. At most
    `in_flight` are under claim at a time.

    Raises:
        ChannelStopped: the provider refuses us, keeps failing, or did not let some of the messages leave; its counts say what happened
            to the others.
    """
    return _Sending(messages, book=book, channel=channel, lane=lane, in_flight=in_flight).go()


class _Sending:
    """One batch on its way: what waits, what is settled, and what is sent but not recorded in the ledger yet."""

    def __init__(
        self, messages: Mapping[str, Outbound], *, book: ClaimBook, channel: Channel, lane: Lane, in_flight: int
    ) -> None:
        self._messages = messages
        self._book = book
        self._channel = channel
        self._lane = lane
        self._in_flight = in_flight
        self._waiting = deque(messages)
        self._tries: Counter[str] = Counter()
        self._given_up = 0
        self._unsettled: list[Attempt] = []
        self._counts: Counter[str] = Counter()

    def go(self) -> SendCounts:
        """Sends until nothing waits, or nothing more may be sent."""
        try:
            while self._waiting:
                self._next_group()
        finally:
            self._settle()  # also on an interrupt
        if self._given_up:
            raise self._stopped(
                Stop(f"{self._given_up} messages did not leave in {ROUNDS} attempts", WHEN_IT_IS_UP, is_lasting=False)
            )
        return self._so_far()

    def _next_group(self) -> None:
        self._rest(self._lane.hold_left())
        admission = self._lane.admit()
        if isinstance(admission, Stop):
            self._settle()
            raise self._stopped(admission)
        if isinstance(admission, Wait):
            self._rest(admission.seconds)
            return
        try:
            self._claim_and_send(admission)
        finally:
            if admission.is_probe:
                self._lane.end_probe()

    def _claim_and_send(self, admission: Go) -> None:
        size = 1 if admission.is_probe else self._lane.group(self._in_flight)
        keys = [self._waiting.popleft() for _ in range(min(size, len(self._waiting)))]
        settling, self._unsettled = self._unsettled, []
        claims = self._book.claim(keys, settling=settling)
        self._count(claims)
        if not claims.claimed and (claims.stopped or claims.over_limit):
            self._leave_the_rest("stopped" if claims.stopped else "over_limit")
        group = Group(
            self._messages, book=self._book, channel=self._channel, lane=self._lane, is_probe=admission.is_probe
        )
        try:
            group.send(claims.claimed)
        finally:
            self._unsettled = group.finish(claims.claimed)
            self._sort(self._unsettled)
        self._rest(group.wait)

    def _rest(self, seconds: float) -> None:
        """Waits, with everything settled before."""
        if seconds > 0:
            self._settle()
            self._lane.pause(seconds)

    def _settle(self) -> None:
        outcomes, self._unsettled = self._unsettled, []
        if outcomes:
            self._book.settle(outcomes)

    def _sort(self, attempts: Sequence[Attempt]) -> None:
        """Counts what is over, and puts what may be tried again where it belongs: what did not fail itself comes next."""
        next_ones: list[str] = []
        for attempt in attempts:
            key = attempt.reminder_key
            if attempt.settlement != "planned":
                self._counts[attempt.settlement] += 1
            elif attempt.detail in _LEFT_PLANNED:
                next_ones.append(key)
            else:
                self._tries[key] += 1
                if self._tries[key] < ROUNDS:
                    self._waiting.append(key)
                else:
                    self._given_up += 1
        self._waiting.extendleft(reversed(next_ones))
        report("send", len(self._messages) - len(self._waiting), len(self._messages))

    def _count(self, claims: Claims) -> None:
        for name in ("cancelled", "awaiting", "skipped", "quiet", "stopped", "over_limit", "not_listed"):
            self._counts[name] += getattr(claims, name)

    def _leave_the_rest(self, name: str) -> None:
        """What holds for a whole group holds for the batch: it has one channel, and the day gets no longer."""
        self._counts[name] += len(self._waiting)
        self._waiting.clear()

    def _so_far(self) -> SendCounts:
        counts = self._counts
        return SendCounts(
            accepted=counts["accepted"],
            rejected=counts["rejected"],
            unknown=counts["unknown"],
            cancelled=counts["cancelled"],
            awaiting=counts["awaiting"],
            skipped=counts["skipped"],
            quiet=counts["quiet"],
            stopped=counts["stopped"],
            over_limit=counts["over_limit"],
            not_listed=counts["not_listed"],
            not_sent=len(self._waiting) + self._given_up,
        )

    def _stopped(self, why: Stop) -> ChannelStopped:
        counts = self._so_far()
        return ChannelStopped(
            self._channel.name, Stop(f"{why.what} ({counts})", why.fix, is_lasting=why.is_lasting), counts=counts
        )
