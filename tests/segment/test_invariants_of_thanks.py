"""What must hold of thanks is looked for: each thing that is put wrong is found, by the words that say what it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import timedelta
from decimal import Decimal

import duckdb
import pytest

from tasks.segment.decide import decide
from tasks.segment.strategy import ContactCap, Strategy
from tasks.warehouse.connection import Connection
from tests.segment.invariants_thanks import broken_thanks
from tests.segment.run_worlds import draw, land
from tests.segment.worlds import Customer, Entry, Receivable, World

Decided = tuple[Connection, World, Strategy]
Thanked = tuple[Connection, World, Strategy, Customer]


@pytest.fixture(scope="module")
def decided() -> Iterator[Decided]:
    """A world in which somebody is thanked."""
    strategy, world = draw(2, 120)
    with duckdb.connect(config={"threads": 1, "autoload_known_extensions": False}) as connection:
        land(connection, world)
        decide(connection, strategy, batch_size=3)
        yield connection, world, strategy


@pytest.fixture
def thanked(decided: Decided) -> Iterator[Thanked]:
    """The same, to be put wrong by one test, and the first customer who is thanked."""
    connection, world, strategy = decided
    assert broken_thanks(connection, world, strategy) == []
    first = connection.execute("SELECT min(customer_id) FROM thanks.messages").fetchone()
    assert first is not None
    world = deepcopy(world)
    connection.begin()
    yield connection, world, strategy, next(c for c in world.customers if c.customer_id == first[0])
    connection.rollback()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("UPDATE thanks.items SET paid_amount = paid_amount + 1", "not the sum of its items"),
        ("UPDATE thanks.items SET paid_amount = paid_amount + 1", "not paid in full"),
        ("UPDATE thanks.messages SET item_count = item_count + 1", "not the sum of its items"),
        ("INSERT INTO thanks.messages FROM thanks.messages LIMIT 1", "there twice"),
        ("DELETE FROM thanks.items", "do not add up"),
        ("UPDATE thanks.messages SET batch_number = 1, segment = ''", "a batch too large"),
        (
            "UPDATE decide.reminders SET customer_id = (SELECT min(customer_id) FROM thanks.messages)",
            "on the day of another message",
        ),
    ],
)
def test_what_is_wrong_in_the_tables_is_found(thanked: Thanked, wrong: str, said: str) -> None:
    connection, world, strategy, _ = thanked
    connection.execute(wrong)
    assert any(said in line for line in broken_thanks(connection, world, strategy))


def _owes(customer: Customer, world: World) -> None:
    customer.receivables.append(Receivable("R", world.as_of - timedelta(days=1), world.as_of - timedelta(days=9)))


def _was_thanked(customer: Customer, world: World) -> None:
    customer.thanks.append(("another", world.as_of - timedelta(days=1)))


def _was_thanked_for_it(customer: Customer, world: World) -> None:
    customer.thanks += [(paid.receivable_id, world.as_of - timedelta(days=5000)) for paid in customer.paid]


def _is_insolvent(customer: Customer, world: World) -> None:
    customer.flags.append(Entry(kind="insolvent", from_on=world.as_of))


def _opted_out(customer: Customer, world: World) -> None:
    customer.opt_outs.append(Entry(from_on=world.as_of))


def _was_guessed(customer: Customer, world: World) -> None:
    for paid in customer.paid:
        paid.guessed = Decimal(1)


def _is_paid_in_part(customer: Customer, world: World) -> None:
    for paid in customer.paid:
        paid.never_came = Decimal(1)


@pytest.mark.parametrize(
    ("put_wrong", "said"),
    [
        (_owes, "something is overdue"),
        (_was_thanked, "thanked again within"),
        (_was_thanked_for_it, "thanked for twice"),
        (_is_insolvent, "thanked, and insolvent"),
        (_opted_out, "of which the customer opted out"),
        (_was_guessed, "nobody is known to have paid"),
        (_is_paid_in_part, "not paid in full"),
    ],
)
def test_thanks_that_the_world_forbids_are_found(
    thanked: Thanked, put_wrong: Callable[[Customer, World], None], said: str
) -> None:
    connection, world, strategy, customer = thanked
    put_wrong(customer, world)
    assert any(said in line for line in broken_thanks(connection, world, strategy))


def test_thanks_beyond_the_cap_are_found(thanked: Thanked) -> None:
    connection, world, strategy, customer = thanked
    customer.contact_days += [world.as_of - timedelta(days=days) for days in (26, 27, 28)]
    capped = strategy.model_copy(update={"contact_cap": ContactCap(contacts=3, per_days=30)})
    assert any(" of 3 in 30 days" in line for line in broken_thanks(connection, world, capped))
