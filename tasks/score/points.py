"""Writes what is scored on which days: receivables in `scoring.points`, customers in `scoring.customer_days`. `staging` must be built."""

from __future__ import annotations

from datetime import date

from tasks.score.feature_tables import TABLES
from tasks.score.fitted.shift import CHECK_DAYS
from tasks.warehouse.connection import Connection
from tasks.warehouse.inputs import create_empty

_AT_ISSUE = """
INSERT INTO scoring.points
SELECT company_id, receivable_id, invoice_date
FROM staging.settlements
WHERE amount > 0
"""

# A receivable is looked at again on the first of each month while it is open: as the day's run meets it.
_MONTHLY = """
INSERT INTO scoring.points
SELECT items.company_id, items.receivable_id, items.scored_on
FROM (
    SELECT settlements.company_id, settlements.receivable_id, settlements.invoice_date,
        unnest(generate_series(
            date_trunc('month', settlements.invoice_date) + INTERVAL 1 MONTH,
            least(coalesce(settlements.settled_on_before, run.as_of - 1), settlements.due_date + 400),
            INTERVAL 1 MONTH
        ))::DATE AS scored_on
    FROM staging.settlements AS settlements
    CROSS JOIN run.parameters AS run
    WHERE settlements.amount > 0
        AND (coalesce(settlements.settled_on_before, settlements.settled_on) IS NOT NULL OR settlements.open_amount > 0)
) AS items
WHERE items.scored_on > items.invoice_date
"""

_OPEN = """
INSERT INTO scoring.points
SELECT open.company_id, open.receivable_id, run.as_of
FROM staging.open_receivables AS open
CROSS JOIN run.parameters AS run
"""

# What fell due lately and was issued after the model was trained tells how far the level has moved since.
_CHECKED = """
INSERT INTO scoring.points
SELECT settlements.company_id, settlements.receivable_id, settlements.invoice_date
FROM staging.settlements AS settlements
CROSS JOIN run.parameters AS run
WHERE settlements.amount > 0 AND settlements.invoice_date >= $1 AND settlements.invoice_date < run.as_of
    AND settlements.due_date BETWEEN run.as_of - $2 AND run.as_of - 1
ORDER BY hash(settlements.receivable_id), settlements.receivable_id
LIMIT $3
"""

_CUSTOMER_DAYS = """
INSERT INTO scoring.customer_days
SELECT run.as_of - unnest([0, card.score_change_days])
FROM run.parameters AS run
CROSS JOIN policy.scorecard_parameters AS card
"""

MOST_CHECKED = 50_000
"""Receivables that judge the present level: more would not move it, and each has to be scored."""


def write_past_points(connection: Connection) -> None:
    """Every invoice and debit note on the day of its issue, and on the first of each month while it was open."""
    _empty(connection)
    connection.execute(_AT_ISSUE)
    connection.execute(_MONTHLY)


def write_points_of_the_day(connection: Connection, *, trained_on: date) -> None:
    """What is open on `as_of`, and what judges the level of a model that was trained on `trained_on`.

    Customers are scored on `as_of` and on the day with which their score is compared; the scorecard must be loaded.
    """
    _empty(connection)
    connection.execute(_OPEN)
    connection.execute(_CHECKED, [trained_on, CHECK_DAYS, MOST_CHECKED])
    connection.execute(_CUSTOMER_DAYS)


def _empty(connection: Connection) -> None:
    for relation in ("scoring.points", "scoring.customer_days"):
        create_empty(connection, relation, TABLES[relation])
        connection.execute(f"DELETE FROM {relation}")  # noqa: S608 names of ours
