"""What people bring back: recorded once, with what follows from it, and counted like any other contact (complaint 20)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from tasks.ledger.contact_results import EFFECTS, Contact, ContactResult
from tasks.ledger.recheck import ContactCap
from tasks.ledger.reminders import reminder_id_of
from tasks.ledger.settle import Outcome
from tasks.ledger.states import Status
from tasks.problems import LedgerProblem

DAY = date(2026, 6, 1)


def contact(result: str, **more: object) -> Contact:
    usual = {"customer_id": "C1", "channel": "call", "contacted_on": DAY, "author": "ana", "recorded_on": DAY}
    return Contact(result=ContactResult(result), **{**usual, **more})


def handed_over(ledger, draft) -> str:
    key = draft.message("C1", {"R1": "10.00", "R2": "5.00"}, channel="call", role="reminder")
    draft.plan_in(ledger)
    draft.claim_in(ledger)
    ledger.settle([Outcome(reminder_key=key, status=Status.ACCEPTED, provider="worklist")], claim_token="t1")
    return key


def test_complaint_20_a_call_by_hand_keeps_the_next_mornings_reminder_back(ledger, new_draft) -> None:
    ledger.record_contact(contact("spoken"))
    next_day = new_draft(as_of=DAY + timedelta(days=1))
    key = next_day.message("C1", {"R1": "10.00"})
    next_day.plan_in(ledger)
    assert ledger.facts(next_day.as_of)["ledger.contact_days"].to_pylist() == [
        {"company_id": "acme", "customer_id": "C1", "channel": "call", "contacted_on": DAY}
    ]
    (refused,) = next_day.claim_in(ledger, key, cap=ContactCap(1, 7)).cancelled
    assert refused.reason == "frequency_cap"


@pytest.mark.parametrize("result", ["unreachable", "wrong_number"])
def test_who_was_not_reached_was_not_contacted_and_the_line_comes_back(ledger, draft, status_of, result) -> None:
    key = handed_over(ledger, draft)
    ledger.record_contact(contact(result, reminder_id=reminder_id_of(key)))
    facts = ledger.facts(DAY + timedelta(days=1))
    assert status_of(ledger, key) == "dropped"
    assert facts["ledger.contact_days"].num_rows == facts["ledger.sent_steps"].num_rows == 0


def test_the_reference_of_a_message_is_no_line_of_a_list(ledger, draft, status_of) -> None:
    key = draft.message("C1", {"R1": "10.00"})
    draft.plan_in(ledger)
    draft.claim_in(ledger)
    ledger.settle([Outcome(reminder_key=key, status=Status.ACCEPTED, provider="smtp")], claim_token="t1")
    with pytest.raises(LedgerProblem, match="sent as a message"):
        ledger.record_contact(contact("unreachable", reminder_id=reminder_id_of(key)))
    assert status_of(ledger, key) == "accepted"


def test_a_line_that_was_done_stays_in_the_ladders_memory(ledger, draft, status_of) -> None:
    key = handed_over(ledger, draft)
    ledger.record_contact(contact("voicemail", reminder_id=reminder_id_of(key)))
    assert status_of(ledger, key) == "delivered"
    assert ledger.facts(DAY + timedelta(days=1))["ledger.sent_steps"].num_rows == 2


def test_the_same_contact_is_recorded_once_with_one_promise(ledger, draft) -> None:
    key = handed_over(ledger, draft)
    promised = contact("promise", reminder_id=reminder_id_of(key), promised_for=date(2026, 6, 30))
    first, again = ledger.record_contact(promised), ledger.record_contact(promised)
    assert (first.is_new, again.is_new, again.result_id) == (True, False, first.result_id)
    (promise,) = ledger.facts(DAY)["ledger.promises"].to_pylist()
    assert (promise["amount"], promise["currency"], promise["promised_for"]) == (
        Decimal("15.00"), "EUR", date(2026, 6, 30)
    )  # fmt: skip


def test_a_dispute_is_about_the_receivables_of_the_line(ledger, draft) -> None:
    key = handed_over(ledger, draft)
    ledger.record_contact(contact("dispute", reminder_id=reminder_id_of(key), note="two pumps missing"))
    disputes = ledger.facts(DAY)["ledger.disputes"].to_pylist()
    assert {(each["receivable_id"], each["reason"]) for each in disputes} == {
        ("R1", "two pumps missing"), ("R2", "two pumps missing")
    }  # fmt: skip


@pytest.mark.parametrize("result", [result for result, effect in EFFECTS.items() if effect.pause_days])
def test_what_takes_its_time_pauses_the_customer_and_ends_by_itself(ledger, result) -> None:
    ledger.record_contact(contact(result))
    (hold,) = ledger.facts(DAY)["ledger.holds"].to_pylist()
    assert hold["until_on"] == DAY + timedelta(days=EFFECTS[result].pause_days)


def test_a_confirmation_is_of_what_was_asked(ledger) -> None:
    ledger.record_contact(contact("confirmed", receivable_id="R1"))
    (known,) = ledger.facts(DAY)["ledger.confirmations"].to_pylist()
    assert (known["receivable_id"], known["kind"]) == ("R1", "invoice_received")


def test_a_result_for_another_customers_line_records_nothing(ledger, draft) -> None:
    key = handed_over(ledger, draft)
    with pytest.raises(LedgerProblem, match="is of customer C1, not C2"):
        ledger.record_contact(contact("spoken", customer_id="C2", reminder_id=reminder_id_of(key)))
    assert ledger.facts(DAY)["ledger.contact_results"].num_rows == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"result": "promise"},
        {"result": "spoken", "promised_for": date(2026, 6, 30)},
        {"result": "promise", "promised_for": date(2026, 5, 1)},
        {"result": "spoken", "contacted_on": date(2026, 7, 1)},
        {"result": "spoken", "amount": Decimal(5), "currency": "EUR"},
    ],
)
def test_what_contradicts_itself_is_refused(wrong) -> None:
    with pytest.raises(LedgerProblem):
        contact(**wrong)
