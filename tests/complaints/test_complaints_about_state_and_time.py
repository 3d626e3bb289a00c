"""Complaints 19 to 23 and 25 of domain.md §5: dates, races, ladders that jump, credit holds, and tools too complex to keep."""

from __future__ import annotations

import re
import time
from datetime import timedelta
from decimal import Decimal

import pytest

from tasks.ledger.contact_results import Contact as Call
from tasks.ledger.contact_results import ContactResult
from tasks.ledger.recheck import ContactCap
from tasks.paths import SQL
from tasks.segment.lint import lint_strategy
from tasks.segment.load import LANGUAGES, load_strategy, parse_strategy, ready_strategies, ready_strategy
from tests.complaints.days import TODAY, customer, days_ago, reasons, receivable, said_over
from tests.segment.worlds import Entry, Said

FIRST = {"step": "first", "after_due": 5}
SECOND = {"step": "second", "previous_step": 10}


def test_19_time_zone_the_day_is_the_runs_and_no_clock_is_read_in_sql() -> None:
    clock = re.compile(
        r"\b(now|today|get_current_timestamp|transaction_timestamp)\s*\(|\b(current_date|current_timestamp|localtimestamp)\b",
        re.I,
    )
    readers = []
    for path in sorted(SQL.glob("*/*.sql")):
        code = re.sub(r"--.*|'[^']*'", "", path.read_text(encoding="utf-8"))
        readers += [path.name] * bool(clock.search(code))
    assert readers == []


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_19_time_zone_due_today_is_not_overdue_anywhere(decide_world, strategy_of, monkeypatch, zone) -> None:
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        strategy = strategy_of({"step": "today", "on_due": True}, {"step": "late", "after_due": 1})
        told = said_over(decide_world, strategy, customer(receivable(late=0)), [TODAY, TODAY + timedelta(days=1)])
    finally:
        monkeypatch.undo()
        time.tzset()
    assert [(day, step) for day, step, _ in told] == [(TODAY, "today"), (TODAY + timedelta(days=1), "late")]


def test_20_reminder_the_morning_after_a_manual_contact_is_held_back_by_the_same_cap(sqlite_ledger, new_draft) -> None:
    plan = new_draft()
    yesterday = plan.as_of - timedelta(days=1)
    called = Call(
        customer_id="C1", channel="call", contacted_on=yesterday, author="ana", recorded_on=yesterday, result=ContactResult.SPOKEN
    )  # fmt: skip
    sqlite_ledger.record_contact(called)
    plan.message("C1", {"R1": "10.00"})
    plan.plan_in(sqlite_ledger)
    (refused,) = plan.claim_in(sqlite_ledger, cap=ContactCap(1, 7)).cancelled
    assert refused.reason == "frequency_cap"


def test_21_ladder_jumps_when_the_oldest_is_paid_the_others_keep_their_own_steps(decide_world, strategy_of) -> None:
    strategy = strategy_of(FIRST, SECOND)
    oldest, younger = receivable("OLD", late=60), receivable("YOUNG", late=6)
    who = customer(oldest, younger, said=[Said("OLD", "second", days_ago(9))])
    who.receivables.remove(oldest)
    assert [step for _, step, _ in said_over(decide_world, strategy, who, [TODAY])] == ["first"]


def test_21_ladder_skips_after_a_dispute_the_announcement_comes_before_what_hurts(decide_world, strategy_of) -> None:
    strategy = strategy_of(
        FIRST,
        {"step": "deadline", "previous_step": 10, "purpose": "suspension_deadline"},
        {"step": "cut", "previous_step": 13, "purpose": "suspension", "needs_approval": True},
    )
    who = customer(receivable(late=120), said=[Said("R1", "first", days_ago(90))])
    who.disputes = [Entry("R1", days_ago(80), TODAY)]
    days = [TODAY + timedelta(days=day) for day in range(-2, 15)]
    told = said_over(decide_world, strategy, who, days)
    assert [(day, step) for day, step, _ in told] == [(TODAY, "deadline"), (TODAY + timedelta(days=13), "cut")]


def test_22_payment_and_overdue_race_what_was_paid_since_the_plan_is_seen_at_the_claim(sqlite_ledger, draft) -> None:
    paid, partly, open_still = (draft.message(f"C{n}", {f"R{n}": "10.00"}) for n in range(3))
    draft.plan_in(sqlite_ledger)
    now = {"R0": Decimal(0), "R1": Decimal(4), "R2": Decimal(10)}
    result = draft.claim_in(sqlite_ledger, open_amounts=now)
    assert [one.reminder_key for one in result.cancelled] == [paid]
    assert [one.reminder_key for one in result.skipped] == [partly]
    assert [one.reminder.reminder_key for one in result.claimed] == [open_still]


def test_23_credit_hold_is_about_orders_before_the_goods_leave_and_cents_block_nobody(build) -> None:
    strategy = parse_strategy({
        "segments": [{"name": "everybody", "ladder": "none"}],
        "ladders": {},
        "credit_policy": {"tolerance": {"percent": 0, "amount": {"EUR": 1}}},
    })  # fmt: skip
    given = {
        "staging.customers": [
            {
                "company_id": "acme",
                "customer_id": "C1",
                "is_in_master": True,
                "credit_limit": 100,
                "credit_currency": "EUR",
            }
        ],
        "staging.open_items": [],
        "staging.credits": [],
        "landing.orders": [
            {"order_id": "GONE", "amount": 60, "status": "delivered", "ordered_on": "2026-05-01"},
            {"order_id": "PREPAID", "amount": 900, "is_prepaid": True, "ordered_on": "2026-05-02"},
            {"order_id": "SOME_CENTS", "amount": "40.99", "ordered_on": "2026-05-03"},
            {"order_id": "TOO_MUCH", "amount": 500, "ordered_on": "2026-05-04"},
        ],
    }
    found = build("credit.order_findings", given, strategy).rows(
        "credit.order_findings", ["order_id", "state", "is_over_limit"]
    )
    assert {row["order_id"]: (row["state"], row["is_over_limit"]) for row in found} == {
        "GONE": ("delivered", False),
        "PREPAID": ("prepaid", False),
        "SOME_CENTS": ("open", False),
        "TOO_MUCH": ("open", True),
    }


def test_25_too_complex_three_ready_strategies_are_short_and_without_errors() -> None:
    assert len(ready_strategies()) == 3
    for name in ready_strategies():
        for language in LANGUAGES:
            strategy = load_strategy(ready_strategy(name, language))
            assert [found for found in lint_strategy(strategy) if found.severity == "error"] == []
            assert len(ready_strategy(name, language).read_text(encoding="utf-8").splitlines()) < 120


def test_25_too_complex_a_level_that_never_fires_is_an_error_with_its_place() -> None:
    strategy = parse_strategy({
        "ladders": {"only": [{"step": "first", "after_due": 20}, {"step": "second", "after_due": 10}]},
        "segments": [{"name": "all", "ladder": "only"}],
    })  # fmt: skip
    (found,) = [problem for problem in lint_strategy(strategy) if problem.severity == "error"]
    assert "can never be reached" in found.what
    assert "ladders.only.1 (second)" in found.where


def test_25_too_complex_ending_a_pause_says_one_step_and_within_the_cap(decide_world, strategy_of) -> None:
    strategy = strategy_of(FIRST, SECOND, contact_cap={"contacts": 1, "per_days": 6})
    paused = customer(receivable(late=90), holds=[Entry("R1", days_ago(80), days_ago(1))], contact_days=[days_ago(2)])
    assert reasons(decide_world, strategy, paused) == {"R1": "frequency_cap"}
    told = said_over(decide_world, strategy, paused, [TODAY + timedelta(days=day) for day in range(6)])
    assert [(day, step) for day, step, _ in told] == [(TODAY + timedelta(days=4), "first")]
