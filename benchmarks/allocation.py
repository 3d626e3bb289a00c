"""How often each rule of allocation is right: `python -m benchmarks.allocation [SEED ...]`; docs/allocation.md shows what it printed.

The example's generator knows which receivable each bank line paid. Ledgers as its are allocated in memory, with the last sixty days of
bank lines stripped of what they name, in one way per variant; a part is right when it lies on the receivable that was paid. What it
measures is a made-up company: customers of every habit, one payment in twenty in parts, too small, too large or twice.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from examples.generator.customers import Customer, draw_customers
from examples.generator.days import AS_OF
from examples.generator.documents import Item, draw_invoices
from examples.generator.ledger import SEED, _numbered_credit_notes, _settle_all
from examples.generator.payments import ANONYMOUS_SINCE, BankLine, number_operations
from examples.generator.tables import money, signed_amount
from tasks.warehouse.connection import Connection
from tasks.warehouse.inputs import create_empty_inputs
from tasks.warehouse.models import build

TYPES = {"FV": "invoice", "ND": "debit_note", "AB": "credit_note"}


@dataclass(frozen=True)
class Stated:
    """What a bank line says of its purpose."""

    customer_id: str | None = None
    document_number: str | None = None
    receivable_id: str | None = None
    bank_reference: str | None = None
    payer_name: str | None = None


def as_exported(line: BankLine, rng: random.Random) -> Stated:
    """The example's own bank file."""
    return Stated(
        customer_id=line.item.customer.customer_id if line.names_customer else None,
        document_number=line.item.number if line.names_document else None,
        receivable_id=line.item.receivable_id if line.names_instalment else None,
    )


def in_texts(line: BankLine, rng: random.Random) -> Stated:
    """The document stands in the text only, as people write it; who paid is not said."""
    number = line.item.number
    spelt = [f"PAGO {number}", f"TRANSF FRA {number.replace('-', ' ')}", f"fact. {number.lower().replace('-', '')}"]
    return Stated(bank_reference=rng.choice(spelt))


def by_customer(line: BankLine, rng: random.Random) -> Stated:
    """Only who paid is said."""
    return Stated(customer_id=line.item.customer.customer_id)


def by_name(line: BankLine, rng: random.Random) -> Stated:
    """Only the payer's name, as the customers export spells it."""
    return Stated(payer_name=line.item.customer.name.upper())


def by_nothing(line: BankLine, rng: random.Random) -> Stated:
    """Nothing but the amount."""
    return Stated()


Variant = Callable[[BankLine, random.Random], Stated]
VARIANTS: tuple[Variant, ...] = (as_exported, in_texts, by_customer, by_name, by_nothing)


def main() -> None:
    """Prints, per variant and rule, the parts laid, the share on the right receivable, and the share at the right customer."""
    seeds = [int(seed) for seed in sys.argv[1:]] or [SEED, 1, 2, 3, 4]
    for variant in VARIANTS:
        laid: Counter[str] = Counter()
        right: Counter[str] = Counter()
        right_customer: Counter[str] = Counter()
        unapplied = 0
        for seed in seeds:
            connection = duckdb.connect()
            unapplied += land(connection, variant, seed)
            for rule, parts, matches, customers in connection.execute(_JUDGED).fetchall():
                laid[rule] += parts
                right[rule] += matches
                right_customer[rule] += customers
            connection.close()
        say(f"{variant.__name__}: {unapplied} payments unapplied")
        for rule, parts in laid.items():
            say(f"  {rule:20} {parts:7} {right[rule] / parts:7.4f} {right_customer[rule] / parts:7.4f}")


_JUDGED = """
SELECT a.rule, count(*), count(*) FILTER (a.receivable_id = t.receivable_id), count(*) FILTER (r.customer_id = t.customer_id)
FROM staging.allocations AS a
INNER JOIN truth AS t USING (payment_id)
INNER JOIN landing.receivables AS r ON a.receivable_id = r.receivable_id
GROUP BY a.rule ORDER BY a.rule
"""


def land(connection: Connection, variant: Variant, seed: int) -> int:
    """Lands the ledger of `seed`, with the truth as table `truth`, builds staging, and returns how many payments stay unapplied."""
    rng = random.Random(seed)  # noqa: S311 a seeded ledger, nothing secret
    customers = draw_customers(rng)
    settlements = _settle_all(draw_invoices(customers, rng), rng)
    items = [settlement.item for settlement in settlements] + _numbered_credit_notes(settlements)
    lines = number_operations([line for settlement in settlements for line in settlement.lines])
    create_empty_inputs(connection)
    connection.execute(
        "INSERT INTO run.parameters VALUES ('truth', $1, $1, 'andina', 'Andina', 'ES', 'es', 'EUR', NULL)", [AS_OF]
    )
    insert(connection, "landing.customers", [customer_row(each) for each in customers])
    insert(connection, "landing.receivables", [receivable_row(each) for each in items])
    strip = random.Random(seed)  # noqa: S311 as above
    insert(connection, "landing.payments", [payment_row(op, n, line, variant, strip) for op, n, line in lines])
    truth = [
        {
            "payment_id": f"{op}-{n}",
            "receivable_id": line.item.receivable_id,
            "customer_id": line.item.customer.customer_id,
        }
        for op, n, line in lines
    ]
    connection.register("truth", pa.Table.from_pylist(truth))
    build(connection, ["staging"])
    found = connection.execute("SELECT count(*) FROM staging.payments WHERE allocation_rule = 'unapplied'").fetchone()
    return int(found[0]) if found else 0


def insert(connection: Connection, relation: str, rows: list[dict[str, object]]) -> None:
    """Adds `rows` to `relation`, of the example company."""
    connection.register("rows_to_insert", pa.Table.from_pylist(rows))
    connection.execute(
        f"INSERT INTO {relation} BY NAME SELECT *, 'andina' AS company_id, MAP {{}} AS custom_references FROM rows_to_insert"  # noqa: S608 our own names
    )


def customer_row(customer: Customer) -> dict[str, object]:
    """A customer as landed."""
    return {"customer_id": customer.customer_id, "name": customer.name}


def receivable_row(item: Item) -> dict[str, object]:
    """An instalment as landed."""
    return {
        "customer_id": item.customer.customer_id,
        "receivable_id": item.receivable_id,
        "document_number": item.number,
        "document_type": TYPES[item.type],
        "instalment_number": item.instalment,
        "invoice_date": item.invoice_date,
        "due_date": None if item.has_empty_due_date else item.due_date,
        "payment_terms_days": item.customer.terms,
        "currency": item.customer.country.currency,
        "amount": signed_amount(item),
        "cleared_on": item.cleared_on,
        "purchase_order": item.purchase_order or None,
    }


def payment_row(operation: str, number: int, line: BankLine, variant: Variant, rng: random.Random) -> dict[str, object]:
    """A bank line as landed: stripped where it is money of the last sixty days."""
    is_stripped = line.amount > 0 and line.paid_on > ANONYMOUS_SINCE
    stated = variant(line, rng) if is_stripped else as_exported(line, rng)
    currency = line.item.customer.country.currency
    return {
        "payment_id": f"{operation}-{number}",
        "paid_on": line.paid_on,
        "currency": currency,
        "amount": money(line.amount, currency),
        "kind": "returned_debit" if line.amount < 0 else "payment",
        **vars(stated),
    }


def say(text: str) -> None:
    """Prints a line of the result."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
