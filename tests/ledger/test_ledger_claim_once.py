"""A customer hears of a receivable once a day, and no more often than the cap allows."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tasks.ledger.recheck import ContactCap
from tasks.ledger.settle import Outcome
from tasks.ledger.states import Reason, Status

ONE_DAY = timedelta(days=1)


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
