"""What hurts leaves only if what announces it arrived, as far as anybody knows: the ledger's own look, whatever was decided."""

from __future__ import annotations

from datetime import date

import pytest

from tasks.ledger.settle import Outcome
from tasks.ledger.states import Reason, Status

LATER = date(2026, 6, 20)


def announced(ledger, draft, *, purpose: str = "legal_deadline") -> str:
    key = draft.message("C1", {"R1": "10.00"}, step="warn", purpose=purpose)
    draft.plan_in(ledger)
    draft.claim_in(ledger)
    return key


def hand_over(ledger, new_draft, receivables: dict[str, str]):
    later = new_draft(as_of=LATER)
    key = later.message("C1", receivables, step="court", purpose="hand_over", channel="legal", needs_approval=True)
    later.plan_in(ledger, "20260620-00000001")
    ledger.approve(key, author="ana")
    return later.claim_in(ledger)


@pytest.mark.parametrize("status", [Status.ACCEPTED, Status.DELIVERED, Status.BOUNCED, Status.UNKNOWN, Status.REJECTED])
def test_what_hurts_leaves_only_if_its_announcement_did_not_come_back(ledger, draft, new_draft, status) -> None:
    key = announced(ledger, draft)
    taken = status if status in (Status.UNKNOWN, Status.REJECTED) else Status.ACCEPTED
    ledger.settle([Outcome(reminder_key=key, status=taken)], claim_token="t1")
    if status in (Status.DELIVERED, Status.BOUNCED):
        (row,) = ledger.messages_about("R1", draft.as_of)
        ledger.resolve(row.reminder_id, status, evidence="event")
    result = hand_over(ledger, new_draft, {"R1": "10.00"})
    goes = status in (Status.ACCEPTED, Status.DELIVERED)
    assert len(result.claimed) == goes
    assert [entry.reason for entry in result.cancelled] == ([] if goes else [Reason.NOT_ANNOUNCED])


@pytest.mark.parametrize("purpose", ["overdue", "suspension_deadline"])
def test_another_message_announces_nothing(ledger, draft, new_draft, purpose) -> None:
    key = announced(ledger, draft, purpose=purpose)
    ledger.settle([Outcome(reminder_key=key, status=Status.ACCEPTED)], claim_token="t1")
    assert [entry.reason for entry in hand_over(ledger, new_draft, {"R1": "10.00"}).cancelled] == [Reason.NOT_ANNOUNCED]


def test_one_receivable_that_was_not_announced_stops_all_of_the_case(ledger, draft, new_draft) -> None:
    key = announced(ledger, draft)
    ledger.settle([Outcome(reminder_key=key, status=Status.ACCEPTED)], claim_token="t1")
    assert hand_over(ledger, new_draft, {"R1": "10.00", "R2": "5.00"}).claimed == ()
