from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from tasks.ledger.opening import open_ledger
from tasks.ledger.schema import HEAD, migrate, revision_of
from tasks.ledger.settle import Outcome
from tasks.ledger.states import Status
from tasks.ledger.store import begin_writing, postgresql_engine, sqlite_engine

FIRST = "0001"
PLANNED = "acme|C1|v1|first|2026-06-01|email|billing|EUR"
SENT = "acme|C2|v1|first|2026-06-01|email|billing|EUR"
HARSH = "acme|C3|v1|first|2026-06-01|email|billing|EUR"


@pytest.fixture(params=["sqlite", "postgresql"])
def old(request, tmp_path, monkeypatch, workspace_at):
    """A workspace whose ledger was written by the first version of Puntual, with something in each of its tables."""
    if request.param == "sqlite":
        workspace = workspace_at(tmp_path)
        workspace.paths.state.mkdir()
        engine = sqlite_engine(workspace.paths.ledger)
    else:
        url = request.getfixturevalue("postgres_database")
        monkeypatch.setenv("TEST_LEDGER_URL", url)
        workspace = workspace_at(tmp_path, "TEST_LEDGER_URL")
        engine = postgresql_engine(url, "the ledger")
    with begin_writing(engine, "acme") as connection:
        migrate(connection, "the ledger", head=FIRST)
        assert revision_of(connection) == FIRST
        _fill(connection)
    engine.dispose()
    return workspace


def _fill(connection: sa.Connection) -> None:
    tables = sa.MetaData()
    tables.reflect(connection)
    cents = 100 if connection.dialect.name == "sqlite" else 1  # SQLite keeps whole hundredths
    at, day = datetime(2026, 6, 1, 6, 0, tzinfo=UTC), date(2026, 6, 1)

    def put(table: str, **values: object) -> None:
        connection.execute(tables.tables[table].insert().values(**values))

    put("about", ledger_id="ab" * 16, created_at=at)
    for number, (key, status) in enumerate(((PLANNED, "planned"), (SENT, "accepted"), (HARSH, "planned")), start=1):
        customer = f"C{number}"
        put(
            "reminders", reminder_key=key, reminder_id=f"{number:032x}", run_id="20260601-00000001", company_id="acme",
            customer_id=customer, contact_id=f"{customer}-1", contact_role="billing", recipient_name="Someone",
            recipient_email=f"{customer.lower()}@debtor.example", channel="email", currency="EUR", step="first",
            step_rank=1, purpose="overdue", tone="courteous", language="es", segment="regular", strategy_version="v1",
            item_count=1, total_amount=10 * cents, needs_approval=key == HARSH, batch_number=1, as_of=day,
            status=status, attempts=int(status == "accepted"),
        )  # fmt: skip
        put(
            "reminder_items", reminder_key=key, receivable_id=f"R{number}", company_id="acme", customer_id=customer,
            as_of=day, channel="email", step="first", open_amount=10 * cents, is_live=status == "accepted",
        )  # fmt: skip
        put("reminder_events", reminder_key=key, at=at, to_status=status)
    put(
        "approvals", approval_id="approval-1", company_id="acme", customer_id="C3", reminder_key=HARSH, step="first",
        channel="email", contact_role="billing", currency="EUR", total_amount=10 * cents, receivable_ids='["R3"]',
        author="ana", approved_at=at,
    )  # fmt: skip
    about = {"company_id": "acme", "customer_id": "C9", "author": "ana", "recorded_on": day}
    put("promises", promise_id="promise-1", **about, amount=5 * cents, currency="EUR", promised_for=date(2026, 6, 9))
    put("disputes", dispute_id="dispute-1", **about, reason="price", opened_on=day)
    put("holds", hold_id="hold-1", **about, reason="talks", from_on=day)
    put("opt_outs", opt_out_id="opt-out-1", **about, channel="email", from_on=day)
    put("confirmations", confirmation_id="confirmation-1", **about, kind="invoice_received", confirmed_on=day)
    put(
        "runs", run_id="20260601-00000001", company_id="acme", as_of=day, mode="send", status="completed",
        started_at=at, counts="{}",
    )  # fmt: skip


def test_a_ledger_of_the_first_version_is_upgraded_with_all_it_knows(old, clock) -> None:
    with open_ledger(old, clock=clock) as ledger:
        with ledger._store.reading() as connection:
            assert revision_of(connection) == HEAD
        facts = ledger.facts(date(2026, 6, 2))
    assert ledger.ledger_id == "ab" * 16
    known = {name: table.num_rows for name, table in facts.items()}
    expected = {
        "reminders": 3, "sent_steps": 1, "contact_days": 1, "promises": 1, "disputes": 1, "holds": 1, "opt_outs": 1,
        "confirmations": 1, "customer_flags": 0, "duty_entries": 0, "contact_results": 0, "experiment_members": 0,
    }  # fmt: skip
    assert {name: known[f"ledger.{name}"] for name in expected} == expected
    amounts = {row["customer_id"]: str(row["total_amount"]) for row in facts["ledger.reminders"].to_pylist()}
    assert amounts == {"C1": "10.00", "C2": "10.00", "C3": "10.00"}


def test_what_the_first_version_planned_and_approved_is_claimed_once_after_the_upgrade(old, clock, draft) -> None:
    for customer, receivable in (("C1", "R1"), ("C2", "R2"), ("C3", "R3")):
        draft.message(customer, {receivable: "10.00"}, needs_approval=customer == "C3")
    with open_ledger(old, clock=clock) as ledger:
        first = draft.claim_in(ledger, strategy_gate="changed")
        ledger.settle(
            [Outcome(reminder_key=key, status=Status.ACCEPTED, content_hash="00") for key in (PLANNED, HARSH)],
            claim_token="t1",
        )
        again = draft.claim_in(ledger, holder="t2", strategy_gate="changed")
        assert {found.reminder.reminder_key for found in first.claimed} == {PLANNED, HARSH}
        assert [skipped.reminder_key for skipped in first.skipped] == [SENT]
        assert again.claimed == ()


def test_what_the_first_version_sent_is_not_said_again_that_day_by_the_same_channel(old, clock, new_draft) -> None:
    draft = new_draft()
    draft.message("C2", {"R2": "10.00"}, step="second")
    with open_ledger(old, clock=clock) as ledger:
        draft.plan_in(ledger)
        result = draft.claim_in(ledger)
    assert result.claimed == ()
    assert [str(entry.reason) for entry in result.cancelled] == ["already_contacted_today"]
