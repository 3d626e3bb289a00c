"""The same on PostgreSQL, where many rows are copied and timestamps have a zone."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from sqlalchemy import text

from tasks.events.event import EventKind, ProviderEvent
from tasks.ledger.opening import open_ledger
from tasks.ledger.reminders import PlannedItem, reminder_id_of
from tasks.settings.load import load_workspace

DAY = date(2026, 6, 1)
AT = datetime(2026, 6, 1, 8, 30, tzinfo=UTC)
MANY = 700


@pytest.fixture
def ledger(desk, postgres_database: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, clock):
    settings = yaml.safe_load((desk.workspace.paths.root / "puntual.yaml").read_text(encoding="utf-8"))
    (tmp_path / "pg").mkdir()
    monkeypatch.setenv("TEST_LEDGER_URL", postgres_database)
    text_of = yaml.safe_dump({**settings, "ledger": {"url_env": "TEST_LEDGER_URL"}})
    (tmp_path / "pg" / "puntual.yaml").write_text(text_of, encoding="utf-8")
    with open_ledger(load_workspace(tmp_path / "pg"), clock=clock) as opened:
        yield opened


def test_many_events_are_kept_once_and_move_messages_and_marks(ledger, new_reminder) -> None:
    plan = [new_reminder(f"C{number}") for number in range(MANY)]
    items = [
        PlannedItem(
            reminder_key=one.reminder_key, company_id="acme", customer_id=one.customer_id,
            receivable_id=f"{one.customer_id}-F1", step="first", open_amount=Decimal(100),
        )
        for one in plan
    ]  # fmt: skip
    ledger.plan(run_id="r-1", as_of=DAY, reminders=plan, items=items)
    ids = [reminder_id_of(one.reminder_key) for one in plan]
    told = [ProviderEvent(f"d{id_}", "sendgrid", id_, None, EventKind.DELIVERED, AT) for id_ in ids]
    bounces = [ProviderEvent(f"b{id_}", "sendgrid", id_, None, EventKind.HARD_BOUNCED, AT) for id_ in ids]
    first = ledger.take_events([*bounces[:600], *told], today=DAY)
    assert (first.new, first.moved, first.marked) == (MANY + 600, MANY, 600)
    again = ledger.take_events([*told, *bounces], today=DAY)
    assert (again.new, again.repeated, again.moved, again.marked) == (100, MANY + 600, 100, 100)
    facts = ledger.facts(DAY)
    assert set(facts["ledger.reminders"].column("status").to_pylist()) == {"bounced"}
    assert facts["ledger.contact_marks"].num_rows == MANY
    assert ledger.clear_marks(channel="email", address="c1@debtor.example", cleared_on=DAY)
    assert ledger.facts(DAY)["ledger.contact_marks"].num_rows == MANY - 1
    with ledger._store.reading() as connection:
        occurred = connection.execute(text("SELECT DISTINCT occurred_at FROM provider_events")).scalars().all()
    assert [moment.astimezone(UTC) for moment in occurred] == [AT]
