"""Loads `consequences:` and the rates into small tables `policy.*` of the work database, where `sql/consequences` reads them.

All tables are empty where the strategy has no consequences:

* `consequence_terms`, one row per segment of the strategy: `segment, since DATE, rate_name (NULL: no interest), treatment,
  discount_percent DECIMAL(7,4), discount_days INTEGER (both NULL: no discount)`.
* `interest_rates`: `rate_name, from_on, to_on DATE (both included), percent DECIMAL(7,4)`; disjoint per name, and
  none that ended before `since`.
* `interest_minimums`, `compensations`: `segment, currency, amount`; `step_fees`: `segment, step, currency, amount`.
* `compensation_laws`: `country, currency, from_on, to_on`: where and for which due dates a law gives the fixed sum.
* `waivers`: `waiver_number, customer_id, receivable_id, kind (NULL: every one), until_on (NULL: for good), author, reason`.
* `currency_units`: `currency, cents INTEGER`: the smallest unit amounts are rounded to (100: whole pesos); others have 1.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal

from tasks.consequences.policy import Consequences
from tasks.consequences.rates import Rates
from tasks.contracts.currencies import WITHOUT_DECIMALS
from tasks.segment.strategy import Strategy
from tasks.warehouse.column_types import MONEY, Columns
from tasks.warehouse.connection import Connection
from tasks.warehouse.small_tables import write_small_table

Value = str | int | Decimal | date | None
Row = tuple[Value, ...]
_PERCENT = "DECIMAL(7,4)"

TABLES: Mapping[str, Columns] = {
    "policy.consequence_terms": {
        "segment": "VARCHAR",
        "since": "DATE",
        "rate_name": "VARCHAR",
        "treatment": "VARCHAR",
        "discount_percent": _PERCENT,
        "discount_days": "INTEGER",
    },
    "policy.interest_rates": {"rate_name": "VARCHAR", "from_on": "DATE", "to_on": "DATE", "percent": _PERCENT},
    "policy.interest_minimums": {"segment": "VARCHAR", "currency": "VARCHAR", "amount": MONEY},
    "policy.compensations": {"segment": "VARCHAR", "currency": "VARCHAR", "amount": MONEY},
    "policy.compensation_laws": {"country": "VARCHAR", "currency": "VARCHAR", "from_on": "DATE", "to_on": "DATE"},
    "policy.step_fees": {"segment": "VARCHAR", "step": "VARCHAR", "currency": "VARCHAR", "amount": MONEY},
    "policy.waivers": {
        "waiver_number": "INTEGER",
        "customer_id": "VARCHAR",
        "receivable_id": "VARCHAR",
        "kind": "VARCHAR",
        "until_on": "DATE",
        "author": "VARCHAR",
        "reason": "VARCHAR",
    },
    "policy.currency_units": {"currency": "VARCHAR", "cents": "INTEGER"},
}
"""The tables this module writes: name to columns."""


def load_consequences(connection: Connection, strategy: Strategy, rates: Rates) -> None:
    """Writes the tables above, empty where the strategy charges and offers nothing."""
    policy = strategy.consequences
    segments = [segment.name for segment in strategy.segments]
    rows = {} if policy is None else dict(_rows(policy, segments, rates))
    for table in TABLES:
        _write(connection, table, rows.get(table, []))


def _rows(policy: Consequences, segments: Sequence[str], rates: Rates) -> Iterator[tuple[str, list[Row]]]:
    terms = [(segment, policy.terms_of(segment)) for segment in segments]
    charged = {held.late_interest.rate_name: held.late_interest for _, held in terms if held.late_interest.rate_name}
    yield (
        "policy.consequence_terms",
        [
            (
                segment,
                policy.since,
                held.late_interest.rate_name,
                held.treatment,
                discount.percent if (discount := held.early_payment_discount) else None,
                discount.within_days if discount else None,
            )
            for segment, held in terms
        ],
    )
    yield (
        "policy.interest_rates",
        [
            (name, period.from_on, period.to_on, period.percent)
            for name, interest in charged.items()
            for period in rates.periods_of(interest)
            if period.to_on >= policy.since
        ],
    )
    yield (
        "policy.interest_minimums",
        [
            (segment, currency, least)
            for segment, held in terms
            for currency, least in held.late_interest.minimum.items()
        ],
    )
    yield (
        "policy.compensations",
        [
            (segment, currency, amount)
            for segment, held in terms
            if held.compensation
            for currency, amount in held.compensation.amount.items()
        ],
    )
    yield (
        "policy.compensation_laws",
        [(country, law.currency, law.from_on, law.to_on) for law in rates.compensations() for country in law.countries],
    )
    yield (
        "policy.step_fees",
        [
            (segment, step, currency, amount)
            for segment, held in terms
            for step, amounts in held.fees.items()
            for currency, amount in amounts.items()
        ],
    )
    yield (
        "policy.waivers",
        [
            (number, waiver.customer, waiver.receivable, waiver.kind, waiver.until, waiver.author, waiver.reason)
            for number, waiver in enumerate(policy.waivers, start=1)
        ],
    )
    yield "policy.currency_units", [(currency, 100) for currency in WITHOUT_DECIMALS]


def _write(connection: Connection, table: str, rows: Sequence[Row]) -> None:
    write_small_table(connection, table, TABLES[table], rows)
