"""Deliveries that come at once are written together, and each is answered for itself."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import pytest

from tasks.events.event import EventBatch, EventKind, ProviderEvent
from tasks.events.group import GroupWriter
from tasks.ledger.provider_events import Taken
from tasks.problems import LedgerProblem

DAY = date(2026, 6, 1)


def batch(*names: str) -> EventBatch:
    at = datetime(2026, 6, 1, tzinfo=UTC)
    return EventBatch(tuple(ProviderEvent(name, "p", None, None, EventKind.DELIVERED, at) for name in names))


class SlowBooks:
    """A ledger that waits at the first group until it may go on, and remembers the groups."""

    def __init__(self) -> None:
        self.groups: list[list[str]] = []
        self.days: list[date] = []
        self.began, self.may_go_on = threading.Event(), threading.Event()
        self.fails = False

    def take_events(self, events, *, today: date) -> Taken:
        self.groups.append([event.event_id for event in events])
        self.days.append(today)
        self.began.set()
        assert self.may_go_on.wait(10)
        if self.fails:
            raise LedgerProblem.at("the ledger", "is locked", "Wait.")
        return Taken(new=len(events))


@pytest.fixture
def books() -> SlowBooks:
    return SlowBooks()


def all_at_once(books: SlowBooks, batches, days=None) -> list[object]:
    """Writes the first batch, and the others while it is being written; gives what each was told."""
    writer = GroupWriter(lambda: books)
    days = days or [DAY] * len(batches)

    def write(number: int) -> object:
        try:
            writer.write(batches[number], today=days[number])
        except LedgerProblem:
            return "again"
        except ValueError:
            return "defect"
        return "written"

    with ThreadPoolExecutor(len(batches)) as pool:
        told = [pool.submit(write, 0)]
        assert books.began.wait(10)
        for number in range(1, len(batches)):
            told.append(pool.submit(write, number))
            while len(writer._waiting) < number:
                pass
        books.may_go_on.set()
        return [one.result(10) for one in told]


def test_those_who_wait_are_written_in_one_transaction(books) -> None:
    assert all_at_once(books, [batch("a"), batch("b", "c"), batch(), batch("d")]) == ["written"] * 4
    assert books.groups == [["a"], ["b", "c", "d"]]


def test_every_delivery_of_a_group_that_failed_comes_again(books) -> None:
    books.fails = True
    assert all_at_once(books, [batch("a"), batch("b"), batch("c")]) == ["again"] * 3


def test_a_delivery_that_meets_a_defect_harms_no_other(books) -> None:
    def take_or_fail(events, *, today: date) -> Taken:
        if any(event.event_id == "poison" for event in events):
            raise ValueError("a defect")
        return SlowBooks.take_events(books, events, today=today)

    books.take_events = take_or_fail
    assert all_at_once(books, [batch("a"), batch("b"), batch("poison"), batch("c")]) == [
        "written",
        "written",
        "defect",
        "written",
    ]


def test_deliveries_of_two_days_are_written_apart(books) -> None:
    other = date(2026, 6, 2)
    all_at_once(books, [batch("a"), batch("b"), batch("c"), batch("d")], [DAY, DAY, other, other])
    assert list(zip(books.days, books.groups, strict=True)) == [(DAY, ["a"]), (DAY, ["b"]), (other, ["c", "d"])]


def test_a_storm_of_single_events_is_taken_by_many_threads_at_once(desk, entry) -> None:
    messages = desk.send(*(f"C{number}" for number in range(40)))

    def tell(message: str) -> int:
        body = json.dumps([entry("delivered", message)]).encode()
        return desk.client.post("/events/sendgrid", content=body, headers=desk.post.headers(body)).status_code

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(tell, messages * 3)) == {204}
    assert set(desk.statuses().values()) == {"delivered"}
