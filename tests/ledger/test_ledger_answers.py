"""Answers of debtors in the ledger, on SQLite and on PostgreSQL: once, all or none, and bounded whoever comes first."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta

import pytest

from tasks.ledger.answers import Answer, TooManyAnswers
from tasks.ledger.knowledge import Promise
from tasks.ledger.ledger import Ledger
from tasks.ledger.reminders import reminder_id_of
from tasks.problems import LedgerProblem

DAY = date(2026, 6, 1)


def promise(reminder_id: str, day: date, receivable: str = "F-1") -> Answer:
    learned = Promise(
        customer_id="C1", receivable_id=receivable, promised_for=day, author=f"debtor {reminder_id}", recorded_on=DAY
    )
    return Answer(
        customer_id="C1",
        reminder_id=reminder_id,
        kind="promise",
        receivable_id=receivable,
        content={"day": day.isoformat()},
        learned=learned,
        recorded_on=DAY,
        at_most=2,
    )


def promised(ledger: Ledger) -> list[date]:
    return sorted(row["promised_for"] for row in ledger.facts(DAY)["ledger.promises"].to_pylist())


def test_a_message_is_found_by_its_id_with_what_it_is_about(ledger: Ledger, draft) -> None:
    key = draft.message("C1", {"F-1": "10.00", "F-2": "5.00"})
    draft.plan_in(ledger)
    message = ledger.answered_message(reminder_id_of(key))
    assert message is not None
    assert (message.customer_id, message.contact_id, message.language) == ("C1", "C1-1", "es")
    assert message.receivable_ids == {"F-1", "F-2"}
    assert ledger.answered_message("0" * 32) is None


def test_an_answer_and_what_follows_are_written_once_and_known_from_that_day_on(ledger: Ledger) -> None:
    given = [promise("r1", DAY + timedelta(days=9))]
    (first,) = ledger.record_answers(given, per_link=10)
    (second,) = ledger.record_answers(given, per_link=10)
    assert (first.is_new, second.is_new) == (True, False)
    assert first.answer_id == second.answer_id
    assert first.effect_id == second.effect_id
    assert promised(ledger) == [DAY + timedelta(days=9)]
    assert ledger.facts(DAY - timedelta(days=1))["ledger.promises"].num_rows == 0
    (kept,) = ledger.answers_by_link("r1")
    assert kept.content == {"day": "2026-06-10"}


def test_what_follows_is_bounded_over_all_links_of_a_customer(ledger: Ledger) -> None:
    recorded = [
        ledger.record_answers([promise(link, DAY + timedelta(days=number))], per_link=10)[0]
        for number, link in enumerate(["r1", "r2", "r3"])
    ]
    assert [one.effect_id is None for one in recorded] == [False, False, True]
    other = ledger.record_answers([promise("r3", DAY, receivable="F-2")], per_link=10)[0]
    assert other.effect_id is not None, "of another receivable"


def test_of_a_sending_that_cannot_be_recorded_nothing_is(ledger: Ledger) -> None:
    wrong = replace(promise("r1", DAY, receivable="F-2"), learned=replace(promise("r1", DAY).learned, author=None))
    with pytest.raises(LedgerProblem):
        ledger.record_answers([promise("r1", DAY), wrong], per_link=10)
    assert ledger.answers_by_link("r1") == ()
    assert promised(ledger) == []


def test_a_link_that_was_used_too_often_records_nothing_more(ledger: Ledger, clock) -> None:
    for number in range(3):
        clock.advance(minutes=1)
        ledger.record_answers([promise("r1", DAY + timedelta(days=number), receivable=f"F-{number}")], per_link=3)
    clock.advance(minutes=1)
    with pytest.raises(TooManyAnswers):
        ledger.record_answers([promise("r1", DAY, receivable="F-9")], per_link=3)
    assert len(ledger.answers_by_link("r1")) == 3


def test_the_same_answer_sent_eight_times_at_once_is_once(ledger: Ledger) -> None:
    with ThreadPoolExecutor(8) as senders:
        recorded = list(senders.map(lambda _: ledger.record_answers([promise("r1", DAY)], per_link=10)[0], range(8)))
    assert sum(one.is_new for one in recorded) == 1
    assert len({one.effect_id for one in recorded}) == 1
    assert promised(ledger) == [DAY]


def test_eight_dates_at_once_are_two_promises(ledger: Ledger) -> None:
    days = [DAY + timedelta(days=number) for number in range(8)]
    with ThreadPoolExecutor(8) as senders:
        list(senders.map(lambda day: ledger.record_answers([promise("r1", day)], per_link=10), days))
    assert len(promised(ledger)) == 2
    assert len(ledger.answers_by_link("r1")) == 8


def test_a_promise_by_a_link_holds_back_what_is_planned_already(ledger: Ledger, draft) -> None:
    key = draft.message("C1", {"F-1": "10.00"})
    draft.plan_in(ledger)
    ledger.record_answers([promise(reminder_id_of(key), DAY + timedelta(days=5))], per_link=10)
    result = draft.claim_in(ledger)
    assert result.claimed == ()
    assert [str(refused.reason) for refused in result.cancelled] == ["promised"]
