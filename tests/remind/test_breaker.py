"""The breaker of a channel: what opens it, and that only its own probe decides whether it goes on."""

from __future__ import annotations

import pytest

from tasks.remind.delivery.breaker import COOL_DOWN_SECONDS, FAILURES_IN_A_ROW, Breaker, Go, Result, Wait
from tasks.remind.delivery.lane import Lane, Time
from tasks.remind.delivery.outcomes import Stop

OPENED_AT = 10.0
PROBED_AT = OPENED_AT + COOL_DOWN_SECONDS[0]


def opened() -> Breaker:
    """A breaker that opened at `OPENED_AT`, by messages that began shortly before."""
    breaker = Breaker()
    for _ in range(FAILURES_IN_A_ROW):
        breaker.record("failed", OPENED_AT, begun_at=OPENED_AT - 1, why="down")
    assert breaker.is_open
    return breaker


@pytest.mark.parametrize("old", ["ok", "failed", "unknown"])
def test_an_old_result_that_comes_while_a_probe_is_under_way_does_not_end_it(old: Result) -> None:
    breaker = opened()
    assert breaker.admit(PROBED_AT) == Go(is_probe=True)
    breaker.record(old, PROBED_AT + 1, begun_at=OPENED_AT - 1, why="late")
    assert breaker.is_open
    assert isinstance(breaker.admit(PROBED_AT + 1), Wait)  # one probe at a time: it is still under way
    breaker.record("ok", PROBED_AT + 2, begun_at=PROBED_AT, is_probe=True)
    breaker.end_probe()
    assert breaker.admit(PROBED_AT + 2) == Go()


def test_old_results_neither_put_the_next_probe_off_nor_use_up_its_tries() -> None:
    breaker = opened()
    for _ in range(9):
        breaker.record("unknown", OPENED_AT + 5, begun_at=OPENED_AT - 1, why="late")
        breaker.record_refusal(OPENED_AT + 5, begun_at=OPENED_AT - 1, why="late")
    assert breaker.admit(PROBED_AT) == Go(is_probe=True)
    breaker.record("failed", PROBED_AT, begun_at=PROBED_AT, is_probe=True, why="down")
    breaker.end_probe()
    assert breaker.admit(PROBED_AT) == Wait(COOL_DOWN_SECONDS[1])


def test_old_results_that_come_after_it_closed_do_not_open_it_again() -> None:
    breaker = opened()
    breaker.admit(PROBED_AT)
    breaker.record("ok", PROBED_AT, begun_at=PROBED_AT, is_probe=True)
    breaker.end_probe()
    for _ in range(FAILURES_IN_A_ROW):
        breaker.record("unknown", PROBED_AT + 1, begun_at=OPENED_AT - 1, why="late")
    assert breaker.admit(PROBED_AT + 1) == Go()
    for _ in range(FAILURES_IN_A_ROW):
        breaker.record("failed", PROBED_AT + 2, begun_at=PROBED_AT + 1, why="down again")
    assert breaker.is_open


def test_a_probe_that_ends_well_does_not_undo_that_the_provider_refused_us_meanwhile() -> None:
    breaker = opened()
    breaker.admit(PROBED_AT)
    breaker.refuse_all("401")
    breaker.record("ok", PROBED_AT + 1, begun_at=PROBED_AT, is_probe=True)
    breaker.end_probe()
    answer = breaker.admit(PROBED_AT + 1)
    assert isinstance(answer, Stop)
    assert answer.is_lasting


def test_a_probe_that_is_asked_to_wait_has_failed_also_when_another_batch_was_asked_at_the_same_time() -> None:
    now = [0.0]
    lane = Lane(Time(lambda: now[0], lambda seconds: now.__setitem__(0, now[0] + seconds)))
    for _ in range(FAILURES_IN_A_ROW):
        lane.record("failed", begun_at=0.0, why="down")
    now[0] += COOL_DOWN_SECONDS[0]
    assert lane.admit() == Go(is_probe=True)
    begun_at = now[0]
    now[0] += 1.0
    lane.slow_down(begun_at=0.0, hold=None, why="429")
    lane.slow_down(begun_at=begun_at, is_probe=True, hold=None, why="429")
    lane.end_probe()
    assert lane.admit() == Wait(COOL_DOWN_SECONDS[1])
