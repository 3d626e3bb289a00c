from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from tasks.ledger.flags import CustomerFlag, FlagKind
from tasks.ledger.knowledge import Dispute, Hold, OptOut, Promise
from tasks.ledger.payment_plans import PaymentPlan
from tasks.ledger.recheck import ContactCap, Rendered
from tasks.ledger.settle import Outcome
from tasks.ledger.states import Reason, Status
from tasks.problems import LedgerProblem

ONE_DAY = timedelta(days=1)
WHO = {"customer_id": "C1", "author": "ana"}


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


@pytest.mark.parametrize("groups", [[0, 1, 2, 3, 4], [0], [1]], ids=["one claim", "claim by claim", "another first"])
def test_a_receivable_is_in_one_live_message_a_day_whatever_the_key_and_role_and_step(ledger, draft, groups) -> None:
    keys = [
        draft.message("C1", {"R1": "10.00"}, step="first"),
        draft.message("C1", {"R1": "10.00"}, step="second"),
        draft.message("C1", {"R1": "10.00", "R2": "1.00"}, step="third", channel="letter"),
        draft.message("C1", {"R1": "10.00"}, step="second", role="escalation"),
        draft.message("C1", {"R1": "10.00"}, step="second", currency="USD"),
    ]
    draft.plan_in(ledger)
    results = [draft.claim_in(ledger, *(keys[n] for n in groups)), draft.claim_in(ledger)]
    assert [c.reminder.reminder_key for r in results for c in r.claimed] == [keys[groups[0]]]
    assert {n.reason for r in results for n in r.cancelled} == {Reason.ALREADY_CONTACTED_TODAY}


def test_a_step_over_several_channels_is_said_by_each_of_them_once(ledger, draft) -> None:
    keys = [
        draft.message("C1", {"R1": "10.00"}),
        draft.message("C1", {"R1": "10.00"}, channel="whatsapp"),
        draft.message("C1", {"R1": "10.00"}, channel="whatsapp", role="escalation"),
    ]
    draft.plan_in(ledger)
    results = [draft.claim_in(ledger, keys[0]), draft.claim_in(ledger)]
    assert [c.reminder.reminder_key for r in results for c in r.claimed] == keys[:2]


def test_a_threat_goes_beside_a_reminder_of_other_receivables(ledger, draft) -> None:
    draft.message("C1", {"R1": "10.00"})
    draft.message("C1", {"R2": "10.00"}, step="notice", purpose="suspension_deadline")
    draft.plan_in(ledger)
    assert len(draft.claim_in(ledger).claimed) == 2


def test_messages_of_one_plan_to_a_customer_all_go(ledger, draft) -> None:
    draft.message("C1", {"R1": "10.00"})
    draft.message("C1", {"R2": "10.00"}, currency="USD")
    draft.message("C1", {"R3": "10.00"}, role="escalation")
    draft.message("C1", {"R4": "10.00"}, channel="letter")
    draft.plan_in(ledger)
    assert len(draft.claim_in(ledger).claimed) == 4


@pytest.mark.parametrize(
    ("change", "goes"),
    [
        ({"version": "v2"}, False),
        ({"version": "v2", "role": "escalation"}, False),
        ({"version": "v2", "step": "second"}, False),
        ({"step": "second"}, False),
        ({"version": "v2", "currency": "USD"}, True),
        ({"version": "v2", "channel": "letter"}, True),
        ({"role": "escalation"}, True),
    ],
    ids=str,
)
def test_a_later_plan_of_the_day_does_not_write_to_the_same_customer_again(
    ledger, draft, new_draft, change, goes
) -> None:
    draft.message("C1", {"R1": "10.00"})
    draft.plan_in(ledger)
    assert len(draft.claim_in(ledger).claimed) == 1
    later = new_draft()
    later.message("C1", {"R2": "7.00"}, **change)
    later.plan_in(ledger, "20260601-00000002")
    result = later.claim_in(ledger)
    assert len(result.claimed) == (1 if goes else 0)
    assert [n.reason for n in result.cancelled] == ([] if goes else [Reason.ALREADY_CONTACTED_TODAY])


def test_the_same_holds_across_claims_and_ends_when_it_is_sure_that_nothing_left(ledger, draft) -> None:
    first = draft.message("C1", {"R1": "10.00"}, step="first")
    second = draft.message("C1", {"R1": "10.00"}, step="second")
    draft.plan_in(ledger)
    draft.claim_in(ledger, first)
    assert [n.reason for n in draft.claim_in(ledger, second).cancelled] == [Reason.ALREADY_CONTACTED_TODAY]
    ledger.settle([Outcome(reminder_key=first, status=Status.REJECTED)], claim_token="t1")
    draft.plan_in(ledger)
    assert len(draft.claim_in(ledger, second).claimed) == 1


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


def test_a_cap_of_a_channel_holds_back_that_channel_alone(ledger, new_draft) -> None:
    caps = (ContactCap(contacts=1, per_days=14, channel="letter"),)
    first = new_draft()
    first.message("C1", {"R1": "10.00"})
    first.message("C1", {"R1": "10.00"}, channel="letter")
    first.plan_in(ledger)
    assert len(first.claim_in(ledger, channel_caps=caps).claimed) == 2
    later = new_draft(as_of=first.as_of + 5 * ONE_DAY)
    mail = later.message("C1", {"R2": "10.00"})
    letter = later.message("C1", {"R2": "10.00"}, channel="letter")
    later.plan_in(ledger)
    result = later.claim_in(ledger, channel_caps=caps)
    assert [claimed.reminder.reminder_key for claimed in result.claimed] == [mail]
    assert [(refused.reminder_key, refused.reason) for refused in result.cancelled] == [(letter, "frequency_cap")]


def test_the_cap_counts_days_of_contact_and_never_today_against_itself(ledger, new_draft) -> None:
    def contact(day: int, expected: str | None) -> None:
        draft = new_draft(as_of=new_draft().as_of + day * ONE_DAY)
        draft.message("C1", {f"R{day}": "10.00"})
        draft.message("C1", {f"S{day}": "10.00"}, channel="letter")
        draft.plan_in(ledger)
        result = draft.claim_in(ledger, cap=ContactCap(contacts=2, per_days=7))
        assert {n.reason for n in result.cancelled} == ({expected} if expected else set())

    contact(0, None)
    contact(3, None)
    contact(6, "frequency_cap")
    contact(7, None)
    contact(9, "frequency_cap")
    contact(5, "frequency_cap")


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
