"""Claims of processes on other machines: given up after a while by whoever begins a run or reconciles, and not before."""

from __future__ import annotations

from datetime import timedelta

import pytest
from prefect.logging import disable_run_logger

from tasks.ledger.door import begin_run
from tasks.ledger.holder import LEASE
from tasks.ledger.live import utc_now
from tasks.ledger.opening import open_ledger
from tasks.ledger.states import Status
from tasks.remind.channels.files import FilesChannel
from tasks.remind.reconcile import reconcile

MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(("age", "expected"), [(LEASE + MINUTE, "unknown"), (LEASE - MINUTE, "claimed")])
def test_a_run_that_begins_gives_up_claims_of_other_machines_after_the_lease(
    sqlite_workspace, draft, age, expected
) -> None:
    key = draft.message("C1", {"R1": "10.00"})
    with open_ledger(sqlite_workspace, clock=lambda: utc_now() - age) as ledger:
        draft.plan_in(ledger)
        draft.claim_in(ledger, holder="of another machine")
    with disable_run_logger():
        begin_run.fn(sqlite_workspace.paths.root, as_of=draft.as_of, mode="plan")
    with open_ledger(sqlite_workspace, clock=utc_now) as ledger:
        (row,) = ledger.facts(draft.as_of)["ledger.reminders"].to_pylist()
    assert (row["reminder_key"], row["status"]) == (key, expected)


def test_reconciling_gives_up_claims_made_before_the_moment_it_is_told(sqlite_ledger, draft, clock, tmp_path) -> None:
    draft.message("C1", {"R1": "10.00"})
    draft.plan_in(sqlite_ledger)
    draft.claim_in(sqlite_ledger, holder="of another machine")
    channel = FilesChannel(tmp_path / "outbox")
    assert reconcile(sqlite_ledger, {"email": channel}, claimed_before=clock() - MINUTE) == ()
    (found,) = reconcile(sqlite_ledger, {"email": channel}, claimed_before=clock() + MINUTE)
    assert found.finding == "not_sent"
    (row,) = sqlite_ledger.facts(draft.as_of)["ledger.reminders"].to_pylist()
    assert row["status"] == Status.PLANNED
