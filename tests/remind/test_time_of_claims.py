"""The clock by which claims grow old."""

from __future__ import annotations

import time

import pytest

from tasks.remind import door


@pytest.mark.skipif(not hasattr(time, "CLOCK_BOOTTIME"), reason="this system has no clock that counts its sleep")
def test_the_time_that_the_machine_slept_makes_a_claim_older(monkeypatch: pytest.MonkeyPatch) -> None:
    moments = {time.CLOCK_BOOTTIME: 9_000.0, time.CLOCK_MONOTONIC: 1_800.0}
    monkeypatch.setattr(door.time, "clock_gettime", moments.__getitem__)
    assert door._LANES.lane("slept", "email", per_second=None).now() == 9_000.0
