"""Sends the messages of one claim, each once, and says what each outcome proves."""

from __future__ import annotations

import traceback
from collections.abc import Mapping, Sequence

from tasks.remind.channels.protocol import Channel, NotAllowed, NothingLeft, OutcomeUnknown, Refused, SlowDown
from tasks.remind.delivery.lane import Lane
from tasks.remind.delivery.outcomes import Attempt, ChannelCrashed, ClaimBook
from tasks.remind.outbound import Outbound

NOT_BEGUN = "not begun"
ASKED_TO_WAIT = "the provider asked to wait"
LONGEST_GROUP_SECONDS = 1200.0
"""No message begins later than this after its claim: well before `tasks.ledger.holder.LEASE`, after which others may take it for lost."""


class Group:
    """One claim on its way. `attempts` grows message by message; `finish` completes it, whatever happened in between."""

    def __init__(
        self, messages: Mapping[str, Outbound], *, book: ClaimBook, channel: Channel, lane: Lane, is_probe: bool
    ) -> None:
        self._messages = messages
        self._book = book
        self._channel = channel
        self._lane = lane
        self._is_probe = is_probe
        self._under_way: str | None = None
        self.attempts: list[Attempt] = []
        self.wait = 0.0

    def send(self, claimed: Sequence[str]) -> None:
        """Sends `claimed` one after another until the provider wants a pause (`wait`), the lane is open or it gets late.

        Raises:
            ChannelCrashed: a defect of ours in the channel; the message is under way.
        """
        claimed_at = self._lane.now()
        for key in claimed:
            is_late = self._lane.now() - claimed_at > LONGEST_GROUP_SECONDS
            if is_late or (self._lane.is_open and not self._is_probe):
                return
            begun_at = self._lane.take_turn()
            self._under_way = key
            self._book.begin(key)
            attempt = self._attempt(key, begun_at)
            self._book.end(attempt)
            self.attempts.append(attempt)
            self._under_way = None
            if self.wait > 0 or self._lane.is_open:
                return

    def finish(self, claimed: Sequence[str]) -> list[Attempt]:
        """The outcome of every claimed message: one that is under way may have left, of those not begun nothing did."""
        if self._under_way is not None:
            self.attempts.append(
                Attempt(
                    self._under_way,
                    "unknown",
                    "interrupted while it was being sent",
                    content_hash=self._messages[self._under_way].content_hash,
                )
            )
            self._under_way = None
        self.attempts += [Attempt(key, "planned", NOT_BEGUN) for key in claimed[len(self.attempts) :]]
        return self.attempts

    def _attempt(self, key: str, begun_at: float) -> Attempt:
        message, lane, is_probe = self._messages[key], self._lane, self._is_probe
        try:
            receipt = self._channel.send(message)
        except NotAllowed as error:
            lane.refuse_all(str(error))
            return Attempt(key, "planned", str(error))
        except Refused as error:
            lane.record("ok", begun_at=begun_at, is_probe=is_probe)
            return Attempt(key, "rejected", str(error))
        except SlowDown as error:
            self.wait = lane.slow_down(
                begun_at=begun_at, is_probe=is_probe, hold=error.retry_after_seconds, why=str(error)
            )
            return Attempt(key, "planned", ASKED_TO_WAIT)
        except NothingLeft as error:
            self.wait = lane.record("failed", begun_at=begun_at, is_probe=is_probe, why=str(error))
            return Attempt(key, "planned", str(error))
        except OutcomeUnknown as error:
            self.wait = lane.record("unknown", begun_at=begun_at, is_probe=is_probe, why=str(error))
            return Attempt(key, "unknown", str(error), content_hash=message.content_hash)
        except Exception as error:  # noqa: BLE001 its text may hold an address, and Prefect stores texts
            raise _crash(self._channel.name, error) from None
        lane.record("ok", begun_at=begun_at, is_probe=is_probe)
        return Attempt(key, "accepted", receipt=receipt, content_hash=message.content_hash)


def _crash(channel: str, error: Exception) -> ChannelCrashed:
    place = traceback.extract_tb(error.__traceback__)[-1]
    return ChannelCrashed(f"channel {channel}: {type(error).__name__} in {place.name}, line {place.lineno}")
