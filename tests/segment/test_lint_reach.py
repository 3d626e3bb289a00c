"""The linter tells whom a segment's steps cannot reach, and where the cap leaves less room than the ladders ask for."""

from __future__ import annotations

from datetime import date, timedelta

from tasks.segment.lint_reach import Reached, lint_reach, reached_customers
from tasks.segment.load import parse_strategy
from tasks.segment.strategy import Strategy
from tests.segment.worlds import Contact, Customer, Entry, Receivable, World

DAY = date(2026, 6, 2)


def strategy(*, cap: dict[str, int] | None = None) -> Strategy:
    first = {"step": "first", "after_due": 5}
    return parse_strategy(
        {
            "contact_cap": cap,
            "quiet_days": {"weekdays": [], "holidays": []},
            "ladders": {
                "mail": [first, {"step": "second", "previous_step": 10}],
                "call": [{**first, "channel": "email", "fallback_channels": ["call"]}],
            },
            "segments": [
                {"name": "keys", "when": {"customer_class": "key_account"}, "ladder": "none"},
                {"name": "retail", "when": {"customer_class": "retail"}, "ladder": "call"},
                {"name": "rest", "ladder": "mail"},
            ],
        }
    )


def customer(number: int, *, due: tuple[int, ...] = (3,), **more: object) -> Customer:
    receivables = [
        Receivable(f"R{number}-{ago}", DAY - timedelta(days=ago), DAY - timedelta(days=ago + 30)) for ago in due
    ]
    contact = Contact(f"K{number}", phone="+34 910 000 000")
    return Customer(f"C{number}", **{"receivables": receivables, "contacts": [contact], **more})


def test_the_share_of_customers_with_a_usable_contact_is_told_by_step_and_segment(decide_world) -> None:
    everybody = [customer(number) for number in range(6)]
    everybody += [customer(number, contacts=[Contact(f"K{number}", email=None, phone="1")]) for number in range(6, 8)]
    everybody += [customer(number, customer_class="retail", contacts=[]) for number in range(8, 9)]
    everybody += [
        customer(9, customer_class="retail", opt_outs=[Entry(from_on=DAY, channel="email")]),
        customer(10, customer_class="key_account", contacts=[]),
        customer(11, receivables=[], contacts=[]),
    ]
    connection = decide_world(World(DAY, everybody), strategy())
    assert reached_customers(connection) == (
        Reached("rest", ("first", "second"), 8, 6),
        Reached("retail", ("first",), 2, 1),
    )
    told = [problem.what for problem in lint_reach(connection, strategy())]
    assert told == [
        "2 of 8 customers (25%) have no usable contact for first, second",
        "1 of 2 customers (50%) have no usable contact for first",
    ]


def test_a_cap_that_leaves_less_days_than_steps_ask_for_is_told_by_segment(decide_world) -> None:
    capped = strategy(cap={"contacts": 1, "per_days": 14})
    busy = [customer(number, due=(1, 0, -4, -9)) for number in range(2)]
    calm = [customer(number, customer_class="retail", due=(1,)) for number in range(2, 6)]
    connection = decide_world(World(DAY, [*busy, *calm]), capped)
    told = list(lint_reach(connection, capped))
    assert [(problem.where, problem.what) for problem in told] == [
        (
            "strategy.yaml: contact_cap (rest)",
            "2 of 2 customers (100%) have steps on more than the 3 days that the cap leaves in the coming 30: some come later, or never",
        )
    ]
