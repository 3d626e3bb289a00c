from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from tasks.experiment.assign import new_members
from tasks.segment.load import parse_strategy
from tests.segment.worlds import COMPANY, Contact, Customer, Receivable, Said, World

DAY = date(2026, 6, 1)
DUE = DAY - timedelta(days=10)


def strategy(*, purpose: str = "overdue", **changes: object):
    experiment = {
        "name": "spring", "segments": ["everybody"], "share": "0.2", "from": "2026-05-01", "until": "2026-07-31",
        "never_above": {"EUR": 1000}, **changes,
    }  # fmt: skip
    steps = [
        {
            "step": "first",
            "after_due": 1,
            "purpose": purpose,
            **({"needs_approval": True} if purpose != "overdue" else {}),
        }
    ]
    other = [{"step": "first", "after_due": 1, "tone": "firm"}]
    return parse_strategy(
        {
            "payments_fresh_within_days": "none",
            "quiet_days": {"weekdays": [], "holidays": []},
            "ladders": {"usual": steps, "firm": other},
            "segments": [{"name": "everybody", "ladder": "usual"}],
            "experiments": [experiment],
        }
    )


def customer(number: int, **changes: object) -> Customer:
    receivable = Receivable(f"R{number}", DUE, DUE - timedelta(days=30), **changes)
    return Customer(f"C{number}", receivables=[receivable], contacts=[Contact("1")])


def world(count: int = 200, as_of: date = DAY, **changes: object) -> World:
    return World(as_of, customers=[customer(number, **changes) for number in range(count)])


def held_out(count: int) -> list[tuple[str, str, date]]:
    return [(f"C{number}", "hold_out", date(2026, 5, 1)) for number in range(count)]


def reasons(connection) -> dict[str, str]:
    return dict(connection.execute("SELECT customer_id, reason FROM decide.decisions").fetchall())


def arms(connection) -> dict[str, str]:
    return dict(connection.execute("SELECT customer_id, arm FROM experiment.members").fetchall())


def test_a_fifth_is_drawn_and_left_alone_and_everybody_else_is_reminded(decided) -> None:
    connection = decided(world(), strategy())
    said, drawn = reasons(connection), arms(connection)
    assert len(drawn) == 200
    held = {name for name, arm in drawn.items() if arm == "hold_out"}
    assert 25 <= len(held) <= 55
    assert {name for name, reason in said.items() if reason == "hold_out_group"} == held
    assert set(said.values()) == {"hold_out_group", "step_due"}
    rows = connection.execute(
        "SELECT DISTINCT decision, next_action_on FROM decide.decisions WHERE reason = 'hold_out_group'"
    ).fetchall()
    assert rows == [("silent", DUE + timedelta(days=46))]


def test_the_draw_is_the_same_again_and_another_name_draws_others(decided) -> None:
    first = arms(decided(world(), strategy()))
    assert arms(decided(world(), strategy())) == first
    assert arms(decided(world(), strategy(name="autumn"))) != first


def test_another_share_moves_nobody_whom_the_ledger_knows(decided) -> None:
    drawn = decided(world(), strategy())
    members = new_members(drawn)
    assert len(members) == 200
    known = [(member.customer_id, member.arm, member.assigned_on) for member in members]
    again = decided(world(as_of=DAY + timedelta(days=1)), strategy(share="0.01"), known)
    assert arms(again) == {member.customer_id: member.arm for member in members}
    assert new_members(again) == []


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"open_amount": Decimal("1000.01")}, "owes more than the limit"),
        ({"currency": "MXN"}, "owes in a currency without a limit"),
    ],
)
def test_who_owes_too_much_takes_no_part(decided, changes, why: str) -> None:
    connection = decided(world(20, **changes), strategy())
    assert arms(connection) == {}, why
    assert set(reasons(connection).values()) == {"step_due"}


def test_who_owes_too_much_later_is_reminded_and_stays_in_the_group(decided) -> None:
    connection = decided(world(20, open_amount=Decimal("5000.00")), strategy(), held_out(20))
    assert set(reasons(connection).values()) == {"step_due"}
    assert set(arms(connection).values()) == {"hold_out"}


def test_nobody_is_drawn_after_the_first_contact(decided) -> None:
    contacted = world(20)
    for one in contacted.customers:
        one.said.append(Said(one.receivables[0].receivable_id, "earlier", DAY - timedelta(days=3)))
    assert arms(decided(contacted, strategy())) == {}


@pytest.mark.parametrize("as_of", [date(2026, 4, 30), date(2026, 8, 1)])
def test_before_and_after_the_experiment_everybody_is_treated_as_usual(decided, as_of: date) -> None:
    outside = World(as_of, customers=[customer(number) for number in range(20)])
    for one in outside.customers:
        one.receivables[0].due_date = as_of - timedelta(days=10)
    assert set(reasons(decided(outside, strategy(), held_out(10))).values()) == {"step_due"}


def test_what_is_overdue_for_longer_than_allowed_is_reminded(decided) -> None:
    assert set(reasons(decided(world(20), strategy(at_most_days_overdue=9), held_out(20))).values()) == {"step_due"}
    assert set(reasons(decided(world(20), strategy(at_most_days_overdue=10), held_out(20))).values()) == {
        "hold_out_group"
    }


def test_a_step_that_a_person_approves_is_for_everybody(decided) -> None:
    assert set(reasons(decided(world(20), strategy(purpose="suspension_deadline"), held_out(20))).values()) == {
        "step_due"
    }


def test_a_variant_goes_through_its_own_ladder(decided) -> None:
    variants = [{"name": "sterner", "ladder": "firm", "share": "0.5"}]
    connection = decided(world(100), strategy(share=0, never_above={}, variants=variants))
    found = connection.execute(
        "SELECT m.arm, d.ladder, d.tone, count(*) > 30 FROM decide.decisions AS d JOIN experiment.members AS m USING (customer_id)"
        " GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    assert found == [("as_usual", "usual", "neutral", True), ("sterner", "firm", "firm", True)]


def test_members_carry_what_the_ledger_needs(decided) -> None:
    member = new_members(decided(world(1), strategy()))[0]
    assert (member.experiment, member.customer_id, member.segment, member.assigned_on) == (
        "spring",
        "C0",
        "everybody",
        DAY,
    )
    assert COMPANY == "acme"
