from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa

from tasks.ledger.settle import Outcome
from tasks.ledger.states import Status
from tasks.ledger.tables import reminder_events
from tasks.problems import LedgerProblem


@pytest.fixture
def claimed(ledger, draft) -> str:
    key = draft.message("C1", {"R1": "10.00"})
    draft.plan_in(ledger)
    draft.claim_in(ledger)
    return key


def reminder(ledger, draft) -> dict[str, object]:
    (row,) = ledger.facts(draft.as_of)["ledger.reminders"].to_pylist()
    return row


def test_an_accepted_reminder_remembers_the_providers_id(ledger, draft, claimed, clock) -> None:
    clock.advance(seconds=3)
    outcome = Outcome(reminder_key=claimed, status=Status.ACCEPTED, provider="double", provider_message_id="m1")
    assert ledger.settle([outcome], claim_token="t1") == ()
    row = reminder(ledger, draft)
    assert (row["status"], row["provider"], row["provider_message_id"]) == ("accepted", "double", "m1")
    assert row["settled_at"] == clock().replace(tzinfo=None)


def test_the_hash_of_what_was_said_is_kept_and_found_by_receivable_and_day(ledger, draft, claimed) -> None:
    ledger.settle([Outcome(reminder_key=claimed, status=Status.UNKNOWN, content_hash="ab12")], claim_token="t1")
    (row,) = ledger.unknown()
    assert row.content_hash == "ab12"
    # What is learned later knows nothing of the bytes, and takes nothing away.
    ledger.resolve(row.reminder_id, Status.DELIVERED, evidence="seen")
    (message,) = ledger.messages_about("R1", draft.as_of)
    assert (message.status, message.content_hash) == (Status.DELIVERED, "ab12")
    assert ledger.messages_about("R2", draft.as_of) == ()


def test_what_provably_never_left_may_be_claimed_again(ledger, draft, claimed) -> None:
    ledger.settle([Outcome(reminder_key=claimed, status=Status.PLANNED, detail="429")], claim_token="t1")
    (again,) = draft.claim_in(ledger, holder="t2").claimed
    assert again.reminder.attempts == 2


@pytest.mark.parametrize("status", [Status.ACCEPTED, Status.REJECTED, Status.UNKNOWN])
def test_nothing_else_is_ever_claimed_again(ledger, draft, claimed, status) -> None:
    ledger.settle([Outcome(reminder_key=claimed, status=status)], claim_token="t1")
    draft.plan_in(ledger)
    assert draft.claim_in(ledger).claimed == ()
    assert reminder(ledger, draft)["status"] == status


def test_settling_twice_says_nothing_new(ledger, claimed) -> None:
    outcome = Outcome(reminder_key=claimed, status=Status.ACCEPTED)
    assert ledger.settle([outcome], claim_token="t1") == ledger.settle([outcome], claim_token="t1") == ()


def test_a_process_that_lost_its_claim_cannot_settle_the_next_ones(ledger, draft, claimed) -> None:
    ledger.settle([Outcome(reminder_key=claimed, status=Status.PLANNED)], claim_token="t1")
    draft.claim_in(ledger, holder="t2")
    (refused,) = ledger.settle([Outcome(reminder_key=claimed, status=Status.PLANNED)], claim_token="t1")
    assert (refused.reminder_key, refused.status) == (claimed, Status.CLAIMED)


def test_an_answer_that_comes_after_the_claim_was_given_up_still_counts(ledger, draft, claimed, clock) -> None:
    clock.advance(hours=1)
    assert ledger.abandon_claims(claimed_before=clock() - timedelta(minutes=5)) == (claimed,)
    assert ledger.settle([Outcome(reminder_key=claimed, status=Status.ACCEPTED)], claim_token="t1") == ()
    assert reminder(ledger, draft)["status"] == "accepted"


def test_a_claim_within_its_lease_is_not_given_up(ledger, claimed, clock) -> None:
    clock.advance(minutes=4)
    assert ledger.abandon_claims(claimed_before=clock() - timedelta(minutes=5)) == ()
    assert ledger.abandon_claims() == ()
    assert ledger.unknown() == ()


def test_claims_left_at_the_end_of_sending_become_unknown(ledger, draft) -> None:
    keys = [draft.message(f"C{n}", {f"R{n}": "1.00"}) for n in range(2)]
    draft.plan_in(ledger)

    def send_and_fail() -> None:
        with ledger.sending("run-1") as token:
            draft.claim_in(ledger, holder=token)
            ledger.settle([Outcome(reminder_key=keys[0], status=Status.ACCEPTED)], claim_token=token)
            raise ConnectionError

    with pytest.raises(ConnectionError):
        send_and_fail()
    assert [r.reminder_key for r in ledger.unknown()] == keys[1:]


def test_claims_of_a_living_sender_are_not_given_up(ledger, draft) -> None:
    draft.message("C1", {"R1": "1.00"})
    draft.plan_in(ledger)
    with ledger.sending("run-1") as token:
        draft.claim_in(ledger, holder=token)
        assert ledger.abandon_claims() == ()


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [(Status.ACCEPTED, "accepted"), (Status.DELIVERED, "delivered"), (Status.BOUNCED, "bounced"),
     (Status.DROPPED, "dropped"), (Status.REJECTED, "rejected"), (Status.PLANNED, "planned")],
)  # fmt: skip
def test_evidence_resolves_an_unknown(ledger, draft, claimed, outcome, expected) -> None:
    ledger.settle([Outcome(reminder_key=claimed, status=Status.UNKNOWN, detail="timeout")], claim_token="t1")
    (open_question,) = ledger.unknown()
    assert ledger.resolve(open_question.reminder_id, outcome, evidence="lookup", provider_message_id="m1")
    assert reminder(ledger, draft)["status"] == expected
    assert ledger.unknown() == ()


def test_events_that_come_many_times_and_in_any_order_end_in_the_same_state(ledger, draft, claimed) -> None:
    reminder_id = reminder(ledger, draft)["reminder_id"]
    said = [Status.DELIVERED, Status.ACCEPTED, Status.DELIVERED, Status.BOUNCED, Status.DELIVERED, Status.ACCEPTED]
    changed = [ledger.resolve(reminder_id, status, evidence="event") for status in said]
    assert changed == [True, False, False, True, False, False]
    assert reminder(ledger, draft)["status"] == "bounced"


def test_an_event_may_overtake_the_answer_to_our_own_request(ledger, draft, claimed) -> None:
    ledger.resolve(reminder(ledger, draft)["reminder_id"], Status.DELIVERED, evidence="event")
    assert ledger.settle([Outcome(reminder_key=claimed, status=Status.ACCEPTED)], claim_token="t1") == ()
    assert reminder(ledger, draft)["status"] == "delivered"


def test_what_is_known_for_certain_is_not_turned_back(ledger, draft, claimed) -> None:
    ledger.settle([Outcome(reminder_key=claimed, status=Status.ACCEPTED)], claim_token="t1")
    with pytest.raises(LedgerProblem, match="is accepted; it cannot become planned"):
        ledger.resolve(reminder(ledger, draft)["reminder_id"], Status.PLANNED, evidence="a hunch")


def test_a_cancelled_reminder_cannot_be_resolved_back_to_planned(ledger, draft) -> None:
    draft.message("C1", {"R1": "10.00"})
    draft.plan_in(ledger)
    draft.claim_in(ledger, open_amounts={"R1": Decimal(0)})
    with pytest.raises(LedgerProblem, match="cannot become planned"):
        ledger.resolve(reminder(ledger, draft)["reminder_id"], Status.PLANNED, evidence="a hunch")


def test_an_id_that_is_not_in_the_ledger_is_named(ledger) -> None:
    with pytest.raises(LedgerProblem, match="reminder abc: is not in the ledger"):
        ledger.resolve("abc", Status.ACCEPTED, evidence="event")


def test_the_counts_add_up_whatever_happened(ledger, draft) -> None:
    keys = [draft.message(f"C{n}", {f"R{n}": "1.00"}, needs_approval=n == 6) for n in range(8)]
    draft.plan_in(ledger)
    draft.claim_in(ledger, *keys[:5])
    draft.claim_in(ledger, keys[5], open_amounts={"R5": Decimal(0)})
    settled = [Status.ACCEPTED, Status.ACCEPTED, Status.REJECTED, Status.UNKNOWN]
    ledger.settle([Outcome(reminder_key=k, status=s) for k, s in zip(keys, settled, strict=False)], claim_token="t1")
    ledger.resolve(
        ledger.facts(draft.as_of)["ledger.reminders"]["reminder_id"][0].as_py(), Status.DROPPED, evidence="e"
    )
    expected = {"planned": 8, "accepted": 2, "rejected": 1, "cancelled": 1, "unknown": 2, "awaiting": 2}
    assert ledger.counts(as_of=draft.as_of).as_json() == expected
    assert ledger.counts(run_id="20260601-00000001").as_json() == expected
    assert ledger.counts(run_id="another").planned == 0


def test_each_step_leaves_an_event_without_addresses(ledger, draft, claimed) -> None:
    detail = "550 <c1@debtor.example>: no such user, c1@debtor.example"
    ledger.settle([Outcome(reminder_key=claimed, status=Status.REJECTED, detail=detail)], claim_token="t1")
    with ledger._store.reading() as connection:
        rows = connection.execute(sa.select(reminder_events).order_by(reminder_events.c.event_id)).all()
    assert [(r.from_status, r.to_status) for r in rows] == [
        (None, "planned"), ("planned", "claimed"), ("claimed", "rejected")
    ]  # fmt: skip
    assert rows[-1].detail == "550 <[address]>: no such user, [address]"
    assert reminder(ledger, draft)["status_reason"] == rows[-1].detail


@pytest.mark.parametrize("statement", ["DELETE FROM reminder_events", "UPDATE reminder_events SET to_status = 'x'"])
def test_the_audit_trail_cannot_be_rewritten(ledger, claimed, statement) -> None:
    with pytest.raises(LedgerProblem, match="append-only"), ledger._store.writing() as connection:
        connection.execute(sa.text(statement))
