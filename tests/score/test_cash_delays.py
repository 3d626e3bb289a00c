"""The distribution of days to payment: in order, conditional on what is unpaid, and blind to what comes later."""

from __future__ import annotations

import pytest

from tasks.score.build import build_scores
from tasks.warehouse.connection import Connection
from tasks.warehouse.models import build

REWRITES = {
    "later payments are deleted": "DELETE FROM landing.payments WHERE paid_on >= DATE '2026-06-01'",
    "later payments come a year later": (
        "UPDATE landing.payments SET paid_on = paid_on + 365 WHERE paid_on >= DATE '2026-06-01'"
    ),
    "everything open is paid on the day": (
        "INSERT INTO landing.payments BY NAME SELECT company_id, 'day' || receivable_id AS payment_id, customer_id, "
        "receivable_id, DATE '2026-06-01' AS paid_on, currency, amount FROM landing.receivables WHERE receivable_id LIKE '%3'"
    ),
    "everything paid is returned on the day": (
        "INSERT INTO landing.payments BY NAME SELECT company_id, 'back' || payment_id AS payment_id, customer_id, receivable_id, "
        "document_number, DATE '2026-06-01' AS paid_on, currency, -amount AS amount FROM landing.payments "
        "WHERE amount > 0 AND paid_on < DATE '2026-06-01'"
    ),
    "later documents were due long ago": (
        "UPDATE landing.receivables SET due_date = DATE '2025-01-01' WHERE invoice_date >= DATE '2026-06-01'"
    ),
}


@pytest.mark.parametrize("rewrite", REWRITES.values(), ids=REWRITES.keys())
def test_what_happens_from_as_of_on_changes_no_delay(scored: Connection, rewrite: str) -> None:
    build(scored, ["delays"])
    scored.execute("CREATE TABLE before AS FROM delays.delay_shares")
    scored.execute("CREATE TABLE delays AS FROM delays.pay_delays")
    scored.execute(rewrite)
    build_scores(scored)
    build(scored, ["delays"])
    moved = scored.execute(
        """
        SELECT count(*), count(*) FILTER (abs(was.paid_share - now.paid_share) > 1e-12)
        FROM before AS was INNER JOIN delays.delay_shares AS now USING (company_id, habit, due_weekday, days)
        """
    ).fetchone()
    assert moved is not None
    assert moved[0] > 0
    assert moved[1] == 0
    changed = scored.execute(
        """
        SELECT was, now FROM delays AS was
        INNER JOIN delays.pay_delays AS now USING (company_id, receivable_id)
        INNER JOIN landing.receivables AS r USING (company_id, receivable_id)
        WHERE r.invoice_date < DATE '2026-06-01' AND (
            was.delay_10 <> now.delay_10 OR was.delay_90 <> now.delay_90 OR was.method <> now.method
            OR abs(was.default_probability - now.default_probability) > 1e-12
        )
        """
    ).fetchall()
    assert changed == []


def test_the_comparison_would_notice_a_leak(scored: Connection) -> None:
    build(scored, ["delays"])
    before = scored.execute("SELECT sum(paid_share) FROM delays.delay_shares").fetchone()
    scored.execute("DELETE FROM landing.payments WHERE paid_on = DATE '2026-05-31'")
    build_scores(scored)
    build(scored, ["delays"])
    assert scored.execute("SELECT sum(paid_share) FROM delays.delay_shares").fetchone() != before


def test_every_open_receivable_has_quantiles_in_order_and_not_before_today(scored: Connection) -> None:
    build(scored, ["delays"])
    counted = scored.execute(
        """
        SELECT
            count(*), count(d.receivable_id),
            count(*) FILTER (o.days_overdue <= delay_10 AND delay_10 <= delay_25 AND delay_25 <= delay_50
                AND delay_50 <= delay_75 AND delay_75 <= delay_90 AND default_probability BETWEEN 0 AND 1)
        FROM staging.open_receivables AS o LEFT JOIN delays.pay_delays AS d USING (company_id, receivable_id)
        """
    ).fetchone()
    assert counted is not None
    assert counted[0] == counted[1] == counted[2] > 0


def test_without_any_payment_the_prior_says_when_money_comes(ledger: Connection) -> None:
    ledger.execute("DELETE FROM landing.payments")
    build_scores(ledger)
    build(ledger, ["delays"])
    rows = ledger.execute(
        "SELECT DISTINCT method FROM delays.pay_delays INNER JOIN staging.open_items USING (company_id, receivable_id) "
        "WHERE days_overdue > 360"
    ).fetchall()
    assert ledger.execute("SELECT count(*) > 0 FROM delays.pay_delays").fetchone() == (True,)
    assert all(method in ("history", "prior") for (method,) in rows)
