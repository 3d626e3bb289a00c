"""The verdict on datasets: what stops a run, what only warns, and what the message says."""

from __future__ import annotations

import pytest

from tasks.problems import DatasetRejected


def rejection(landing) -> str:
    with pytest.raises(DatasetRejected) as caught:
        landing.validate()
    return str(caught.value)


def test_sound_data_pass_every_check_and_the_pages_are_written(landing):
    landing.source("ledger", "receivables", [{}, {"receivable_id": "R2"}], fresh_within_days=30)
    landing.source("bank", "payments", [{}]).source("master", "customers", [{}]).source("people", "contacts", [{}])
    report = landing.validate()
    assert report.warnings == ()
    assert len(report.results) > 60
    assert all(result.is_fulfilled for result in report.results)
    assert report.data_docs.read_text(encoding="utf-8").count("receivables") > 0
