from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pyarrow as pa
import pytest

from tasks.ledger.reminders import items_from_arrow, reminder_id_of, reminders_from_arrow
from tasks.ledger.settle import Outcome
from tasks.ledger.states import Status
from tasks.problems import LedgerProblem


def test_planning_the_same_twice_changes_nothing(ledger, draft) -> None:
    draft.message("C1", {"R1": "10.00"})
    assert draft.plan_in(ledger).added == 1
    again = draft.plan_in(ledger, "20260601-00000002")
    assert (again.added, again.refreshed, again.superseded) == (0, 1, 0)
    assert ledger.counts(as_of=draft.as_of).planned == 1


def test_what_is_still_planned_gets_the_new_amounts(ledger, draft, new_draft) -> None:
    draft.message("C1", {"R1": "10.00", "R2": "5.00"})
    draft.plan_in(ledger)
    later = new_draft()
    key = later.message("C1", {"R1": "7.50"})
    later.plan_in(ledger)
    (claimed,) = later.claim_in(ledger).claimed
    assert claimed.reminder.reminder_key == key
    assert claimed.reminder.total_amount == Decimal("7.50")
    assert [(item.receivable_id, item.open_amount) for item in claimed.items] == [("R1", Decimal("7.50"))]


def test_what_was_claimed_keeps_its_content(ledger, draft, new_draft) -> None:
    draft.message("C1", {"R1": "10.00"})
    draft.plan_in(ledger)
    draft.claim_in(ledger)
    later = new_draft()
    later.message("C1", {"R1": "7.50"})
    assert later.plan_in(ledger).untouched == 1
    (row,) = ledger.facts(draft.as_of)["ledger.reminders"].to_pylist()
    assert (row["status"], row["total_amount"]) == ("claimed", Decimal("10.00"))


def test_planned_reminders_that_a_newer_plan_does_not_hold_are_superseded(ledger, draft, new_draft, status_of) -> None:
    gone = draft.message("C1", {"R1": "10.00"})
    kept = draft.message("C2", {"R2": "10.00"})
    draft.plan_in(ledger)
    second = new_draft()
    second.message("C2", {"R2": "10.00"})
    assert second.plan_in(ledger).superseded == 1
    assert (status_of(ledger, gone), status_of(ledger, kept)) == ("cancelled", "planned")
    tomorrow = new_draft(as_of=draft.as_of + timedelta(days=1))
    assert tomorrow.plan_in(ledger).superseded == 1
    assert status_of(ledger, kept) == "cancelled"
    reasons = ledger.facts(tomorrow.as_of)["ledger.reminders"]["status_reason"].to_pylist()
    assert reasons == ["superseded", "superseded"]


def test_a_plan_of_an_earlier_day_leaves_later_plans_alone(ledger, draft, new_draft, status_of) -> None:
    key = draft.message("C1", {"R1": "10.00"})
    draft.plan_in(ledger)
    new_draft(as_of=draft.as_of - timedelta(days=1)).plan_in(ledger)
    assert status_of(ledger, key) == "planned"


def test_a_cancelled_reminder_is_planned_again_when_a_later_plan_of_the_day_wants_it(ledger, draft, new_draft) -> None:
    draft.message("C1", {"R1": "10.00"})
    draft.plan_in(ledger)
    new_draft().plan_in(ledger)
    assert draft.plan_in(ledger).refreshed == 1
    assert len(draft.claim_in(ledger).claimed) == 1


def test_a_settled_reminder_stays_as_it_is_whatever_is_planned(ledger, draft, status_of) -> None:
    key = draft.message("C1", {"R1": "10.00"})
    draft.plan_in(ledger)
    draft.claim_in(ledger)
    ledger.settle([Outcome(reminder_key=key, status=Status.ACCEPTED)], claim_token="t1")
    assert draft.plan_in(ledger).untouched == 1
    assert status_of(ledger, key) == "accepted"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda draft: draft.items.pop(),
        lambda draft: draft.reminders.pop(),
        lambda draft: draft.reminders.append(draft.reminders[0]),
        lambda draft: draft.reminders.__setitem__(0, replace(draft.reminders[0], total_amount=Decimal("9.99"))),
        lambda draft: draft.reminders.__setitem__(0, replace(draft.reminders[0], company_id="other")),
    ],
    ids=["no items", "no reminder", "key twice", "wrong total", "other company"],
)
def test_a_plan_that_contradicts_itself_is_refused_as_a_whole(ledger, draft, spoil) -> None:
    draft.message("C1", {"R1": "10.00"})
    spoil(draft)
    with pytest.raises(ValueError, match="C1"):
        draft.plan_in(ledger)
    assert ledger.counts(as_of=draft.as_of).planned == 0


def test_plans_are_read_from_the_arrow_tables_of_the_decisions(draft) -> None:
    draft.message("C1", {"R1": "10.00", "R2": "0.01"})
    reminders = pa.Table.from_pylist([{**vars(r), "extra": 1} for r in draft.reminders])
    items = pa.Table.from_pylist([vars(i) for i in draft.items])
    assert list(reminders_from_arrow(reminders)) == draft.reminders
    assert list(items_from_arrow(items)) == draft.items


def test_the_reminder_id_is_opaque_and_the_same_everywhere() -> None:
    assert reminder_id_of("acme|C1") == reminder_id_of("acme|C1")
    assert "C1" not in reminder_id_of("acme|C1")
    assert len(reminder_id_of("acme|C1")) == 32


def test_a_plan_of_hundreds_is_written_whole_or_not_at_all(ledger, draft) -> None:
    for n in range(700):
        draft.message(f"C{n}", {f"R{n}": "10.00", f"S{n}": "0.50"})
    assert draft.plan_in(ledger).added == 700
    (first, *_) = draft.claim_in(ledger, draft.reminders[0].reminder_key).claimed
    assert first.reminder.total_amount == Decimal("10.50")
    tomorrow = replace(draft.reminders[5], contact_role=None)  # what the database must refuse
    draft.reminders = [tomorrow, *(replace(r, reminder_key=f"{r.reminder_key}|x") for r in draft.reminders[6:])]
    draft.items = [replace(i, reminder_key=f"{i.reminder_key}|x") for i in draft.items[12:]] + draft.items[10:12]
    with pytest.raises(LedgerProblem, match=r"(?i)not.null.*Nothing of this step was recorded"):
        draft.plan_in(ledger)
    assert ledger.counts(as_of=draft.as_of).planned == 700
    assert ledger.counts(as_of=draft.as_of).cancelled == 0
