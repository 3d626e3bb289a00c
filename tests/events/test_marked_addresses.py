"""What a bounce, a complaint and a wish for no more messages do to the next message, until a person or another address ends it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from tasks.ledger.contact_marks import MarkKind
from tasks.ledger.reminders import PlannedItem, reminder_id_of
from tasks.ledger.settle import Outcome
from tasks.ledger.states import Status

DAY = date(2026, 6, 1)


def marks(desk, on: date = DAY) -> list[tuple[str | None, str, str]]:
    rows = desk.ledger.facts(on)["ledger.contact_marks"].to_pylist()
    return sorted((row["customer_id"], row["address"], row["kind"]) for row in rows)


def why_not(desk, new_reminder, customer: str, as_of: date, address: str | None = None) -> str | None:
    """The reason for which a planned message is not claimed; None: it is."""
    desk.send(customer, as_of=as_of, settled=Status.PLANNED, address=address)
    result = desk.claim([new_reminder(customer, as_of, address=address)], as_of)
    return None if result.claimed else str(result.cancelled[0].reason)


def test_a_hard_bounce_marks_the_address_and_the_next_message_to_it_is_not_claimed(desk, entry, new_reminder) -> None:
    (message,) = desk.send("C1", as_of=DAY - timedelta(1))
    desk.tell(entry("bounce", message, type="bounce", status="5.1.1", email="c1@DEBTOR.example"))
    assert marks(desk) == [("C1", "c1@debtor.example", "bounced")]
    assert why_not(desk, new_reminder, "C1", DAY) == "address_marked"
    assert why_not(desk, new_reminder, "C1", DAY + timedelta(1), "other@debtor.example") is None


def test_an_address_that_came_back_is_not_used_for_anybody_else_who_has_it(desk, entry, new_reminder) -> None:
    (message,) = desk.send("C1", as_of=DAY - timedelta(1), address="office@debtor.example")
    desk.tell(entry("bounce", message, type="bounce"))
    assert why_not(desk, new_reminder, "C2", DAY, "Office@debtor.example") == "address_marked"


def test_a_person_who_says_that_it_works_ends_the_mark_for_good(desk, entry, new_reminder) -> None:
    (message,) = desk.send("C1", as_of=DAY - timedelta(1))
    bounce = entry("bounce", message, type="bounce")
    desk.tell(bounce)
    kinds = desk.ledger.clear_marks(channel="email", address=" C1@debtor.example", cleared_on=DAY)
    assert kinds == (MarkKind.BOUNCED,)
    desk.tell(bounce, entry("bounce", message, type="bounce", sg_event_id="told once more in other words"))
    assert marks(desk) == []
    assert why_not(desk, new_reminder, "C1", DAY) is None


@pytest.mark.parametrize(
    ("more", "kind"),
    [
        ({"type": "bounce", "status": "5.1.1"}, "bounced"),
        ({"type": "bounce", "status": "4.2.2"}, None),
        ({"type": "blocked", "status": "5.7.1"}, None),
        ({"type": "expired"}, None),
        ({}, "bounced"),
    ],
)
def test_only_what_is_final_marks_at_once(desk, entry, more, kind) -> None:
    (message,) = desk.send("C1")
    desk.tell(entry("bounce", message, **more))
    assert desk.statuses() == {message: "bounced"}
    assert [found for _, _, found in marks(desk)] == ([kind] if kind else [])


@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        ("Bounced Address", "bounced"),
        ("Invalid", "bounced"),
        ("Spam Reporting Address", "complained"),
        ("Unsubscribed Address", "unsubscribed"),
        ("Spam Content (if Spam Checker app is enabled)", None),
        ("", None),
    ],
)
def test_what_the_provider_dropped_says_what_it_knows_of_the_address(desk, entry, reason, kind) -> None:
    (message,) = desk.send("C1")
    desk.tell(entry("dropped", message, reason=reason))
    assert desk.statuses() == {message: "dropped"}
    assert [found for _, _, found in marks(desk)] == ([kind] if kind else [])


@pytest.mark.parametrize(
    ("event", "kind"),
    [("spamreport", "complained"), ("unsubscribe", "unsubscribed"), ("group_unsubscribe", "unsubscribed")],
)
def test_who_complains_or_unsubscribes_gets_nothing_more_by_that_channel_at_any_address(
    desk, entry, new_reminder, event, kind
) -> None:
    (message,) = desk.send("C1", as_of=DAY - timedelta(1))
    desk.tell(entry(event, message, email="c1@debtor.example"))
    assert desk.statuses() == {message: "delivered"}
    assert marks(desk) == [("C1", "c1@debtor.example", kind)]
    told = desk.ledger.facts(DAY)["ledger.opt_outs"].to_pylist()
    assert told == [{"company_id": "acme", "customer_id": "C1", "channel": "email", "from_on": DAY}]
    assert desk.ledger.facts(DAY - timedelta(1))["ledger.opt_outs"].num_rows == 0
    assert why_not(desk, new_reminder, "C1", DAY, "new@debtor.example") == "opted_out"


def test_three_messages_in_a_row_that_came_back_for_now_mark_and_two_do_not(desk, entry) -> None:
    sent = [desk.send("C1", as_of=DAY + timedelta(day))[0] for day in range(5)]
    for message in sent[:2]:
        desk.tell(entry("bounce", message, type="blocked"))
    desk.tell(entry("delivered", sent[2]), entry("bounce", sent[3], type="blocked"))
    assert marks(desk) == []
    desk.tell(entry("bounce", sent[4], type="blocked"), entry("bounce", sent[2], type="blocked"))
    assert {(address, kind) for _, address, kind in marks(desk)} == {("c1@debtor.example", "bounced")}


def test_the_count_begins_anew_when_a_person_says_that_the_address_works(desk, entry) -> None:
    sent = [desk.send("C1", as_of=DAY + timedelta(day))[0] for day in range(6)]
    for message in sent[:3]:
        desk.tell(entry("bounce", message, type="blocked"))
    desk.ledger.clear_marks(channel="email", address="c1@debtor.example", cleared_on=DAY + timedelta(3))
    for message in sent[3:5]:
        desk.tell(entry("bounce", message, type="blocked"))
    assert marks(desk, DAY + timedelta(9)) == []
    desk.tell(entry("bounce", sent[5], type="blocked"))
    assert len(marks(desk, DAY + timedelta(9))) == 1


def test_a_bounce_of_the_collectors_copy_says_only_that_the_message_was_taken(desk, entry) -> None:
    (message,) = desk.send("C1", settled=Status.UNKNOWN)
    desk.tell(entry("bounce", message, type="bounce", email="collector@acme.example"))
    assert desk.statuses() == {message: "accepted"}
    assert marks(desk) == []


def test_an_event_that_came_before_the_ledger_knew_its_message_keeps_it_from_being_sent_again(
    desk, entry, new_reminder
) -> None:
    one = new_reminder("C1")

    message = reminder_id_of(one.reminder_key)
    desk.tell(entry("delivered", message))
    desk.send("C1", settled=Status.PLANNED)
    result = desk.claim([one], DAY)
    assert [str(skipped.reason) for skipped in result.skipped] == ["not_planned"]
    assert desk.statuses() == {message: "delivered"}


def test_a_message_that_was_given_back_to_the_plan_too_soon_is_moved_on_instead_of_being_sent_again(
    desk, entry
) -> None:
    (message,) = desk.send("C1", settled=Status.PLANNED)
    desk.tell(entry("bounce", message, type="blocked"))
    assert desk.statuses() == {message: "bounced"}


def test_a_message_that_was_said_another_time_the_same_day_is_left_as_it_is(desk, entry, new_reminder) -> None:
    old = new_reminder("C1")
    (dropped,) = desk.send("C1", settled=Status.ACCEPTED)
    desk.tell(entry("dropped", dropped, reason="other"))

    again = replace(old, reminder_key=old.reminder_key.replace("v1", "v2"), strategy_version="v2")
    item = PlannedItem(
        reminder_key=again.reminder_key,
        company_id="acme",
        customer_id="C1",
        receivable_id="C1-F1",
        step="first",
        open_amount=Decimal(100),
    )
    desk.ledger.plan(run_id="r-2", as_of=DAY, reminders=[again], items=[item])
    assert len(desk.claim([again], DAY).claimed) == 1
    desk.ledger.settle([Outcome(reminder_key=again.reminder_key, status=Status.ACCEPTED)], claim_token="t")
    assert desk.tell(entry("delivered", dropped)) == 204
    assert desk.statuses() == {dropped: "dropped", reminder_id_of(again.reminder_key): "accepted"}


@pytest.mark.parametrize("said", [Status.ACCEPTED, Status.UNKNOWN])
def test_a_sender_whose_answer_was_overtaken_by_an_event_keeps_what_he_knows_and_is_told_of_no_conflict(
    desk, entry, said, new_reminder
) -> None:
    (message,) = desk.send("C1", settled=None)
    desk.tell(entry("delivered", message))
    outcome = Outcome(
        reminder_key=new_reminder("C1").reminder_key, status=said, provider_message_id="m-1", content_hash="c" * 64
    )
    assert desk.ledger.settle([outcome], claim_token="t") == ()
    (row,) = desk.ledger.facts(date(2100, 1, 1))["ledger.reminders"].to_pylist()
    assert (row["status"], row["provider_message_id"], row["content_hash"]) == ("delivered", "m-1", "c" * 64)
