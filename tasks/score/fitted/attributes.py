"""Which of the company's own references a fitted model looks at, when the settings do not say."""

from __future__ import annotations

from datetime import date

from tasks.score.feature_tables import ATTRIBUTES
from tasks.warehouse.connection import Connection

MOST_VALUES = 250
"""A reference with more values names documents rather than kinds of them; a model could learn them by heart."""

LEAST_ROWS_PER_VALUE = 20
"""Fewer receivables per value, on average, and its late shares are chance."""

LEAST_FILLED = 0.3
"""Share of the receivables that must carry the reference."""

# What is known on $known_on: issued before it, and due before it, so that slow payers count like quick ones. gain: mutual
# information of value and lateness in nats, less what chance gives on average (values - 1) / (2 * receivables) (Miller
# and Madow), times the share that carries the reference.
_CHOOSE = """
WITH known AS (
    SELECT
        receivables.custom_references AS carried,
        settlements.settled_on_before IS NULL OR settlements.settled_on_before > settlements.due_date AS is_late
    FROM staging.settlements AS settlements
    INNER JOIN staging.receivables AS receivables
        ON settlements.company_id = receivables.company_id AND settlements.receivable_id = receivables.receivable_id
    WHERE settlements.amount > 0 AND settlements.invoice_date < $known_on AND settlements.due_date < $known_on
        AND (settlements.settled_on_before IS NOT NULL OR settlements.open_amount > 0)
),
carried AS (
    SELECT unnest(map_entries(carried)) AS entry, is_late FROM known
),
counted AS (
    SELECT entry['key'] AS name, entry['value'] AS value, count(*)::DOUBLE AS n, count(*) FILTER (WHERE is_late)::DOUBLE AS late
    FROM carried
    WHERE entry['value'] IS NOT NULL AND entry['key'] IS DISTINCT FROM $branch
    GROUP BY ALL
),
shared AS (
    SELECT *, sum(n) OVER names AS n_all, sum(late) OVER names AS late_all FROM counted WINDOW names AS (PARTITION BY name)
),
judged AS (
    SELECT
        name,
        count(*) AS values_seen,
        max(n_all) AS filled,
        (
            coalesce(sum(late * ln(greatest(late, 1) / n * n_all / greatest(late_all, 1))) FILTER (WHERE late > 0), 0)
            + coalesce(
                sum((n - late) * ln(greatest(n - late, 1) / n * n_all / greatest(n_all - late_all, 1))) FILTER (WHERE late < n), 0
            )
        ) / max(n_all) - (count(*) - 1) / (2 * max(n_all)) AS gain
    FROM shared
    GROUP BY name
)
SELECT judged.name
FROM judged
CROSS JOIN (SELECT count(*) AS rows_known FROM known) AS whole
WHERE judged.values_seen BETWEEN 2 AND $most_values AND judged.filled / judged.values_seen >= $least_rows
    AND judged.filled / whole.rows_known >= $least_filled AND judged.gain > 0
ORDER BY round(judged.gain * judged.filled / whole.rows_known, 9) DESC, judged.name
LIMIT $most
"""


def telling_attributes(connection: Connection, *, known_on: date, branch: str | None) -> tuple[str, ...]:
    """Up to six references by which lateness differs most among what was known on the morning of `known_on`.

    The reference of the `branch` is not among them: it has a place of its own. `staging` must be built.
    """
    limits = {
        "known_on": known_on,
        "branch": branch,
        "most_values": MOST_VALUES,
        "least_rows": LEAST_ROWS_PER_VALUE,
        "least_filled": LEAST_FILLED,
        "most": ATTRIBUTES,
    }
    return tuple(str(name) for (name,) in connection.execute(_CHOOSE, limits).fetchall())
