"""No score may know what happened on as_of or later: the later part of a ledger is rewritten, and nothing may move."""

from __future__ import annotations

import pytest

from tasks.score.build import build_scores
from tasks.score.earlier import build_earlier
from tasks.warehouse.connection import Connection

CUSTOMERS = (
    "earlier.customer_history",
    "earlier.customer_scores",
    "score.customer_features",
    "score.customer_points",
    "score.customer_scores",
    "score.early_warnings",
    "score.peer_history",
    "score.usual_amounts",
)
RECEIVABLES = ("score.receivable_features", "score.receivable_scores")

REWRITES = {
    "later payments are deleted": "DELETE FROM landing.payments WHERE paid_on >= DATE '2026-06-01'",
    "later payments are doubled": (
        "INSERT INTO landing.payments BY NAME SELECT * REPLACE ('again' || payment_id AS payment_id) "
        "FROM landing.payments WHERE paid_on >= DATE '2026-06-01'"
    ),
    "later payments come a year later": (
        "UPDATE landing.payments SET paid_on = paid_on + 365 WHERE paid_on >= DATE '2026-06-01'"
    ),
    "everything open is paid on the day": (
        "INSERT INTO landing.payments BY NAME SELECT company_id, 'day' || receivable_id AS payment_id, customer_id, "
        "receivable_id, DATE '2026-06-01' AS paid_on, currency, amount FROM landing.receivables WHERE receivable_id LIKE '%3'"
    ),
    "everything paid is returned on the day": (
        "INSERT INTO landing.payments BY NAME SELECT company_id, 'back' || payment_id AS payment_id, customer_id, receivable_id, "
        "document_number, DATE '2026-06-01' AS paid_on, currency, -amount AS amount FROM landing.payments WHERE amount > 0"
    ),
    "later documents are deleted": "DELETE FROM landing.receivables WHERE invoice_date >= DATE '2026-06-01'",
    "later documents become enormous": (
        "UPDATE landing.receivables SET amount = amount * 1000 WHERE invoice_date >= DATE '2026-06-01'"
    ),
    "later documents were due long ago": (
        "UPDATE landing.receivables SET due_date = DATE '2025-01-01' WHERE invoice_date >= DATE '2026-06-01'"
    ),
    "the export clears items later": (
        "UPDATE landing.receivables SET cleared_on = DATE '2026-06-01', open_amount = 0 "
        "WHERE receivable_id NOT IN (SELECT receivable_id FROM landing.payments WHERE receivable_id IS NOT NULL)"
    ),
}


@pytest.mark.parametrize("rewrite", REWRITES.values(), ids=REWRITES.keys())
def test_what_happens_from_as_of_on_changes_no_feature_and_no_score(scored: Connection, rewrite: str) -> None:
    build_earlier(scored)
    for relation in (*CUSTOMERS, *RECEIVABLES):
        scored.execute(f"CREATE TABLE {relation.replace('.', '_')} AS FROM {relation}")
    scored.execute(rewrite)
    build_scores(scored)
    build_earlier(scored)
    for relation in CUSTOMERS:
        former = relation.replace(".", "_")
        changed = scored.execute(
            f"(FROM {former} EXCEPT FROM {relation}) UNION ALL (FROM {relation} EXCEPT FROM {former})"
        )
        assert changed.fetchall() == [], relation
    for relation in RECEIVABLES:
        # Money of the day itself closes and re-opens items: what is open in both worlds must be scored alike. The open
        # amount is a fact of the day, not a feature.
        scored_columns = "* EXCLUDE (open_amount)" if relation.endswith("features") else "*"
        for copy, original in (("was", relation.replace(".", "_")), ("is_now", relation)):
            scored.execute(f"DROP TABLE IF EXISTS {copy}")
            scored.sql(f"FROM {original}").project(scored_columns).create(copy)
        changed = scored.execute(
            """
            SELECT was, is_now
            FROM was
            INNER JOIN is_now USING (company_id, receivable_id)
            INNER JOIN landing.receivables AS r USING (company_id, receivable_id)
            WHERE r.invoice_date < DATE '2026-06-01' AND was IS DISTINCT FROM is_now
            """
        )
        assert changed.fetchall() == [], relation


def test_the_comparison_would_notice_a_leak(scored: Connection) -> None:
    before = scored.execute("SELECT sum(late_share) FROM score.customer_features").fetchone()
    scored.execute("DELETE FROM landing.payments WHERE paid_on = DATE '2026-05-31'")
    build_scores(scored)
    assert scored.execute("SELECT sum(late_share) FROM score.customer_features").fetchone() != before


def test_early_warnings_are_made_from_what_came_before_as_of(scored: Connection) -> None:
    build_earlier(scored)
    warnings = "SELECT warning, count(*) FROM score.early_warnings GROUP BY warning ORDER BY warning"
    before = scored.execute(warnings).fetchall()
    assert before
    scored.execute("DELETE FROM landing.payments WHERE paid_on >= DATE '2026-04-02'")
    build_scores(scored)
    build_earlier(scored)
    assert scored.execute(warnings).fetchall() != before
