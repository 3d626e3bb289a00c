"""The guard of a back-test against its own features: everything after a day is altered, and no feature up to it may move."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from tasks.score.evaluation.leaks import MovedColumn, moved_columns
from tasks.score.feature_tables import TABLES
from tasks.score.fitted.history import History
from tasks.score.fitted.judge import as_date, feature_columns
from tasks.score.fitted.past import Past
from tasks.score.fitted.protocol import Scope, judged_rows
from tasks.warehouse.connection import Connection
from tasks.warehouse.inputs import create_empty
from tasks.warehouse.models import build

MOST_POINTS = 3000
"""Points whose features are computed twice."""

LOST = "rows"
"""The name under which points are told that are no longer there after the alteration."""

_POINTS = """
INSERT INTO scoring.points
SELECT settlements.company_id, settlements.receivable_id, settlements.invoice_date
FROM staging.settlements AS settlements
WHERE settlements.amount > 0 AND settlements.invoice_date <= $up_to
ORDER BY hash(settlements.receivable_id), settlements.receivable_id
LIMIT $most
"""

# A third of what was paid on the day or later never comes, the others come on another later day; half of the documents
# issued later never were, the others are ten times as large and due at once. What the export says of the open amount goes
# with the payment.
_ALTER = (
    """
    CREATE TABLE altered_payments AS
    SELECT * REPLACE (if(paid_on >= $up_to, ($up_to + (hash(payment_id) % 400)::INTEGER)::DATE, paid_on) AS paid_on)
    FROM landing.payments
    WHERE paid_on < $up_to OR hash(payment_id) % 3 > 0
    """,
    """
    CREATE TABLE altered_receivables AS
    SELECT * REPLACE (
        CASE
            WHEN cleared_on >= $up_to AND hash(receivable_id) % 3 = 0 THEN NULL
            WHEN cleared_on >= $up_to THEN ($up_to + (hash(receivable_id) % 400)::INTEGER)::DATE
            ELSE cleared_on
        END AS cleared_on,
        if(cleared_on >= $up_to OR receivable_id IN (SELECT receivable_id FROM settled_later), NULL, open_amount) AS open_amount,
        if(invoice_date > $up_to, invoice_date, due_date) AS due_date,
        if(invoice_date > $up_to AND abs(amount) < 1e14, amount * 10, amount)::DECIMAL(18, 2) AS amount
    )
    FROM landing.receivables
    WHERE invoice_date <= $up_to OR hash(receivable_id) % 2 = 0
    """,
    # What people learned from the day on was never said, and no dispute is resolved.
    "DELETE FROM ledger.promises WHERE recorded_on >= $up_to",
    "DELETE FROM ledger.disputes WHERE recorded_on >= $up_to",
    "UPDATE ledger.disputes SET resolved_on = NULL WHERE resolved_on >= $up_to",
)
_SETTLED_LATER = """
CREATE TABLE settled_later AS
SELECT DISTINCT receivable_id FROM staging.settlements WHERE settled_on >= $up_to
"""


@dataclass(frozen=True)
class Audit:
    """What moved among the features of `rows` points scored up to the day `up_to`, when only the time from it on was altered."""

    up_to: date
    rows: int
    features: int
    moved: tuple[MovedColumn, ...]


def audit(past: Past, history: History, scope: Scope, attributes: tuple[str, ...]) -> Audit:
    """Computes features of points up to the middle of the test, once as they were and once with another future.

    Spoils the past: its landing and staging are of the altered world afterwards.
    """
    scored = np.sort(history.scored_on[judged_rows(history, scope, 0)])
    up_to = as_date(scored[len(scored) // 2])
    _choose_points(past.connection, up_to)
    before = past.history_of_points(attributes)
    alter_the_future(past.connection, up_to)
    build(past.connection, ("staging",))
    after = past.history_of_points(attributes)
    kept = {receivable: place for place, receivable in enumerate(after.receivable)}
    has_both = np.array([receivable in kept for receivable in before.receivable], dtype=np.bool_)
    places = np.array([kept[receivable] for receivable in before.receivable[has_both]], dtype=np.intp)
    columns, columns_after = (
        feature_columns(before, has_both),
        feature_columns(after, np.ones(len(after), dtype=np.bool_)),
    )
    moved = moved_columns(
        before=columns,
        after={name: values[places] for name, values in columns_after.items()},
        scored_on=before.scored_on[has_both],
        up_to=np.datetime64(up_to),
    )
    lost = int((~has_both).sum())
    return Audit(up_to, int(has_both.sum()), len(columns), (*moved, *([MovedColumn(LOST, lost)] if lost else [])))


def alter_the_future(connection: Connection, up_to: date) -> None:
    """Rewrites in `landing` what was paid, cleared or issued from `up_to` on, in `ledger` what was said; `staging` must be built."""
    connection.execute(_SETTLED_LATER, {"up_to": up_to})
    for statement in _ALTER:
        connection.execute(statement, {"up_to": up_to})
    for contract in ("payments", "receivables"):
        connection.execute(f"CREATE OR REPLACE VIEW landing.{contract} AS SELECT * FROM altered_{contract}")  # noqa: S608


def _choose_points(connection: Connection, up_to: date) -> None:
    create_empty(connection, "scoring.points", TABLES["scoring.points"])
    connection.execute("DELETE FROM scoring.points")
    connection.execute(_POINTS, {"up_to": up_to, "most": MOST_POINTS})
