from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from tasks.ledger.recheck import Rendered
from tasks.ledger.settle import Outcome
from tasks.ledger.states import Reason, Status

ONE_DAY = timedelta(days=1)


def test_a_planned_reminder_is_claimed_once_with_all_that_is_needed_to_send_it(ledger, draft, clock) -> None:
    key = draft.message("C1", {"R1": "10.00", "R2": "2.50"})
    draft.plan_in(ledger)
    (claimed,) = draft.claim_in(ledger).claimed
    assert claimed.reminder.status is Status.CLAIMED
    assert (claimed.reminder.attempts, claimed.reminder.claimed_at) == (1, clock())
    assert claimed.reminder.total_amount == Decimal("12.50")
    assert [item.receivable_id for item in claimed.items] == ["R1", "R2"]
    (skipped,) = draft.claim_in(ledger, holder="t2").skipped
    assert (skipped.reminder_key, skipped.status, skipped.reason) == (key, Status.CLAIMED, Reason.NOT_PLANNED)


def test_every_key_asked_for_is_in_exactly_one_part_of_the_result(ledger, draft) -> None:
    keys = [draft.message(f"C{n}", {f"R{n}": "10.00"}) for n in range(3)]
    draft.plan_in(ledger)
    result = draft.claim_in(ledger, *keys, keys[0], "no such key", open_amounts={"R2": Decimal(0)})
    assert [c.reminder.reminder_key for c in result.claimed] == keys[:2]
    assert [(n.reminder_key, n.status, n.reason) for n in result.cancelled] == [
        (keys[2], Status.CANCELLED_PAID, Reason.PAID)
    ]
    assert [(n.status, n.reason) for n in result.skipped] == [(None, Reason.NOT_IN_LEDGER)]


def test_a_receivable_that_was_paid_stops_its_message(ledger, draft) -> None:
    draft.message("C1", {"R1": "10.00", "R2": "1.00"})
    draft.plan_in(ledger)
    (cancelled,) = draft.claim_in(ledger, open_amounts={"R1": Decimal("0.00"), "R2": Decimal(1)}).cancelled
    assert (cancelled.status, cancelled.reason) == (Status.CANCELLED_PAID, Reason.PAID)
    assert draft.claim_in(ledger).claimed == ()


def ready(items: dict[str, str], *, recipient: str = "c1@debtor.example", total: str | None = None) -> Rendered:
    amounts = {receivable: Decimal(amount) for receivable, amount in items.items()}
    return Rendered(
        recipient_address=recipient, total_amount=Decimal(total or sum(amounts.values(), Decimal(0))), items=amounts
    )


@pytest.mark.parametrize(
    ("rendered", "open_amounts", "reason"),
    [
        (ready({"R1": "10.00", "R2": "5.00"}), {}, None),
        (ready({"R1": "10.00", "R2": "4.99"}), {}, Reason.AMOUNT_CHANGED),
        (ready({"R1": "10.00", "R2": "5.00"}), {"R2": "4.99"}, Reason.AMOUNT_CHANGED),
        (ready({"R1": "10.00"}), {"R2": "5.01"}, Reason.AMOUNT_CHANGED),
        (ready({"R1": "10.00"}), {"R2": "5.00"}, Reason.NO_LONGER_PLANNED),
        (ready({"R1": "10.00"}), {}, Reason.NOT_AS_PLANNED),
        (ready({"R1": "10.00", "R2": "5.00", "R3": "1.00"}), {}, Reason.NOT_AS_PLANNED),
        (ready({"R1": "10.00", "R2": "5.00"}, total="15.01"), {}, Reason.NOT_AS_PLANNED),
        (ready({"R1": "10.00", "R2": "5.00"}, recipient="new@debtor.example"), {}, Reason.NOT_AS_PLANNED),
    ],
)
def test_only_what_the_ledger_holds_may_leave_and_what_differs_stays_planned(  # noqa: PLR0917 - fixtures and cases
    ledger, draft, status_of, rendered, open_amounts, reason
) -> None:
    key = draft.message("C1", {"R1": "10.00", "R2": "5.00"})
    draft.plan_in(ledger)
    known = {receivable: Decimal(amount) for receivable, amount in open_amounts.items()}
    result = draft.claim_in(ledger, rendered={key: rendered}, open_amounts=known)
    assert [skipped.reason for skipped in result.skipped] == ([reason] if reason else [])
    assert len(result.claimed) == (0 if reason else 1)
    assert status_of(ledger, key) == ("planned" if reason else "claimed")


def test_what_nobody_rendered_is_not_claimed(ledger, draft) -> None:
    draft.message("C1", {"R1": "10.00"})
    draft.plan_in(ledger)
    assert draft.claim_in(ledger, rendered={}).claimed == ()
    assert len(draft.claim_in(ledger).claimed) == 1


def test_of_two_runs_each_sends_only_what_it_planned_last(ledger, draft, new_draft) -> None:
    key = draft.message("C1", {"F1": "10.00"})
    draft.plan_in(ledger)
    newer = new_draft()
    newer.message("C1", {"F1": "10.00", "F2": "5.00"})
    newer.plan_in(ledger, "20260601-00000002")
    assert [n.reason for n in draft.claim_in(ledger, open_amounts={"F1": Decimal(10)}).skipped] == [
        Reason.NOT_AS_PLANNED
    ]
    (claimed,) = newer.claim_in(ledger).claimed
    assert claimed.reminder.reminder_key == key
    assert [item.receivable_id for item in claimed.items] == ["F1", "F2"]


def test_an_approval_is_not_given_to_what_was_not_seen(ledger, draft, new_draft) -> None:
    key = draft.message("C1", {"F1": "10.00"}, needs_approval=True)
    draft.plan_in(ledger)
    ledger.approve(key, author="ana")
    newer = new_draft()
    newer.message("C1", {"F1": "10.00", "F2": "5.00"}, needs_approval=True)
    assert [n.reason for n in newer.claim_in(ledger).skipped] == [Reason.NOT_AS_PLANNED]
    newer.plan_in(ledger)
    assert [n.reason for n in newer.claim_in(ledger).skipped] == [Reason.AWAITING_APPROVAL]


def test_an_amount_is_compared_by_value_not_by_its_number_of_decimals(ledger, draft) -> None:
    draft.message("C1", {"R1": "10"})
    draft.plan_in(ledger)
    assert draft.claim_in(ledger, open_amounts={"R1": Decimal("10.00")}).claimed


def test_a_message_of_another_day_is_not_claimed_with_todays_amounts(ledger, draft) -> None:
    draft.message("C1", {"R1": "10.00"})
    draft.plan_in(ledger)
    draft.as_of += ONE_DAY
    assert [n.reason for n in draft.claim_in(ledger).skipped] == [Reason.OTHER_DAY]


def test_an_unapproved_step_waits_and_an_approved_one_goes(ledger, draft, status_of) -> None:
    key = draft.message("C1", {"R1": "10.00"}, needs_approval=True)
    draft.plan_in(ledger)
    assert [n.reason for n in draft.claim_in(ledger).skipped] == [Reason.AWAITING_APPROVAL]
    assert status_of(ledger, key) == "planned"
    ledger.approve(key, author="ana")
    assert len(draft.claim_in(ledger).claimed) == 1


@pytest.mark.parametrize(
    ("next_amounts", "goes"),
    [({"R1": "10.00"}, True), ({"R1": "4.00"}, True), ({"R1": "10.01"}, False), ({"R1": "5.00", "R3": "1.00"}, False)],
    ids=["the same", "less", "more money", "another receivable"],
)
def test_an_approval_outlives_its_day_but_covers_only_what_was_seen(ledger, new_draft, next_amounts, goes) -> None:
    today = new_draft()
    key = today.message("C1", {"R1": "10.00"}, needs_approval=True)
    today.plan_in(ledger)
    ledger.approve(key, author="ana")
    tomorrow = new_draft(as_of=today.as_of + ONE_DAY)
    tomorrow.message("C1", next_amounts, needs_approval=True)
    tomorrow.plan_in(ledger)
    assert len(tomorrow.claim_in(ledger).claimed) == (1 if goes else 0)


def test_an_approval_is_used_once(ledger, new_draft) -> None:
    days = [new_draft(as_of=new_draft().as_of + n * ONE_DAY) for n in range(2)]
    keys = [draft.message("C1", {"R1": "10.00"}, needs_approval=True) for draft in days]
    days[0].plan_in(ledger)
    ledger.approve(keys[0], author="ana")
    days[0].claim_in(ledger)
    ledger.settle([Outcome(reminder_key=keys[0], status=Status.ACCEPTED)], claim_token="t1")
    days[1].plan_in(ledger)
    assert [n.reason for n in days[1].claim_in(ledger).skipped] == [Reason.AWAITING_APPROVAL]


def test_only_a_planned_reminder_can_be_approved(ledger, draft) -> None:
    key = draft.message("C1", {"R1": "10.00"}, needs_approval=True)
    with pytest.raises(Exception, match="is not in the ledger"):
        ledger.approve(key, author="ana")
