"""What the scores say of a generated ledger whose customers' habits are known, and of a real one where it is at hand."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from tasks.score.build import build_scores
from tasks.score.reasons import load_reasons
from tasks.warehouse.connection import Connection
from tasks.warehouse.inputs import create_empty_inputs

SAP = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "sap_fi_ar" / "sap_dev.csv.gz"


def test_every_open_receivable_and_every_customer_has_exactly_one_score(scored: Connection) -> None:
    for scores, rows, key in (
        ("score.receivable_scores", "staging.open_receivables", "receivable_id"),
        ("score.customer_scores", "staging.customers", "customer_id"),
    ):
        keys = scored.sql(f"FROM {scores}").project(key).fetchall()
        assert keys
        assert sorted(keys) == sorted(scored.sql(f"FROM {rows}").project(key).fetchall())


def test_scores_stay_in_their_ranges(scored: Connection) -> None:
    outside = scored.execute(
        """
        SELECT count(*) FROM score.receivable_scores
        WHERE late_probability NOT BETWEEN 0 AND 1 OR late_probability IS NULL OR expected_days_late < 0
            OR expected_pay_date < DATE '2026-06-01' OR isodow(expected_pay_date) > 5
            OR len(reasons) > 3
        """
    ).fetchone()
    assert outside == (0,)
    customers = scored.execute(
        """
        SELECT count(*) FROM score.customer_scores
        WHERE risk_score NOT BETWEEN 0 AND 1000 OR risk_grade NOT IN ('A', 'B', 'C', 'D', 'E')
        """
    ).fetchone()
    assert customers == (0,)


def test_slow_payers_are_riskier_than_punctual_ones(scored: Connection) -> None:
    scores = dict(scored.execute("SELECT customer_id[2:]::INTEGER, risk_score FROM score.customer_scores").fetchall())
    assert max(scores[number] for number in range(6)) < min(scores[number] for number in range(30, 40))


def test_customers_who_get_later_and_later_are_told_apart(scored: Connection) -> None:
    trends = dict(scored.execute("SELECT customer_id, trend FROM score.customer_scores").fetchall())
    assert {trends[f"C{number}"] for number in range(40, 60)} == {"worse"}
    assert {trends[f"C{number}"] for number in range(20, 40)} == {"stable"}


def test_every_reason_given_has_words(scored: Connection) -> None:
    given = scored.execute(
        """
        SELECT DISTINCT unnest(list_transform(reasons, LAMBDA r: r.code)) FROM score.receivable_scores
        UNION SELECT DISTINCT unnest(list_transform(reasons, LAMBDA r: r.code)) FROM score.customer_scores
        """
    ).fetchall()
    assert given
    assert {code for (code,) in given} <= load_reasons().keys()


def test_reasons_are_the_strongest_first_whichever_way_they_point(scored: Connection) -> None:
    unsorted = scored.execute(
        """
        SELECT count(*) FROM score.receivable_scores
        WHERE list_transform(reasons, LAMBDA r: abs(r.points))
            <> list_reverse_sort(list_transform(reasons, LAMBDA r: abs(r.points)))
        """
    ).fetchone()
    assert unsorted == (0,)


def test_the_same_inputs_give_the_same_scores(scored: Connection) -> None:
    scored.execute("CREATE TABLE former AS FROM score.receivable_scores")
    scored.execute("CREATE OR REPLACE TABLE landing.payments AS FROM landing.payments ORDER BY hash(payment_id)")
    scored.execute(
        "CREATE OR REPLACE TABLE landing.receivables AS FROM landing.receivables ORDER BY hash(receivable_id)"
    )
    build_scores(scored)
    assert scored.execute("FROM former EXCEPT FROM score.receivable_scores").fetchall() == []


@pytest.mark.skipif(not SAP.exists(), reason="the real ledger is not distributed with the project (docs/score.md)")
def test_on_a_real_ledger_the_score_ranks_late_payers_out_of_time() -> None:
    connection = duckdb.connect(config={"threads": 1})
    create_empty_inputs(connection)
    connection.execute(
        "INSERT INTO run.parameters VALUES ('r', DATE '2018-08-01', DATE '2018-12-31', 'b', 'B', 'NL', 'en', 'EUR', NULL)"
    )
    connection.execute(
        """
        INSERT INTO landing.receivables BY NAME
        SELECT
            'b' || BUKRS AS company_id, KUNNR AS customer_id, ROW_ID AS receivable_id, ROW_ID AS document_number,
            'invoice' AS document_type, DATUM::DATE AS invoice_date, DUE_DATE::DATE AS due_date, 'EUR' AS currency,
            VALUE_EUR::DECIMAL(18, 2) AS amount, strptime(PAYMENT_DATE, '%Y%m%d')::DATE AS cleared_on,
            KNA1_LAND1 AS customer_country, KNA1_ORT01 AS customer_zone
        FROM read_csv($1, all_varchar = true) WHERE TBSLT_LTEXT = 'Invoice' AND VALUE_EUR::DOUBLE > 0
        """,
        [str(SAP)],
    )
    build_scores(connection)
    # AUC as the share of (late, punctual) pairs that the score puts in the right order, ties counting half.
    found = connection.execute(
        """
        WITH judged AS (
            SELECT s.late_probability AS p, l.cleared_on IS NULL OR l.cleared_on > l.due_date AS is_late
            FROM score.receivable_scores AS s
            INNER JOIN landing.receivables AS l USING (company_id, receivable_id)
            WHERE l.invoice_date = DATE '2018-08-01' AND l.due_date BETWEEN DATE '2018-08-01' AND DATE '2018-12-02'
        ),
        ranked AS (
            SELECT is_late, rank() OVER (ORDER BY p) + (count(*) OVER (PARTITION BY p) - 1) / 2 AS place FROM judged
        )
        SELECT
            count(*), (sum(place) FILTER (WHERE is_late) - count(*) FILTER (WHERE is_late)
            * (count(*) FILTER (WHERE is_late) + 1) / 2)
            / (count(*) FILTER (WHERE is_late) * count(*) FILTER (WHERE NOT is_late))
        FROM ranked
        """
    ).fetchone()
    connection.close()
    assert found is not None
    assert found[0] > 6000
    assert 0.82 < found[1] < 0.90
