"""The score of some time ago: what a run of that day gave, and nothing that it did not know."""

from __future__ import annotations

from datetime import date

import pytest

from tasks.score.build import build_scores
from tasks.score.earlier import build_earlier
from tasks.warehouse.connection import Connection
from tasks.warehouse.models import upstream_of

NINETY_DAYS_AGO = date(2026, 3, 3)


def test_the_score_before_is_what_a_run_of_that_day_gives(ledger: Connection) -> None:
    # Money that came back since is the one thing that the score before forgets.
    ledger.execute("DELETE FROM landing.payments WHERE amount < 0")
    build_scores(ledger)
    build_earlier(ledger)
    scores = "SELECT customer_id, risk_score, risk_grade FROM {}.customer_scores ORDER BY customer_id"
    history = "SELECT settled_count, very_late_count, median_days_late FROM {}.customer_history ORDER BY ALL"
    before = [ledger.execute(query.format("earlier")).fetchall() for query in (scores, history)]
    ledger.execute("UPDATE run.parameters SET as_of = $1", [NINETY_DAYS_AGO])
    build_scores(ledger)
    assert before == [ledger.execute(query.format("score")).fetchall() for query in (scores, history)]
    assert len(before[0]) == 60


def test_customers_without_an_invoice_by_then_have_no_score_before(ledger: Connection) -> None:
    ledger.execute("DELETE FROM landing.receivables WHERE customer_id = 'C7' AND invoice_date < $1", [NINETY_DAYS_AGO])
    build_scores(ledger)
    build_earlier(ledger)
    both = "SELECT {0} IN (FROM earlier.customer_scores SELECT customer_id), {0} IN (FROM score.customer_scores SELECT customer_id)"
    assert ledger.execute(both.format("'C7'")).fetchone() == (False, True)
    assert ledger.execute(both.format("'C8'")).fetchone() == (True, True)


@pytest.mark.parametrize("times", [1, 2])
def test_building_it_leaves_the_score_of_today_as_it_was(scored: Connection, times: int) -> None:
    scored.execute("CREATE TABLE former AS FROM score.customer_scores")
    for _ in range(times):
        build_earlier(scored)
    assert scored.execute("FROM former EXCEPT FROM score.customer_scores").fetchall() == []
    assert scored.execute("SELECT as_of FROM run.parameters").fetchone() == (date(2026, 6, 1),)
    assert scored.execute("SELECT current_catalog() IN (FROM duckdb_databases() SELECT database_name)").fetchone() == (
        True,
    )
    assert scored.execute("SELECT count(*) FROM earlier.customer_scores").fetchone() == (60,)


def test_no_decision_reads_it() -> None:
    assert not any(read.startswith("earlier.") for model in upstream_of("decide.reminders") for read in model.reads)
