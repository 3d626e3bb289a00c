"""A bad file is delivered, run, corrected and run again; and a day that does not tie to the control account stops."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb
import pytest

from flows.collect import collect
from tasks.problems import DatasetRejected
from tests.flows.conftest import INVOICES

MONDAY, TUESDAY = date(2026, 6, 15), date(2026, 6, 16)
BAD = INVOICES.replace("2026-05-01,EUR,70.00", "yesterday,EUR,70.00")
HISTORY = """
    SELECT status, reason_number, first_seen_on, last_seen_on, closed_on, currency, amount::VARCHAR FROM mart.quarantine
    WHERE contract = 'receivables' ORDER BY ALL
"""


def history(folder: Path) -> list[tuple[object, ...]]:
    with duckdb.connect(str(folder / ".puntual" / "warehouse" / "current.duckdb"), read_only=True) as connection:
        return connection.execute(HISTORY).fetchall()


def test_a_corrected_delivery_clears_the_quarantine_and_says_so(
    make_workspace: Callable[..., Path], settings_text: str
) -> None:
    folder = make_workspace(
        puntual=settings_text.replace(
            "path: exports/invoices.csv", "path: exports/invoices.csv\n    max_reject_share: 1"
        ),
        invoices=BAD,
    )
    first = collect(folder, as_of=MONDAY)
    assert first.as_json()["quarantine"] == {
        "open": {"rows": 2, "amounts": {"EUR": "70.00"}},
        "new": {"rows": 2, "amounts": {"EUR": "70.00"}},
        "cleared": {"rows": 0, "amounts": {}},
    }
    assert history(folder) == [("open", 1, MONDAY, MONDAY, None, "EUR", "70.00")]

    (folder / "exports" / "invoices.csv").write_text(INVOICES, encoding="utf-8")
    second = collect(folder, as_of=TUESDAY)
    # Contacts were not delivered again: their newest delivery is Monday's, with the one that nobody can write to.
    assert second.as_json()["quarantine"] == {
        "open": {"rows": 1, "amounts": {}},
        "new": {"rows": 1, "amounts": {}},
        "cleared": {"rows": 1, "amounts": {"EUR": "70.00"}},
    }
    assert history(folder) == [("corrected", 1, MONDAY, MONDAY, TUESDAY, "EUR", "70.00")]
    page = (folder / ".puntual" / "runs" / second.summary.run_id / "report.html").read_text(encoding="utf-8")
    assert "resueltas desde la entrega anterior: 1" in page


def test_a_control_account_that_does_not_agree_stops_the_day_before_anything_is_decided(
    make_workspace: Callable[..., Path], settings_text: str
) -> None:
    folder = make_workspace(puntual=settings_text + "control_account: exports/account.csv\n")
    account = folder / "exports" / "account.csv"
    account.write_text("account,currency,balance,date\n430000,EUR,260.50,2026-06-16\n", encoding="utf-8")
    with pytest.raises(
        DatasetRejected, match=r"a balance of EUR 260\.50, but what is open sums to 250\.50, a difference of 10\.00"
    ):
        collect(folder, as_of=TUESDAY)
    assert not (folder / ".puntual" / "warehouse" / "current.duckdb").exists()
