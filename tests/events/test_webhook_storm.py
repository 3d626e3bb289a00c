"""A short storm of events through the real route and a real ledger; `make storm` raises a long one."""

from __future__ import annotations

from benchmarks.webhook_storm import raise_storm


def test_in_a_storm_every_message_ends_where_it_must_and_nothing_forged_is_taken() -> None:
    storm = raise_storm(events=1500, repeats="even", seed=7)
    assert storm.told_events > 20 * storm.distinct_events
    assert (storm.wrong_final_states, storm.genuine_refused) == (0, 0)
    assert storm.forged > 0
    assert storm.stale > 0
    assert (storm.forged_accepted, storm.stale_accepted) == (0, 0)
