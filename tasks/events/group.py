"""Writes what several deliveries bring in one transaction: each is answered when its events are on the disk, and one wait serves all."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import date

from tasks.events.event import EventBatch
from tasks.ledger.ledger import Ledger
from tasks.ledger.provider_events import Taken
from tasks.ledger.written_answers import WrittenTaken
from tasks.problems import LedgerProblem

MOST_EVENTS = 5000
"""Events of one transaction; deliveries beyond wait for the next."""

_log = logging.getLogger(__name__)


@dataclass
class _Delivery:
    batch: EventBatch
    today: date
    written: Future[None] = field(default_factory=Future)

    @property
    def size(self) -> int:
        return len(self.batch.events) + len(self.batch.answers)


class GroupWriter:
    """Used from many threads. Who finds the pen free writes for all who wait; the others find theirs written."""

    def __init__(self, ledger: Callable[[], Ledger]) -> None:
        self._ledger = ledger
        self._waiting: list[_Delivery] = []
        self._queue = threading.Lock()
        self._pen = threading.Lock()

    def write(self, batch: EventBatch, *, today: date) -> None:
        """Returns when the events of `batch` are on the disk.

        Raises:
            LedgerProblem: they are not, and the provider has to come again.
        """
        delivery = _Delivery(batch, today)
        with self._queue:
            self._waiting.append(delivery)
        while not delivery.written.done():
            with self._pen:
                if not delivery.written.done():
                    self._write(self._next_group())
        delivery.written.result()

    def _write(self, group: list[_Delivery]) -> None:
        try:
            events = [event for delivery in group for event in delivery.batch.events]
            answers = [answer for delivery in group for answer in delivery.batch.answers]
            ledger, today = self._ledger(), group[0].today
            # Events first: they may tell which message an answer replies to. What fails between the two comes again, and is once.
            taken = ledger.take_events(events, today=today)
            written = ledger.take_written(answers, today=today) if answers else WrittenTaken()
        except BaseException as error:  # noqa: BLE001 whoever waits is told, whatever it was
            if len(group) > 1 and not isinstance(error, LedgerProblem):
                # A defect of ours that one delivery meets must not keep the others waiting for as long as it is repeated.
                for delivery in group:
                    self._write([delivery])
                return
            for delivery in group:
                delivery.written.set_exception(error)
            return
        for delivery in group:
            delivery.written.set_result(None)
        _log.info("%s", in_words([delivery.batch for delivery in group], taken, written))

    def _next_group(self) -> list[_Delivery]:
        """Those who waited longest, of one day, with no more events together than one transaction takes; at least one."""
        with self._queue:
            group, count = [self._waiting[0]], self._waiting[0].size
            for delivery in self._waiting[1:]:
                count += delivery.size
                if count > MOST_EVENTS or delivery.today != group[0].today:
                    break
                group.append(delivery)
            del self._waiting[: len(group)]
        return group


def in_words(batches: list[EventBatch], taken: Taken, written: WrittenTaken) -> str:
    """Some deliveries in numbers, for the log: never a number that somebody has, nor a word that he wrote."""
    ignored, malformed = sum(batch.ignored for batch in batches), sum(batch.malformed for batch in batches)
    return (
        f"{len(batches)} deliveries: {taken.new} new events, {taken.repeated} repeated, {ignored} ignored, {malformed} malformed; "
        f"{taken.about_nobody} about no message of ours, {taken.about_copies} about copies; {taken.moved} messages moved, "
        f"{taken.contradicted} contradicted, {taken.marked} addresses marked; answers: {written.new} new, {written.repeated} repeated, "
        f"{written.of_nobody} of nobody we know, {written.not_kept} not to be kept"
    )
