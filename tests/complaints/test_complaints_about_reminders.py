"""Complaints 1 to 13 of docs/design.md's sources (domain.md §5): too many reminders, too few, wrong ones, and to the wrong people."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from tasks.ledger.settle import Outcome
from tasks.ledger.states import Reason, Status
from tests.complaints.days import TODAY, customer, days_ago, messages, reasons, receivable, said_over
from tests.segment.worlds import Contact, Entry, Said, World

FIRST = {"step": "first", "after_due": 5}
SECOND = {"step": "second", "previous_step": 10}


def test_01_reminder_storms_22_runs_in_a_day_send_one_message(sqlite_ledger, new_draft) -> None:
    claimed = []
    for run in range(22):
        plan = new_draft()
        plan.message("C1", {"R1": "10.00"})
        plan.plan_in(sqlite_ledger, f"20260601-{run:08d}")
        found = plan.claim_in(sqlite_ledger, holder=f"cron {run}").claimed
        claimed += found
        outcomes = [Outcome(reminder_key=one.reminder.reminder_key, status=Status.ACCEPTED) for one in found]
        sqlite_ledger.settle(outcomes, claim_token=f"cron {run}")
    assert len(claimed) == 1


def test_01_reminder_storms_the_same_day_decided_again_says_the_same(decide_world, strategy_of) -> None:
    found = [
        decide_world(World(TODAY, [customer()]), strategy_of(FIRST))
        .execute("SELECT reminder_key FROM decide.reminders")
        .fetchall()
        for _ in range(2)
    ]
    assert found[0] == found[1]
    assert len(found[0]) == 1


def test_03_claim_then_send_a_message_that_failed_before_it_left_is_sent_again(sqlite_ledger, draft) -> None:
    key = draft.message("C1", {"R1": "10.00"})
    draft.plan_in(sqlite_ledger)
    draft.claim_in(sqlite_ledger)
    sqlite_ledger.settle(
        [Outcome(reminder_key=key, status=Status.PLANNED, detail="connection refused")], claim_token="t1"
    )
    (again,) = draft.claim_in(sqlite_ledger, holder="t2").claimed
    assert again.reminder.attempts == 2


def test_03_claim_then_send_an_unknown_outcome_waits_for_a_person_and_is_not_repeated(
    sqlite_ledger, draft, clock
) -> None:
    key = draft.message("C1", {"R1": "10.00"})
    draft.plan_in(sqlite_ledger)
    draft.claim_in(sqlite_ledger, holder="a process that dies")
    clock.advance(hours=1)
    assert sqlite_ledger.abandon_claims(claimed_before=clock() - timedelta(minutes=5)) == (key,)
    assert [row.reminder_key for row in sqlite_ledger.unknown()] == [key]
    assert draft.claim_in(sqlite_ledger, holder="t2").claimed == ()


def test_04_a_missed_day_is_caught_up_with_the_highest_due_step_said_once(decide_world, strategy_of) -> None:
    strategy = strategy_of(FIRST, {"step": "second", "after_due": 20}, {"step": "third", "after_due": 40})
    after_an_outage = [days_ago(back) for back in (2, 1, 0)]
    told = said_over(decide_world, strategy, customer(receivable(late=45)), after_an_outage)
    assert told == [(days_ago(2), "third", ("R1",))]


def test_05_sign_of_the_offset_before_means_before_and_after_means_after(decide_world, strategy_of) -> None:
    strategy = strategy_of({"step": "soon", "before_due": 60}, {"step": "late", "after_due": 60})
    connection = decide_world(World(TODAY, [customer(receivable(late=0))]), strategy)
    opens = dict(connection.execute("SELECT step, opens_on FROM decide.step_dates").fetchall())
    assert opens == {"soon": TODAY - timedelta(days=60), "late": TODAY + timedelta(days=60)}


@pytest.mark.parametrize(
    ("newest", "reason"), [(4, "step_due"), (5, "payments_not_fresh"), (None, "payments_not_fresh")]
)
def test_06_reminder_to_someone_who_already_paid_stale_bank_data_stop_all(
    decide_world, strategy_of, newest, reason
) -> None:
    strategy = strategy_of(FIRST, payments_fresh_within_days=4)
    world = World(TODAY, [customer()], newest_payment_on=None if newest is None else days_ago(newest))
    assert decide_world(world, strategy).execute("SELECT reason FROM decide.decisions").fetchall() == [(reason,)]


def test_06_reminder_to_someone_who_already_paid_money_on_account_counts(decide_world, strategy_of) -> None:
    owes = customer(receivable(open_amount=Decimal(80)), credits={"EUR": Decimal(80)})
    assert reasons(decide_world, strategy_of(FIRST), owes) == {"R1": "covered_by_credit"}


def test_06_reminder_to_someone_who_already_paid_is_stopped_after_the_plan_too(sqlite_ledger, draft) -> None:
    draft.message("C1", {"R1": "10.00"})
    draft.plan_in(sqlite_ledger)
    (stopped,) = draft.claim_in(sqlite_ledger, open_amounts={"R1": Decimal(0)}).cancelled
    assert stopped.reason == Reason.PAID


def test_07_partly_paid_invoices_stay_on_their_ladder_with_what_is_left(decide_world, strategy_of) -> None:
    rest = receivable(open_amount=Decimal("40.00"), part_payments=((days_ago(20), Decimal(60)),))
    who = customer(rest, said=[Said("R1", "first", days_ago(30))])
    assert messages(decide_world, strategy_of(FIRST, SECOND), who) == [("second", "K1", "EUR", 1, Decimal("40.00"))]


def test_08_a_reminder_on_one_invoice_does_not_silence_the_others(decide_world, strategy_of) -> None:
    strategy = strategy_of(FIRST, SECOND, contact_cap={"contacts": 1, "per_days": 3})
    who = customer(receivable("R1", late=5), receivable("R2", late=4))
    days = [TODAY + timedelta(days=ahead) for ahead in range(15)]
    assert said_over(decide_world, strategy, who, days) == [
        (days[0], "first", ("R1",)),
        (days[3], "first", ("R2",)),  # a day after it was due, when the cap leaves room
        (days[10], "second", ("R1",)),
        (days[13], "second", ("R2",)),
    ]


def test_09_mail_to_the_wrong_inbox_each_role_has_its_contact_and_its_fallback(decide_world, strategy_of) -> None:
    boss = {"step": "first", "after_due": 5, "contact_role": "escalation"}
    clerk = Contact("CLERK", role="invoice", email="ap@example.com")
    manager = Contact("MANAGER", role="escalation", email="boss@example.com")
    without_mail = Contact("NO_MAIL", role="escalation", email=None)
    written_to = [
        messages(decide_world, strategy_of(boss), customer(contacts=contacts))[0][1]
        for contacts in ([clerk, manager], [clerk, without_mail])
    ]
    assert written_to == ["MANAGER", "CLERK"]


def test_10_mail_state_lies_every_planned_message_is_in_one_count_and_a_bounce_is_told(sqlite_ledger, draft) -> None:
    keys = [draft.message(f"C{n}", {f"R{n}": "1.00"}) for n in range(5)]
    draft.plan_in(sqlite_ledger)
    draft.claim_in(sqlite_ledger, *keys[:3])
    draft.claim_in(sqlite_ledger, keys[3], open_amounts={"R3": Decimal(0)})
    states = (Status.ACCEPTED, Status.REJECTED, Status.UNKNOWN)
    outcomes = [Outcome(reminder_key=key, status=status) for key, status in zip(keys, states, strict=False)]
    sqlite_ledger.settle(outcomes, claim_token="t1")
    counts = sqlite_ledger.counts(as_of=draft.as_of).as_json()
    assert counts.pop("planned") == sum(counts.values()) == len(keys)
    rows = sqlite_ledger.facts(draft.as_of)["ledger.reminders"].to_pylist()
    accepted = next(row for row in rows if row["status"] == "accepted")
    sqlite_ledger.resolve(accepted["reminder_id"], Status.BOUNCED, evidence="the provider's event")
    rows = sqlite_ledger.facts(draft.as_of)["ledger.reminders"].to_pylist()
    assert {row["status"] for row in rows if row["reminder_id"] == accepted["reminder_id"]} == {"bounced"}


def test_11_one_mail_per_invoice_all_of_a_customer_stand_in_one_message(decide_world, strategy_of) -> None:
    strategy = strategy_of({"step": "soon", "before_due": 7, "tone": "courteous"}, {**FIRST, "tone": "firm"})
    items = [receivable(f"R{n}", late=60 - n, open_amount=Decimal(10)) for n in range(11)] + [
        receivable("NEXT", late=-5)
    ]
    assert messages(decide_world, strategy, customer(*items)) == [("first", "K1", "EUR", 12, Decimal("210.00"))]


def test_12_fixed_count_of_reminders_a_ladder_is_as_long_as_wished(decide_world, strategy_of) -> None:
    steps = [{"step": f"before_{days}", "before_due": days} for days in (9, 4)]
    steps += [{"step": f"after_{days}", "after_due": days} for days in (2, 6, 10, 14, 18)]
    days = [TODAY + timedelta(days=day) for day in range(-9, 20)]
    told = said_over(decide_world, strategy_of(*steps), customer(receivable(late=0)), days)
    assert [step for _, step, _ in told] == [step["step"] for step in steps]


@pytest.mark.parametrize(
    ("scope", "expected"),
    [("R1", {"R1": "on_hold", "R2": "step_due"}), (None, {"R1": "on_hold", "R2": "on_hold"})],
    ids=["an invoice", "the customer"],
)
def test_13_no_pause_a_hold_of_an_invoice_or_a_customer_ends_on_its_day(
    decide_world, strategy_of, scope, expected
) -> None:
    def held_until(last_day):
        return customer(receivable("R1"), receivable("R2"), holds=[Entry(scope, days_ago(9), last_day)])

    assert reasons(decide_world, strategy_of(FIRST), held_until(TODAY)) == expected
    assert set(reasons(decide_world, strategy_of(FIRST), held_until(days_ago(1))).values()) == {"step_due"}
