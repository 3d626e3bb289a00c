"""Thanking for a payment: planned, remembered and looked at once more by rules of its own."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from tasks.ledger.knowledge import Dispute, Hold, Promise
from tasks.ledger.settle import Outcome
from tasks.ledger.states import Reason, Status

ONE_DAY = timedelta(days=1)
PAID = Decimal(0)


def thank(draft, customer: str, amounts: dict[str, str], **given: str) -> str:
    return draft.message(customer, amounts, step="thank_you", purpose="thank_you", **given)


def send(draft, ledger, **context: object) -> None:
    """Claims all of the draft and says that it was accepted."""
    claimed = draft.claim_in(ledger, **context).claimed
    assert len(claimed) == len(draft.reminders)
    outcomes = [Outcome(reminder_key=one.reminder.reminder_key, status=Status.ACCEPTED) for one in claimed]
    ledger.settle(outcomes, claim_token="t1")


def test_what_is_paid_is_thanked_for_with_what_was_paid(ledger, draft) -> None:
    thank(draft, "C1", {"R1": "10.00", "R2": "2.50"})
    draft.plan_in(ledger)
    (claimed,) = draft.claim_in(ledger, open_amounts={"R1": PAID, "R2": PAID}).claimed
    assert claimed.reminder.total_amount == Decimal("12.50")
    assert [(item.open_amount, item.paid_amount) for item in claimed.items] == [
        (PAID, Decimal("10.00")),
        (PAID, Decimal("2.50")),
    ]


@pytest.mark.parametrize(
    "open_amounts", [{"R1": PAID, "R2": Decimal("2.50")}, {"R1": PAID, "R2": Decimal("0.01")}, {"R1": PAID}, {}]
)
def test_nobody_is_thanked_for_what_came_back_or_is_not_known_to_be_paid(ledger, draft, open_amounts) -> None:
    thank(draft, "C1", {"R1": "10.00", "R2": "2.50"})
    draft.plan_in(ledger)
    (cancelled,) = draft.claim_in(ledger, open_amounts=open_amounts).cancelled
    assert (cancelled.status, cancelled.reason) == (Status.CANCELLED, Reason.NOT_PAID)


def test_another_amount_than_planned_is_not_said(ledger, draft) -> None:
    key = thank(draft, "C1", {"R1": "10.00"})
    draft.plan_in(ledger)
    ready = {key: replace(draft.rendered[key], items={"R1": Decimal("9.00")})}
    (skipped,) = draft.claim_in(ledger, rendered=ready, open_amounts={"R1": PAID}).skipped
    assert (skipped.status, skipped.reason) == (Status.PLANNED, Reason.AMOUNT_CHANGED)


def test_a_plan_whose_thanks_do_not_add_up_is_refused(ledger, draft) -> None:
    thank(draft, "C1", {"R1": "10.00"})
    draft.items[0] = replace(draft.items[0], paid_amount=Decimal("9.99"))
    with pytest.raises(ValueError, match="do not tie"):
        draft.plan_in(ledger)


@pytest.mark.parametrize(
    ("learned", "reason"),
    [
        (Dispute(customer_id="C1", author="ana", reason="price", opened_on=None, recorded_on=None), Reason.DISPUTED),
        (Hold(customer_id="C1", author="ana", reason="talks", from_on=None, recorded_on=None), Reason.ON_HOLD),
        (
            Promise(
                customer_id="C1", author="ana", promised_for=None, amount=Decimal(5), currency="EUR", recorded_on=None
            ),
            None,
        ),
    ],
)
def test_a_dispute_or_hold_keeps_thanks_back_and_a_promise_of_more_does_not(ledger, draft, learned, reason) -> None:
    thank(draft, "C1", {"R1": "10.00"})
    draft.plan_in(ledger)
    days = {
        name: draft.as_of + ONE_DAY * (name == "promised_for")
        for name in ("opened_on", "from_on", "promised_for", "recorded_on")
        if hasattr(learned, name)
    }
    ledger.record(replace(learned, **days))
    result = draft.claim_in(ledger, open_amounts={"R1": PAID})
    assert [cancelled.reason for cancelled in result.cancelled] == ([reason] if reason else [])
    assert len(result.claimed) == (reason is None)


@pytest.mark.parametrize("said_by", ["email", "letter", "call"])
def test_nobody_is_thanked_on_the_day_of_another_message(ledger, new_draft, said_by) -> None:
    morning = new_draft()
    morning.message("C1", {"R1": "10.00"}, channel=said_by, role="other")
    morning.plan_in(ledger)
    send(morning, ledger)
    noon = new_draft()
    thank(noon, "C1", {"R2": "7.00"})
    thank(noon, "C2", {"R3": "7.00"})
    noon.plan_in(ledger)
    result = noon.claim_in(ledger, open_amounts={"R2": PAID, "R3": PAID})
    assert [cancelled.reason for cancelled in result.cancelled] == [Reason.ALREADY_CONTACTED_TODAY]
    assert [claimed.reminder.customer_id for claimed in result.claimed] == ["C2"]


def test_thanks_in_two_currencies_go_side_by_side_and_none_is_said_twice(ledger, draft) -> None:
    thank(draft, "C1", {"R1": "10.00"}, currency="EUR")
    thank(draft, "C1", {"R2": "900.00"}, currency="MXN")
    draft.plan_in(ledger)
    send(draft, ledger, open_amounts={"R1": PAID, "R2": PAID})
    assert draft.plan_in(ledger).untouched == 2
    assert draft.claim_in(ledger, holder="t2", open_amounts={"R1": PAID, "R2": PAID}).claimed == ()


def test_the_next_run_knows_the_thanks_as_a_contact_and_no_step(ledger, draft) -> None:
    thank(draft, "C1", {"R1": "10.00"})
    draft.message("C2", {"R2": "5.00"})
    draft.plan_in(ledger)
    send(draft, ledger, open_amounts={"R1": PAID, "R2": Decimal("5.00")})
    facts = ledger.facts(draft.as_of + ONE_DAY)
    assert [(row["receivable_id"], row["thanked_on"]) for row in facts["ledger.thanks"].to_pylist()] == [
        ("R1", draft.as_of)
    ]
    assert facts["ledger.sent_steps"].column("receivable_id").to_pylist() == ["R2"]
    assert sorted(facts["ledger.contact_days"].column("customer_id").to_pylist()) == ["C1", "C2"]
    assert ledger.facts(draft.as_of)["ledger.thanks"].num_rows == 0


def test_thanks_hold_back_no_reminder_of_something_else_whatever_the_strategy(ledger, new_draft) -> None:
    morning = new_draft()
    thank(morning, "C1", {"R1": "10.00"})
    morning.plan_in(ledger)
    send(morning, ledger, open_amounts={"R1": PAID})
    noon = new_draft()
    noon.message("C1", {"R2": "7.00"}, version="v2")
    noon.plan_in(ledger)
    assert len(noon.claim_in(ledger).claimed) == 1
