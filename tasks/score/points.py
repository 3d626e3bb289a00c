"""Writes what is scored on which days: receivables in `scoring.points`, customers in `scoring.customer_days`. `staging` must be built."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tasks.score.feature_tables import TABLES
from tasks.score.fitted.shift import CHECK_DAYS
from tasks.warehouse.connection import Connection
from tasks.warehouse.inputs import create_empty

# A receivable is looked at when it is issued, and again on the first of each month while it is open: as the day's run
# meets it. newcomer: nothing of the customer had been settled by then. place: evenly from 0 to 1, by the point alone.
_CANDIDATES = """
WITH items AS (
    SELECT settlements.company_id, settlements.receivable_id, settlements.customer_id, settlements.invoice_date,
        settlements.due_date, settlements.settled_on_before,
        coalesce(settlements.settled_on_before, settlements.settled_on) IS NOT NULL OR settlements.open_amount > 0 AS is_told
    FROM staging.settlements AS settlements
    WHERE settlements.amount > 0
),
regulars AS (
    SELECT company_id, customer_id, min(greatest(settled_on_before, invoice_date)) AS first_settled_on
    FROM items
    GROUP BY company_id, customer_id
),
at_issue AS (
    SELECT items.company_id, items.receivable_id, items.invoice_date AS scored_on,
        coalesce(regulars.first_settled_on >= items.invoice_date, TRUE) AS is_newcomer,
        coalesce(items.invoice_date >= $judged_from AND items.due_date < run.as_of, FALSE) AS is_judged
    FROM items
    CROSS JOIN run.parameters AS run
    INNER JOIN regulars ON items.company_id = regulars.company_id AND items.customer_id = regulars.customer_id
),
monthly AS (
    SELECT items.company_id, items.receivable_id,
        unnest(generate_series(
            date_trunc('month', items.invoice_date) + INTERVAL 1 MONTH,
            least(coalesce(items.settled_on_before, run.as_of - 1), items.due_date + 400),
            INTERVAL 1 MONTH
        ))::DATE AS scored_on, FALSE AS is_newcomer, FALSE AS is_judged
    FROM items
    CROSS JOIN run.parameters AS run
    WHERE items.is_told
),
candidates AS (
    SELECT *, hash(receivable_id, scored_on) / 18446744073709551616.0 AS place
    FROM (FROM at_issue UNION ALL FROM monthly)
)
"""
_COUNT = """
SELECT count(*), count(*) FILTER (WHERE is_newcomer AND NOT is_judged), count(*) FILTER (WHERE is_judged) FROM candidates
"""
_CHOOSE = """
INSERT INTO scoring.{relation}
SELECT company_id, receivable_id, scored_on
FROM candidates
WHERE {chosen}
"""
_SAMPLE = "place < $sampled"
_EXTRA = "place >= $sampled AND (is_judged AND place < $judged OR is_newcomer AND NOT is_judged AND place < $newcomers)"

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


MOST_SAMPLED = 250_000
"""Past points that models learn from, an even sample of a large ledger.

On the real ledger of the tests two thirds of its 155,000 points gave the same error, one third an AUC lower by 0.0016.
"""

MOST_NEWCOMERS = 50_000
"""Past points at the issue of a customer's first receivables, beyond those of the sample: in it they would be few."""

MOST_JUDGED = 300_000
"""Points of a test: beyond them a figure's interval is far below what anybody reads."""


@dataclass(frozen=True, kw_only=True)
class Thinning:
    """The shares of past points that were written, evenly: for learning, of newcomers, and to be judged on."""

    sampled: float = 1.0
    newcomers: float = 1.0
    judged: float = 1.0


WHOLE = Thinning()


def write_past_points(connection: Connection, *, judged_from: date | None = None) -> Thinning:
    """Every invoice and debit note on the day of its issue, and on the first of each month while it was open.

    Of a large ledger an even sample, always the same, before features are computed; beside it, as `scoring.extra_points`,
    newcomers, and what was issued from `judged_from` on, on the day of its issue.
    """
    _empty(connection)
    asked = {"judged_from": judged_from}
    found = connection.execute(_CANDIDATES + _COUNT, asked).fetchone() or (0, 0, 0)
    whole, newcomers, judged = (int(count) for count in found)
    sampled = _share(MOST_SAMPLED, whole)
    thinning = Thinning(
        sampled=sampled,
        newcomers=max(sampled, _share(MOST_NEWCOMERS, newcomers)),
        judged=max(sampled, _share(MOST_JUDGED, judged)),
    )
    if sampled == 1.0:
        connection.execute(_CANDIDATES + _CHOOSE.format(relation="points", chosen="TRUE"), asked)
        return WHOLE
    shares = {"sampled": thinning.sampled, "newcomers": thinning.newcomers, "judged": thinning.judged}
    connection.execute(_CANDIDATES + _CHOOSE.format(relation="extra_points", chosen=_EXTRA), asked | shares)
    sample = _CHOOSE.format(relation="points", chosen=_SAMPLE)
    connection.execute(_CANDIDATES + sample, asked | {"sampled": thinning.sampled})
    connection.execute(
        "INSERT INTO scoring.points SELECT company_id, receivable_id, scored_on FROM scoring.extra_points"
    )
    return thinning


def _share(most: int, count: int) -> float:
    return min(1.0, most / count) if count else 1.0


def write_points_of_the_day(connection: Connection, *, trained_on: date) -> None:
    """What is open on `as_of`, and what judges the level of a model that was trained on `trained_on`.

    Customers are scored on `as_of` and on the day with which their score is compared; the scorecard must be loaded.
    """
    _empty(connection)
    connection.execute(_OPEN)
    connection.execute(_CHECKED, [trained_on, CHECK_DAYS, MOST_CHECKED])
    connection.execute(_CUSTOMER_DAYS)


def _empty(connection: Connection) -> None:
    for relation in ("scoring.points", "scoring.extra_points", "scoring.customer_days"):
        create_empty(connection, relation, TABLES[relation])
        connection.execute(f"DELETE FROM {relation}")  # noqa: S608 names of ours
