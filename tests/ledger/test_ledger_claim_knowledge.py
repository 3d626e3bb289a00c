"""What was learned since a message was planned decides whether it may leave."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from tasks.ledger.flags import CustomerFlag, FlagKind
from tasks.ledger.knowledge import Dispute, Hold, OptOut, Promise
from tasks.ledger.payment_plans import PaymentPlan
from tasks.ledger.states import Reason
from tasks.problems import LedgerProblem

ONE_DAY = timedelta(days=1)

WHO = {"customer_id": "C1", "author": "ana"}


def knowledge(as_of):
    """What stands against a message, and what does not any more or not here."""
    seen = {**WHO, "recorded_on": as_of}
    return {
        "dispute of the receivable": (Dispute(**seen, reason="price", opened_on=as_of, receivable_id="R1"), "disputed"),
        "dispute of the customer": (Dispute(**seen, reason="price", opened_on=as_of), "disputed"),
        "dispute of another receivable": (
            Dispute(**seen, reason="price", opened_on=as_of, receivable_id="R9"),
            None,
        ),
        "hold that ends today": (Hold(**seen, reason="x", from_on=as_of - ONE_DAY, until_on=as_of), "on_hold"),
        "hold without end": (Hold(**seen, reason="x", from_on=as_of), "on_hold"),
        "hold that ended yesterday": (
            Hold(**seen, reason="x", from_on=as_of - 9 * ONE_DAY, until_on=as_of - ONE_DAY),
            None,
        ),
        "hold that begins tomorrow": (Hold(**seen, reason="x", from_on=as_of + ONE_DAY), None),
        "customer died": (
            CustomerFlag(**seen, kind=FlagKind.DECEASED, reason="the widow called", from_on=as_of),
            "flagged",
        ),
        "customer has a lawyer": (
            CustomerFlag(**seen, kind=FlagKind.REPRESENTED_BY_LAWYER, reason="letter", from_on=as_of),
            "flagged",
        ),
        "flag that ended yesterday": (
            CustomerFlag(
                **seen, kind=FlagKind.CLOSED, reason="seen", from_on=as_of - ONE_DAY, until_on=as_of - ONE_DAY
            ),
            None,
        ),
        "promise for today": (Promise(**seen, promised_for=as_of), "promised"),
        "promise in its currency": (
            Promise(**seen, promised_for=as_of, amount=Decimal(5), currency="EUR"),
            "promised",
        ),
        "promise in another currency": (
            Promise(**seen, promised_for=as_of, amount=Decimal(5), currency="USD"),
            None,
        ),
        "promise that was due yesterday": (Promise(**seen, promised_for=as_of - ONE_DAY), None),
        "opt-out of every channel": (OptOut(**seen, from_on=as_of), "opted_out"),
        "opt-out of this channel": (OptOut(**seen, from_on=as_of, channel="email"), "opted_out"),
        "opt-out of another channel": (OptOut(**seen, from_on=as_of, channel="letter"), None),
    }


@pytest.mark.parametrize("case", knowledge(date(2026, 6, 1)))
def test_what_was_learned_since_the_plan_decides_at_claim_time(ledger, draft, case) -> None:
    draft.message("C1", {"R1": "10.00"})
    draft.plan_in(ledger)
    learned, reason = knowledge(draft.as_of)[case]
    ledger.record(learned)
    result = draft.claim_in(ledger)
    assert [n.reason for n in result.cancelled] == ([reason] if reason else [])
    assert len(result.claimed) == (0 if reason else 1)


def test_a_plan_that_is_sent_a_day_late_heeds_what_was_learned_meanwhile(ledger, draft, clock) -> None:
    draft.message("C1", {"R1": "10.00"})
    draft.plan_in(ledger)
    clock.advance(days=1)
    tomorrow = draft.as_of + ONE_DAY
    ledger.record(Dispute(**WHO, recorded_on=tomorrow, reason="price", opened_on=tomorrow))
    assert [n.reason for n in draft.claim_in(ledger, today=tomorrow).cancelled] == [Reason.DISPUTED]


def between(as_of):
    """What stands neither on the plan's day nor nine days later, when it is sent."""
    later = {**WHO, "recorded_on": as_of + 3 * ONE_DAY}
    return {
        "a hold that is over": Hold(**later, reason="x", from_on=as_of + 3 * ONE_DAY, until_on=as_of + 4 * ONE_DAY),
        "a hold to come": Hold(**later, reason="x", from_on=as_of + 10 * ONE_DAY),
        "a promise that was not kept": Promise(**later, promised_for=as_of + 4 * ONE_DAY),
    }


@pytest.mark.parametrize("case", between(date(2026, 6, 1)))
def test_what_stands_neither_on_the_plans_day_nor_on_the_day_of_sending_does_not_stop_it(ledger, draft, case) -> None:
    draft.message("C1", {"R1": "10.00"})
    draft.plan_in(ledger)
    ledger.record(between(draft.as_of)[case])
    assert len(draft.claim_in(ledger, today=draft.as_of + 9 * ONE_DAY).claimed) == 1


def test_the_day_of_sending_is_said_and_not_read_from_the_ledgers_clock(ledger, draft, clock) -> None:
    draft.message("C1", {"R1": "10.00"})
    draft.plan_in(ledger)
    clock.advance(days=1)
    tomorrow = draft.as_of + ONE_DAY
    ledger.record(Dispute(**WHO, recorded_on=tomorrow, reason="price", opened_on=tomorrow))
    assert len(draft.claim_in(ledger, today=draft.as_of).claimed) == 1


def test_ended_disputes_and_released_holds_do_not_stand_in_the_way(ledger, draft) -> None:
    draft.message("C1", {"R1": "10.00"})
    draft.plan_in(ledger)
    before = draft.as_of - ONE_DAY
    dispute = ledger.record(Dispute(**WHO, recorded_on=before, reason="price", opened_on=before))
    hold = ledger.record(Hold(**WHO, recorded_on=before, reason="x", from_on=before))
    ledger.resolve_dispute(dispute, resolved_on=draft.as_of)
    ledger.release_hold(hold, released_on=draft.as_of)
    assert len(draft.claim_in(ledger).claimed) == 1


def test_a_flag_that_was_released_does_not_stand_in_the_way(ledger, draft) -> None:
    draft.message("C1", {"R1": "10.00"})
    draft.plan_in(ledger)
    seen = {**WHO, "recorded_on": draft.as_of}
    flag = ledger.record(CustomerFlag(**seen, kind=FlagKind.CLOSED, reason="shutters down", from_on=draft.as_of))
    ledger.release_flag(flag, released_on=draft.as_of)
    assert len(draft.claim_in(ledger).claimed) == 1
    with pytest.raises(LedgerProblem, match="is not open in the ledger"):
        ledger.release_flag(flag, released_on=draft.as_of)


@pytest.mark.parametrize(
    ("purpose", "needs_approval", "reason"),
    [("overdue", False, None), ("suspension_deadline", False, "flagged"), ("suspension_deadline", True, None)],
)
def test_a_vulnerable_customer_hears_of_what_hurts_only_with_approval(
    ledger, draft, purpose, needs_approval, reason
) -> None:
    key = draft.message("C1", {"R1": "10.00"}, purpose=purpose, needs_approval=needs_approval)
    draft.plan_in(ledger)
    seen = {**WHO, "recorded_on": draft.as_of}
    ledger.record(CustomerFlag(**seen, kind=FlagKind.VULNERABLE, reason="illness", from_on=draft.as_of))
    if needs_approval:
        ledger.approve(key, author="ana")
    result = draft.claim_in(ledger)
    assert [refused.reason for refused in result.cancelled] == ([reason] if reason else [])
    assert len(result.claimed) == (0 if reason else 1)


def test_leave_given_before_it_was_known_that_the_customer_is_vulnerable_is_asked_for_again(
    ledger, new_draft, clock
) -> None:
    first = new_draft()
    key = first.message("C1", {"R1": "10.00"}, needs_approval=True)
    first.plan_in(ledger)
    ledger.approve(key, author="ana")
    clock.advance(days=1)
    tomorrow = first.as_of + ONE_DAY
    ledger.record(
        CustomerFlag(**WHO, recorded_on=tomorrow, kind=FlagKind.VULNERABLE, reason="illness", from_on=tomorrow)
    )
    later = new_draft(as_of=tomorrow)
    again = later.message("C1", {"R1": "10.00"}, needs_approval=True)
    later.plan_in(ledger)
    assert [n.reason for n in later.claim_in(ledger).skipped] == [Reason.AWAITING_APPROVAL]
    ledger.approve(again, author="ana")
    assert len(later.claim_in(ledger).claimed) == 1


def test_a_promise_that_the_plan_was_made_with_does_not_stop_what_it_left_to_be_said(ledger, draft) -> None:
    promise = Promise(
        **WHO, recorded_on=draft.as_of, promised_for=draft.as_of + 9 * ONE_DAY, amount=Decimal(5), currency="EUR"
    )
    known = ledger.record(promise)
    draft.message("C1", {"R1": "10.00"})
    draft.plan_in(ledger)
    assert len(draft.claim_in(ledger, judged_promises=frozenset({known})).claimed) == 1


def test_a_payment_plan_agreed_since_stops_the_message(ledger, draft) -> None:
    draft.message("C1", {"R1": "10.00"})
    draft.message("C2", {"R2": "10.00"})
    draft.plan_in(ledger)
    days = {draft.as_of + 9 * ONE_DAY: Decimal(5), draft.as_of + 40 * ONE_DAY: Decimal(5)}
    ledger.record_plan(PaymentPlan(**WHO, recorded_on=draft.as_of, instalments=days, currency="EUR"))
    result = draft.claim_in(ledger)
    assert [refused.reason for refused in result.cancelled] == [Reason.PROMISED]
    assert [claimed.reminder.customer_id for claimed in result.claimed] == ["C2"]


def test_an_approval_covers_what_was_seen_and_not_another_purpose_tone_or_contact(ledger, draft, new_draft) -> None:
    key = draft.message("C1", {"R1": "10.00"}, step="last", needs_approval=True, purpose="legal_deadline")
    draft.plan_in(ledger)
    ledger.approve(key, author="ana")
    for changed in ({"purpose": "hand_over"}, {"tone": "neutral"}, {"contact_id": "C1-2"}, {}):
        tomorrow = new_draft(as_of=date(2026, 6, 2))
        later = tomorrow.message("C1", {"R1": "10.00"}, step="last", needs_approval=True, purpose="legal_deadline")
        tomorrow.reminders = [replace(one, **changed) for one in tomorrow.reminders]
        tomorrow.plan_in(ledger, run_id="20260602-00000001")
        with ledger.sending("20260602-00000001") as token:
            result = tomorrow.claim_in(ledger, later, holder=token)
        assert bool(result.claimed) == (not changed), changed
