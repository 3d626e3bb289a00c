"""What the scorecard said on past days: the same built together as each day by itself, and enough days for a small company."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import numpy as np
import pytest

from tasks.score.build import build_scores
from tasks.score.fitted.past import Past, open_past
from tasks.score.fitted.scorecard_past import scorecard_said
from tasks.settings.load import load_workspace
from tests.score.small_company import write_company

DAY = date(2026, 6, 1)
ON_DAY = """
SELECT scores.receivable_id, scores.late_probability FROM score.receivable_scores AS scores
INNER JOIN staging.receivables AS receivables USING (company_id, receivable_id)
WHERE receivables.invoice_date = (SELECT as_of FROM run.parameters)
"""


@pytest.fixture(scope="module")
def past(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Past]:
    company = load_workspace(write_company(tmp_path_factory.mktemp("said") / "acme", receivables=600))
    with open_past(company, DAY, tmp_path_factory.mktemp("scratch"), known_on=DAY) as opened:
        yield opened


def test_days_built_together_say_what_each_says_by_itself(past: Past) -> None:
    history = past.history(())
    rows = history.is_at_issue & (history.scored_on >= np.datetime64("2026-02-01"))
    said = scorecard_said(past, history, rows)
    assert rows.sum() >= 100
    assert not np.isnan(said).any(), "a company of one receivable a day is compared on every day"
    assert past.connection.execute("SELECT as_of FROM run.parameters").fetchone() == (DAY,)
    days = np.unique(history.scored_on[rows])[[0, 30, -1]]
    for day in days:
        past.write_day(day.astype(object))
        build_scores(past.connection)
        alone = {str(name): float(share) for name, share in past.connection.execute(ON_DAY).fetchall()}
        on_day = history.scored_on[rows] == day
        together = dict(zip(history.receivable[rows][on_day].tolist(), said[on_day].tolist(), strict=True))
        assert together == pytest.approx(alone, abs=1e-12)
        assert together
