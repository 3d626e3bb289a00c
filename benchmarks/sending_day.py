"""The made-up day that `benchmarks/orchestration.py` sends: a workspace whose run has decided on messages, and whose ledger plans them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import yaml

from tasks.ledger.opening import open_ledger
from tasks.ledger.reminders import items_from_arrow, reminders_from_arrow
from tasks.settings.load import load_workspace

AS_OF = date(2026, 6, 15)
RUN = "20260615-00000000"
_TABLES = Path(__file__).with_name("sending_day.sql")
_SETTINGS = {
    "company": {
        "id": "acme",
        "name": "Ebro, S.A.",
        "country": "ES",
        "bank_details": {"EUR": {"bank": "Banco Ejemplo", "account": "ES79"}},
        "sender": {"name": "Cobros", "email": "cobros@acme.example"},
        "collector": {"name": "Lucía Romero", "email": "lucia@acme.example"},
    },
    "sources": [{"name": "items", "contract": "receivables", "path": "x.csv", "columns": {"document_number": "n"}}],
    "sending": {"email": {"type": "files"}},
}
_STRATEGY = {
    "ladders": {"usual": [{"step": "first", "after_due": 5}]},
    "segments": [{"name": "regular", "ladder": "usual"}],
}


def clock() -> datetime:
    """The moment of sending."""
    return datetime(2026, 6, 15, 9, 0, tzinfo=UTC)


def make_day(folder: Path, *, messages: int, batch_size: int) -> None:
    """A workspace in `folder` whose run has decided on `messages`, and whose ledger has them planned."""
    (folder / "puntual.yaml").write_text(yaml.safe_dump(_SETTINGS), encoding="utf-8")
    (folder / "strategy.yaml").write_text(yaml.safe_dump(_STRATEGY), encoding="utf-8")
    with duckdb.connect(str(folder / "work.duckdb")) as connection:
        connection.execute(f"CREATE TABLE size AS SELECT {messages} AS messages, {batch_size} AS batch_size")
        connection.execute(_TABLES.read_text(encoding="utf-8"))
        reminders = list(reminders_from_arrow(connection.execute("FROM decide.reminders").to_arrow_table()))
        items = list(items_from_arrow(connection.execute("FROM decide.reminder_items").to_arrow_table()))
    with open_ledger(load_workspace(folder), clock=clock) as ledger:
        ledger.plan(run_id=RUN, as_of=AS_OF, reminders=reminders, items=items)


def require_sent(folder: Path, messages: int) -> None:
    """Raises `RuntimeError` when the ledger in `folder` does not hold so many as accepted."""
    with open_ledger(load_workspace(folder), clock=clock) as ledger:
        accepted = ledger.counts(as_of=AS_OF).accepted
    if accepted != messages:
        raise RuntimeError(f"{accepted} of {messages} messages were sent")
