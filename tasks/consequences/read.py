"""Reads claims and early-payment discounts of a few receivables from a built work database, as values."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tasks.consequences.claim import Claim, Fee, InterestPeriod
from tasks.warehouse.connection import Connection


@dataclass(frozen=True)
class Discount:
    """What may be taken off until `last_day`, included. Amounts positive, in `currency`; percents are numbers like 2.5."""

    receivable_id: str
    currency: str
    percent: Decimal
    last_day: date
    open_amount: Decimal
    discount_amount: Decimal
    amount_due: Decimal
    yearly_cost_percent: float


_IS_BUILT = "SELECT count(*) > 0 FROM duckdb_views() WHERE schema_name = 'consequences' AND view_name = 'claims'"
_CLAIMS = """
SELECT receivable_id, kind, basis, currency, amount, status FROM consequences.claims
WHERE receivable_id IN (SELECT unnest($ids)) ORDER BY receivable_id, kind DESC
"""
_PERIODS = """
SELECT i.receivable_id, p.from_on, p.to_on, p.percent, p.balance
FROM consequences.items AS i
INNER JOIN consequences.interest_periods AS p ON i.item_number = p.item_number
WHERE i.receivable_id IN (SELECT unnest($ids)) ORDER BY i.receivable_id, p.from_on
"""
_FEES = """
SELECT i.receivable_id, f.step, f.amount
FROM consequences.items AS i
INNER JOIN consequences.fees AS f ON i.item_number = f.item_number
WHERE i.receivable_id IN (SELECT unnest($ids)) ORDER BY i.receivable_id, f.step
"""
_DISCOUNTS = """
SELECT receivable_id, currency, percent, last_day, open_amount, discount_amount, amount_due, yearly_cost_percent
FROM consequences.discounts WHERE receivable_id IN (SELECT unnest($ids)) ORDER BY receivable_id
"""


def read_claims(connection: Connection, receivable_ids: Collection[str]) -> dict[str, tuple[Claim, ...]]:
    """The claims of each of `receivable_ids` that has any; nothing where no consequences were built."""
    ids = {"ids": sorted(receivable_ids)}
    if not ids["ids"] or not is_built(connection):
        return {}
    found = connection.execute(_CLAIMS, ids).fetchall()
    if not found:
        return {}
    periods: dict[str, list[InterestPeriod]] = {}
    for receivable, *period in connection.execute(_PERIODS, ids).fetchall():
        periods.setdefault(receivable, []).append(InterestPeriod(*period))
    fees: dict[str, list[Fee]] = {}
    for receivable, *fee in connection.execute(_FEES, ids).fetchall():
        fees.setdefault(receivable, []).append(Fee(*fee))
    claims: dict[str, tuple[Claim, ...]] = {}
    for receivable, kind, basis, currency, amount, status in found:
        made = Claim(
            receivable,
            kind,
            basis,
            currency,
            amount,
            status,
            periods=tuple(periods.get(receivable, ())) if kind == "late_interest" else (),
            fees=tuple(fees.get(receivable, ())) if kind == "fee" else (),
        )
        claims[receivable] = (*claims.get(receivable, ()), made)
    return claims


def read_discounts(connection: Connection, receivable_ids: Collection[str]) -> dict[str, Discount]:
    """The discount still open on each of `receivable_ids` that has one; nothing where no consequences were built."""
    if not receivable_ids or not is_built(connection):
        return {}
    rows = connection.execute(_DISCOUNTS, {"ids": sorted(receivable_ids)}).fetchall()
    return {row[0]: Discount(*row) for row in rows}


def is_built(connection: Connection) -> bool:
    """True when the work database has the relations of this stage."""
    row = connection.execute(_IS_BUILT).fetchone()
    return bool(row and row[0])
