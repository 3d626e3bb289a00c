"""Decides many random worlds in SQL and by the oracle, and says where they differ: `python -m tests.segment.run_worlds`.

A world is one customer with its receivables, payments, contacts, and what people said about it. Worlds that share a day and a strategy
are landed in one database, for customers do not touch each other; each batch draws its own strategy and day.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import duckdb

from tasks.segment.decide import decide
from tasks.segment.strategy import Strategy
from tasks.warehouse.connection import Connection
from tasks.warehouse.inputs import create_empty, create_empty_inputs
from tests.segment.filling import BUILT_BEFORE, fill
from tests.segment.invariants import broken_invariants
from tests.segment.invariants_thanks import broken_thanks
from tests.segment.oracle import decide_customer
from tests.segment.oracle_segments import segment_of
from tests.segment.oracle_thanks import Thanks, thank
from tests.segment.oracle_verdicts import Message, Verdict
from tests.segment.random_strategies import random_strategy, step_names
from tests.segment.world_making import random_world
from tests.segment.worlds import World, seeded

START = date(2026, 11, 30)
WORLDS = 100_000
BATCH = 500
SHOWN = 20


@dataclass(frozen=True)
class Compared:
    """A batch: its worlds and receivables, how many for each reason, and what the SQL and the oracle or an invariant disagree on.

    `thanked`: receivables that are thanked for, by the one deed that let them be; `stopped`: what each rule of thanks alone stopped.
    """

    seed: int
    worlds: int
    reasons: Counter[str]
    thanked: Counter[str]
    stopped: Counter[str]
    disagreements: tuple[str, ...]


def draw(seed: int, worlds: int) -> tuple[Strategy, World]:
    """The strategy and the worlds of a seed: the same in every run."""
    random = seeded(seed)
    as_of = START + timedelta(days=seed * 17 % 365)
    strategy = random_strategy(random, as_of, worlds)
    return strategy, random_world(random, worlds, as_of, step_names(strategy))


def compare(seed: int, worlds: int) -> Compared:
    """Decides a batch both ways."""
    strategy, world = draw(seed, worlds)
    with duckdb.connect(config={"threads": 1, "autoload_known_extensions": False}) as connection:
        land(connection, world)
        decide(connection, strategy, batch_size=3)
        found = verdicts(connection)
        segments = dict(connection.execute("SELECT customer_id, segment FROM segment.customers").fetchall())
        broken = broken_invariants(connection, world, strategy) + broken_thanks(connection, world, strategy)
        thanks = messages_of_thanks(connection)
    reasons: Counter[str] = Counter()
    deeds: Counter[str] = Counter()
    stopped: Counter[str] = Counter()
    disagreements = [f"seed {seed}: {line}" for line in broken]
    for customer in world.customers:
        expected = decide_customer(world, strategy, customer)
        reasons.update(verdict.reason for verdict in expected.values())
        for receivable_id, verdict in expected.items():
            decided = found.pop(receivable_id, None)
            if decided != verdict:
                disagreements.append(f"seed {seed}: {receivable_id}: the oracle says {verdict}, the SQL {decided}")
        thanked = thank(world, strategy, customer, expected)
        deeds.update(thanked.deeds)
        stopped.update(thanked.alone)
        said = thanks.pop(customer.customer_id, frozenset())
        if said != thanked.messages:
            disagreements.append(
                f"seed {seed}: {customer.customer_id}: the oracle thanks by {set(thanked.messages)}, the SQL by {set(said)}"
            )
        segment = segment_of(strategy, customer, world.as_of).name
        if segments.pop(customer.customer_id, None) != segment:
            disagreements.append(f"seed {seed}: {customer.customer_id}: the oracle says segment {segment}")
    disagreements += [f"seed {seed}: {name} is not in the world" for name in (*found, *segments, *thanks)]
    return Compared(seed, worlds, reasons, deeds, stopped, tuple(disagreements))


def land(connection: Connection, world: World) -> None:
    """Writes a world into a new work database; staging and score are not built."""
    create_empty_inputs(connection)
    for relation, columns in BUILT_BEFORE.items():
        typed = {column.split(":")[0]: column.partition(":")[2] or "VARCHAR" for column in columns.split()}
        create_empty(connection, relation, typed)
    fill(connection, world)


def verdicts(connection: Connection) -> dict[str, Verdict]:
    """What the SQL decided, as the oracle says it. Channel and recipient only where something is said."""
    messages: dict[str, set[Message]] = {}
    for receivable_id, *message in connection.execute(
        "SELECT l.receivable_id, m.channel, m.contact_id, m.contact_role, m.currency, m.step, m.tone, m.needs_approval,"
        " m.item_count, m.total_amount FROM decide.lines AS l INNER JOIN decide.reminders AS m USING (reminder_key)"
    ).fetchall():
        messages.setdefault(receivable_id, set()).add(Message(*message))
    return {
        row[0]: Verdict(*row[1:], frozenset(messages.get(row[0], ())))
        for row in connection.execute(
            "SELECT receivable_id, decision, reason, next_action_on, step,"
            " CASE WHEN decision = 'remind' THEN channel END, contact_id FROM decide.decisions"
        ).fetchall()
    }


def messages_of_thanks(connection: Connection) -> dict[str, frozenset[Thanks]]:
    """Whom the SQL thanks for what, as the oracle says it."""
    items: dict[str, set[tuple[str, Decimal, date]]] = {}
    for key, *item in connection.execute(
        "SELECT reminder_key, receivable_id, paid_amount, paid_on FROM thanks.items"
    ).fetchall():
        items.setdefault(key, set()).add((item[0], item[1], item[2]))
    found: dict[str, set[Thanks]] = {}
    for customer_id, key, *columns in connection.execute(
        "SELECT customer_id, reminder_key, channel, contact_id, contact_role, recipient_address, language, currency, total_amount"
        " FROM thanks.messages"
    ).fetchall():
        found.setdefault(customer_id, set()).add(Thanks(key, *columns, frozenset(items.pop(key, ()))))
    return {customer_id: frozenset(messages) for customer_id, messages in found.items()} | {
        f"items of {key}": frozenset() for key in items
    }


def compare_all(worlds: int, *, processes: int, first_seed: int) -> Iterator[Compared]:
    """All batches, as they are done."""
    batches = [BATCH] * (worlds // BATCH) + ([worlds % BATCH] if worlds % BATCH else [])
    with ProcessPoolExecutor(processes) as pool:
        yield from pool.map(compare, range(first_seed, first_seed + len(batches)), batches)


def main() -> int:
    """Prints counts and disagreements; 1 when there is any."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--worlds", type=int, default=WORLDS)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--first-seed", type=int, default=0, help="another number draws other worlds")
    arguments = parser.parse_args()
    started = time.monotonic()
    reasons: Counter[str] = Counter()
    thanked: Counter[str] = Counter()
    stopped: Counter[str] = Counter()
    worlds, disagreements = 0, 0
    for done in compare_all(arguments.worlds, processes=arguments.processes, first_seed=arguments.first_seed):
        worlds += done.worlds
        reasons += done.reasons
        thanked += done.thanked
        stopped += done.stopped
        for line in done.disagreements[: max(0, SHOWN - disagreements)]:
            sys.stdout.write(f"{line}\n")
        disagreements += len(done.disagreements)
    for counted, what in ((reasons, ""), (thanked, "thanked for: "), (stopped, "alone against thanks: ")):
        for reason, count in counted.most_common():
            sys.stdout.write(f"{count:>9,} {what}{reason}\n")
    sys.stdout.write(
        f"{worlds:,} worlds with {reasons.total():,} open receivables, {disagreements} disagreements,"
        f" {time.monotonic() - started:.0f} s\n"
    )
    return 1 if disagreements else 0


if __name__ == "__main__":
    sys.exit(main())
