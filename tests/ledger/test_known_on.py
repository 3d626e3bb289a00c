from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import yaml

from tasks.ledger.live import known_on
from tasks.settings.load import load_workspace

SOURCE = {"name": "invoices", "contract": "receivables", "path": "invoices.csv", "columns": {"receivable_id": "number"}}
COMPANY = {
    "id": "acme",
    "name": "Acme, S.A.",
    "country": "CL",
    "language": "es",
    "currency": "CLP",
    "time_zone": "America/Santiago",
    "sender": {"name": "Cobros", "email": "cobros@acme.example"},
    "collector": {"name": "Ana", "email": "ana@acme.example"},
}


@pytest.mark.parametrize(
    ("example_of", "expected"),
    [
        pytest.param(None, date(2026, 6, 1), id="today at the company, though it is the 2nd in Greenwich"),
        pytest.param(date(2026, 3, 9), date(2026, 3, 9), id="the day an example is made for"),
    ],
)
def test_the_exports_describe(tmp_path, example_of, expected) -> None:
    settings = {"company": COMPANY, "demo_as_of": example_of, "sources": [SOURCE]}
    (tmp_path / "puntual.yaml").write_text(yaml.safe_dump(settings), encoding="utf-8")
    assert known_on(load_workspace(tmp_path), datetime(2026, 6, 2, 1, 30, tzinfo=UTC)) == expected
