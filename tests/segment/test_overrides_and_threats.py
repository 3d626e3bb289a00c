"""Overrides decide, are explained and end on their day; what hurts is never said unannounced, also after missed days."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tasks.segment.checks import InvariantBroken, check_decisions
from tasks.segment.explain import explain
from tasks.segment.lint_overrides import find_idle_overrides
from tasks.segment.load import parse_strategy
from tests.segment.worlds import Contact, Customer, Receivable, Said, World

TODAY = date(2026, 12, 2)
QUIET = {"weekdays": [], "holidays": []}


def world_of(*customers: Customer) -> World:
    return World(TODAY, list(customers), newest_payment_on=TODAY - timedelta(days=1))


def customer_of(customer_id: str, *said: Said, receivable_id: str = "R1") -> Customer:
    receivable = Receivable(receivable_id, due_date=date(2026, 9, 1), invoice_date=date(2026, 8, 1))
    return Customer(customer_id, receivables=[receivable], contacts=[Contact(f"K-{customer_id}")], said=list(said))


def overriding(*overrides: dict[str, object]):
    return parse_strategy(
        {
            "quiet_days": QUIET,
            "ladders": {"regular": [{"step": "first", "after_due": 5}], "late": [{"step": "late", "after_due": 300}]},
            "segments": [
                {"name": "few", "when": {"customer_class": "few"}, "ladder": "late"},
                {"name": "all", "ladder": "regular"},
            ],
            "overrides": [{"until": TODAY, "reason": "merger", "author": "ana", **override} for override in overrides],
        }
    )


@pytest.mark.parametrize("language", ["es", "en"])
def test_an_override_decides_and_is_explained_with_reason_and_author(decide_world, language) -> None:
    strategy = overriding({"customer": "C1", "ladder": "none"}, {"receivable": "R2", "segment": "few"})
    connection = decide_world(world_of(customer_of("C1"), customer_of("C2", receivable_id="R2")), strategy)
    by_customer = explain(connection, "R1", language=language)
    assert by_customer.reason == "left_in_peace"
    override, *rules = by_customer.path
    assert override.rule == "override:1"
    assert "merger (ana)" in override.detail
    assert rules[0].rule == "segment:few"
    by_receivable = explain(connection, "R2", language=language)
    assert by_receivable.reason == "before_first_step"
    assert [test.rule for test in by_receivable.path[:2]] == ["override:2", "assigned"]
    assert "few" in by_receivable.path[0].detail


def test_after_its_last_day_an_override_does_nothing_and_is_a_warning(decide_world) -> None:
    strategy = overriding(
        {"customer": "C1", "ladder": "none", "until": TODAY - timedelta(days=1)},
        {"customer": "C9", "ladder": "none"},
        {"receivable": "R9", "ladder": "none"},
    )
    connection = decide_world(world_of(customer_of("C1")), strategy)
    assert explain(connection, "R1").reason == "step_due"
    found = find_idle_overrides(connection)
    assert [problem.severity for problem in found] == ["warning"] * 3
    assert "ended on 2026-12-01" in found[0].what
    assert [problem.where for problem in found[1:]] == ["strategy.yaml: overrides.1", "strategy.yaml: overrides.2"]
    assert all("no export has" in problem.what for problem in found[1:])


HARSH = {
    "quiet_days": QUIET,
    "ladders": {
        "firm": [
            {"step": "first", "after_due": 5},
            {"step": "deadline", "previous_step": 10, "purpose": "suspension_deadline"},
            {"step": "cut", "previous_step": 13, "purpose": "suspension", "needs_approval": True},
        ]
    },
    "segments": [{"name": "all", "ladder": "firm"}],
}


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ([], "first"),
        ([Said("R1", "first", TODAY - timedelta(days=60))], "deadline"),
        ([Said("R1", "deadline", TODAY - timedelta(days=12))], None),
        ([Said("R1", "deadline", TODAY - timedelta(days=13))], "cut"),
        ([Said("R1", "deadline", TODAY - timedelta(days=90))], "cut"),
    ],
)
def test_catching_up_after_missed_days_never_leaves_the_announcement_out(decide_world, said, expected) -> None:
    connection = decide_world(world_of(customer_of("C1", *said)), parse_strategy(HARSH))
    (found,) = connection.execute("SELECT CASE WHEN decision = 'remind' THEN step END FROM decide.decisions").fetchall()
    assert found == (expected,)


def test_a_threat_that_was_not_announced_stops_the_run(decide_world) -> None:
    said = Said("R1", "deadline", TODAY - timedelta(days=90))
    connection = decide_world(world_of(customer_of("C1", said)), parse_strategy(HARSH))
    check_decisions(connection)
    connection.execute("DELETE FROM decide.said")
    with pytest.raises(InvariantBroken, match="was announced about the same receivable before"):
        check_decisions(connection)


def test_a_step_over_two_channels_is_one_decision_and_two_messages(decide_world) -> None:
    step = {"step": "first", "after_due": 5, "channels": ["email", "executive"]}
    strategy = parse_strategy(
        {"quiet_days": QUIET, "ladders": {"l": [step]}, "segments": [{"name": "all", "ladder": "l"}]}
    )
    connection = decide_world(world_of(customer_of("C1")), strategy)
    assert connection.execute("SELECT count(*), any_value(channel) FROM decide.decisions").fetchall() == [(1, "email")]
    messages = connection.execute("SELECT channel, item_count FROM decide.reminders ORDER BY channel").fetchall()
    assert messages == [("email", 1), ("executive", 1)]
