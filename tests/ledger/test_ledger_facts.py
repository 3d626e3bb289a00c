from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal

import duckdb
import pyarrow as pa
import pytest

from tasks.ledger.fact_schemas import SCHEMAS
from tasks.ledger.knowledge import Confirmation, Dispute, DisputeKind, Hold, OptOut, Promise
from tasks.ledger.payment_plans import PaymentPlan
from tasks.ledger.runs import RunStart
from tasks.ledger.settle import Outcome
from tasks.ledger.states import Status
from tasks.problems import LedgerProblem
from tasks.warehouse.inputs import input_relations

ONE_DAY = timedelta(days=1)


def rows(ledger, relation: str, as_of) -> list[dict[str, object]]:
    return ledger.facts(as_of)[f"ledger.{relation}"].to_pylist()


def test_an_empty_ledger_gives_typed_empty_tables(ledger, draft) -> None:
    found = ledger.facts(draft.as_of)
    assert found.keys() == SCHEMAS.keys()
    assert all(table.num_rows == 0 and table.schema == SCHEMAS[name] for name, table in found.items())


def test_the_tables_have_the_columns_and_types_the_warehouse_expects(ledger, draft) -> None:
    expected = {name: dict(columns) for name, columns in input_relations().items() if name in SCHEMAS}
    assert len(expected) >= 7
    with duckdb.connect() as connection:
        for name, table in ledger.facts(draft.as_of).items():
            connection.register("facts", table)
            described = connection.execute("DESCRIBE facts").fetchall()
            assert {column: kind for column, kind, *_ in described} == expected.get(
                name, {column: kind for column, kind, *_ in described}
            )


def test_names_and_addresses_of_recipients_do_not_leave_the_ledger(ledger, draft) -> None:
    draft.message("C1", {"R1": "10.00"})
    draft.plan_in(ledger)
    told = json.dumps([table.to_pylist() for table in ledger.facts(draft.as_of).values()], default=str)
    assert "C1" in told
    assert "debtor.example" not in told
    assert "Someone" not in told


def send(ledger, draft, status: Status | None = Status.ACCEPTED) -> None:
    draft.plan_in(ledger)
    claimed = draft.claim_in(ledger).claimed
    if status is not None:
        ledger.settle([Outcome(reminder_key=c.reminder.reminder_key, status=status) for c in claimed], claim_token="t1")


@pytest.mark.parametrize(
    ("status", "is_said"),
    [(None, True), (Status.ACCEPTED, True), (Status.UNKNOWN, True), (Status.REJECTED, False), (Status.PLANNED, False)],
)
def test_steps_count_as_said_when_they_were_or_may_have_been(ledger, draft, status, is_said) -> None:
    draft.message("C1", {"R1": "10.00"})
    send(ledger, draft, status)
    tomorrow = draft.as_of + ONE_DAY
    assert len(rows(ledger, "sent_steps", tomorrow)) == len(rows(ledger, "contact_days", tomorrow)) == int(is_said)


def test_reminders_of_the_same_day_do_not_change_that_days_decisions(ledger, draft) -> None:
    draft.message("C1", {"R1": "10.00"})
    send(ledger, draft)
    assert rows(ledger, "sent_steps", draft.as_of) == rows(ledger, "contact_days", draft.as_of) == []
    assert len(rows(ledger, "reminders", draft.as_of)) == 1


def test_a_step_is_counted_by_days_not_by_messages(ledger, new_draft) -> None:
    for day in (0, 10):
        draft = new_draft(as_of=new_draft().as_of + day * ONE_DAY)
        draft.message("C1", {"R1": "10.00", "R2": "1.00"})
        draft.message("C1", {"R1": "10.00"}, role="escalation")
        send(ledger, draft)
    said = rows(ledger, "sent_steps", draft.as_of + ONE_DAY)
    twice = [draft.as_of - 10 * ONE_DAY, draft.as_of]
    assert [(r["receivable_id"], r["sent_on"]) for r in said] == [(item, day) for item in ("R1", "R2") for day in twice]
    days = [r["contacted_on"] for r in rows(ledger, "contact_days", draft.as_of + ONE_DAY)]
    assert days == [draft.as_of - 10 * ONE_DAY, draft.as_of]


@pytest.mark.parametrize(
    ("status", "delivery"),
    [
        (Status.ACCEPTED, "arrived"),
        (Status.DELIVERED, "arrived"),
        (None, "unknown"),
        (Status.UNKNOWN, "unknown"),
        (Status.BOUNCED, "returned"),
    ],
)
def test_a_step_that_was_said_tells_whether_it_arrived(ledger, draft, status, delivery) -> None:
    key = draft.message("C1", {"R1": "10.00"})
    draft.plan_in(ledger)
    draft.claim_in(ledger)
    if status is not None:
        ledger.settle([Outcome(reminder_key=key, status=status)], claim_token="t1")
    assert [row["delivery"] for row in rows(ledger, "sent_steps", draft.as_of + ONE_DAY)] == [delivery]


def test_each_thing_learned_is_told_from_the_day_it_was_recorded(ledger, draft) -> None:
    day = draft.as_of
    who = {"customer_id": "C1", "author": "ana", "recorded_on": day}
    ledger.record(Promise(**who, promised_for=day + 5 * ONE_DAY, amount=Decimal("10.50"), currency="EUR"))
    ledger.record(Dispute(**who, reason="price", opened_on=day - ONE_DAY, receivable_id="R1"))
    ledger.record(Hold(**who, reason="agreed", from_on=day, until_on=day + ONE_DAY))
    ledger.record(OptOut(**who, from_on=day, channel="email"))
    ledger.record(Confirmation(**who, kind="goods_received", confirmed_on=day, receivable_id="R1"))
    for relation in ("promises", "disputes", "holds", "opt_outs", "confirmations"):
        assert rows(ledger, relation, day - ONE_DAY) == []
        assert len(rows(ledger, relation, day)) == 1
    (promise,) = rows(ledger, "promises", day)
    assert (promise["amount"], promise["currency"], promise["receivable_id"]) == (Decimal("10.50"), "EUR", None)


def test_a_past_day_sees_a_dispute_and_a_hold_as_they_stood_then(ledger, draft) -> None:
    day = draft.as_of
    who = {"customer_id": "C1", "author": "ana", "recorded_on": day}
    dispute = ledger.record(Dispute(**who, reason="price", opened_on=day))
    hold = ledger.record(Hold(**who, reason="agreed", from_on=day, until_on=day + 30 * ONE_DAY))
    end = day + 7 * ONE_DAY
    ledger.resolve_dispute(dispute, resolved_on=end)
    ledger.release_hold(hold, released_on=end)
    assert rows(ledger, "disputes", end - ONE_DAY)[0]["resolved_on"] is None
    assert rows(ledger, "disputes", end)[0]["resolved_on"] == end
    assert rows(ledger, "holds", end - ONE_DAY)[0]["until_on"] == day + 30 * ONE_DAY
    assert rows(ledger, "holds", end) == []


def test_what_ended_or_never_was_cannot_be_ended(ledger, draft) -> None:
    hold = ledger.record(Hold(customer_id="C1", author="ana", recorded_on=draft.as_of, reason="x", from_on=draft.as_of))
    ledger.release_hold(hold, released_on=draft.as_of)
    with pytest.raises(LedgerProblem, match="is not open in the ledger"):
        ledger.release_hold(hold, released_on=draft.as_of)
    with pytest.raises(LedgerProblem, match="dispute-none"):
        ledger.resolve_dispute("dispute-none", resolved_on=draft.as_of)


def test_a_promise_or_a_hold_that_makes_no_sense_is_refused(draft) -> None:
    who = {"customer_id": "C1", "author": "ana", "recorded_on": draft.as_of}
    with pytest.raises(LedgerProblem, match="positive amount with its currency"):
        Promise(**who, promised_for=draft.as_of, amount=Decimal(10))
    with pytest.raises(LedgerProblem, match="before it begins"):
        Hold(**who, reason="x", from_on=draft.as_of, until_on=draft.as_of - ONE_DAY)


def test_runs_are_remembered_with_their_counts(ledger, draft, clock) -> None:
    ledger.start_run(RunStart(run_id="r1", as_of=draft.as_of, mode="send"))
    assert rows(ledger, "runs", draft.as_of)[0]["status"] == "running"
    clock.advance(minutes=3)
    ledger.finish_run(
        "r1", status="completed", counts={"accepted": 3}, warehouse="warehouse/r1.duckdb", strategy_version="v1"
    )
    (run,) = rows(ledger, "runs", draft.as_of)
    assert (run["status"], run["strategy_version"], json.loads(run["counts"])) == ("completed", "v1", {"accepted": 3})
    assert run["finished_at"] - run["started_at"] == timedelta(minutes=3)
    assert rows(ledger, "runs", draft.as_of - ONE_DAY) == []
    with pytest.raises(LedgerProblem, match="run r2: is not in the ledger"):
        ledger.finish_run("r2", status="failed", counts={})


def test_facts_are_sorted_so_that_the_same_ledger_gives_the_same_bytes(ledger, draft) -> None:
    for n in (3, 1, 2):
        draft.message(f"C{n}", {f"R{n}": "1.00"})
    draft.plan_in(ledger)
    table = ledger.facts(draft.as_of)["ledger.reminders"]
    assert table["reminder_key"].to_pylist() == sorted(table["reminder_key"].to_pylist())
    assert isinstance(table, pa.Table)


def test_the_instalments_of_a_plan_are_promises_that_say_how_much_has_to_have_come_by_then(ledger, draft) -> None:
    day = draft.as_of
    instalments = {day + 60 * ONE_DAY: Decimal("50.25"), day + 30 * ONE_DAY: Decimal(100)}
    plan = ledger.record_plan(
        PaymentPlan(customer_id="C1", author="ana", recorded_on=day, instalments=instalments, currency="EUR")
    )
    told = sorted(rows(ledger, "promises", day), key=lambda row: row["promised_for"])
    assert [(r["plan_id"], r["amount"], r["plan_amount"]) for r in told] == [
        (plan, Decimal("100.00"), Decimal("100.00")),
        (plan, Decimal("50.25"), Decimal("150.25")),
    ]


@pytest.mark.parametrize(
    ("instalments", "said"),
    [
        ({30: "10"}, "1 instalments"),
        ({30: "10", 60: "0"}, "amount 0"),
        ({-1: "10", 60: "10"}, "has passed"),
    ],
)
def test_a_plan_that_is_none_is_refused(draft, instalments, said) -> None:
    days = {draft.as_of + day * ONE_DAY: Decimal(amount) for day, amount in instalments.items()}
    with pytest.raises(LedgerProblem, match=said):
        PaymentPlan(customer_id="C1", author="ana", recorded_on=draft.as_of, instalments=days, currency="EUR")


def test_a_dispute_of_a_part_names_its_receivable_and_currency(ledger, draft) -> None:
    who = {"customer_id": "C1", "author": "ana", "recorded_on": draft.as_of, "opened_on": draft.as_of}
    ledger.record(
        Dispute(
            **who,
            reason="two are missing",
            kind=DisputeKind.WRONG_QUANTITY,
            receivable_id="R1",
            amount=Decimal(40),
            currency="EUR",
        )
    )
    (told,) = rows(ledger, "disputes", draft.as_of)
    assert (told["kind"], told["amount"], told["currency"]) == ("wrong_quantity", Decimal("40.00"), "EUR")
    with pytest.raises(LedgerProblem, match="Give a positive amount"):
        Dispute(**who, reason="x", amount=Decimal(40), currency="EUR")
