"""A batch from the run's warehouse through the real ledger to a channel: read, render, claim, send, settle, and again."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from tasks.ledger.knowledge import Dispute
from tasks.ledger.opening import open_ledger
from tasks.ledger.reminders import items_from_arrow, reminders_from_arrow
from tasks.ledger.store import Clock
from tasks.problems import SettingsProblem
from tasks.remind.batch import Surroundings, lacking_files, preview_batch, send_batch
from tasks.remind.delivery.outcomes import ChannelStopped, SendCounts
from tasks.remind.enclosures import Lacking
from tasks.remind.lint import lint_templates
from tasks.remind.messages import batches, keys_of_batch, read_reminders
from tasks.remind.reminder import Batch, Reference
from tasks.remind.run_facts import open_amounts, run_date
from tasks.remind.trial import try_messages
from tasks.settings.load import Workspace, load_workspace
from tasks.warehouse.connection import open_for_reading

AS_OF = date(2026, 6, 15)
MESSAGES = 30
RUN = "20260615-00000000"
STRATEGY = {
    "ladders": {"usual": [{"step": "first", "after_due": 5}]},
    "segments": [{"name": "regular", "ladder": "usual"}],
}
SETTINGS = {
    "company": {
        "id": "acme",
        "name": "Ebro, S.A.",
        "country": "ES",
        "bank_details": {"EUR": {"bank": "Banco Ejemplo", "account": "ES79"}},
        "sender": {"name": "Cobros", "email": "cobros@acme.example"},
        "collector": {"name": "Lucía Romero", "email": "lucia@acme.example"},
    },
    "sources": [{"name": "items", "contract": "receivables", "path": "x.csv", "columns": {"document_number": "n"}}],
}
_TABLES = """
CREATE SCHEMA run; CREATE SCHEMA staging; CREATE SCHEMA decide; CREATE SCHEMA ledger;
CREATE TABLE ledger.promises (promise_id VARCHAR);
CREATE TABLE run.parameters AS SELECT DATE '2026-06-15' AS as_of, 'acme' AS company_id;
CREATE TABLE decide.freshness AS SELECT DATE '2026-06-12' AS newest_booking_on;
CREATE TABLE staging.customers AS
    SELECT 'acme' AS company_id, 'C' || n AS customer_id, 'Deudor ' || n AS name, 'ES' AS country, NULL::VARCHAR AS tax_id
    FROM range(30) AS t(n);
CREATE TABLE staging.credits AS
    SELECT 'acme' AS company_id, 'C1' AS customer_id, 'EUR' AS currency, 5.00::DECIMAL(18, 2) AS credit_amount;
CREATE TABLE staging.open_receivables AS
    SELECT
        'acme' AS company_id, 'R' || n || '-' || k AS receivable_id, 'F' || n || '-' || k AS document_number,
        'invoice' AS document_type, NULL::INTEGER AS instalment_number, DATE '2026-05-01' AS invoice_date,
        DATE '2026-06-01' + k::INTEGER AS due_date, (14 - k)::INTEGER AS days_overdue, 30 AS payment_terms_days,
        (100 + n)::DECIMAL(18, 2) AS amount, (100 + n)::DECIMAL(18, 2) AS open_amount, 'letra' AS payment_method,
        MAP {'purchase_order': 'OC-' || n, 'payment_document_number': 'L-' || n} AS document_references
    FROM range(30) AS t(n), range(2) AS u(k);
CREATE TABLE staging.settlements AS SELECT receivable_id, open_amount FROM staging.open_receivables;
CREATE SCHEMA outgoing; CREATE SCHEMA thanks;
CREATE TABLE outgoing.shared_numbers (company_id VARCHAR, document_number VARCHAR);
CREATE TABLE decide.reminders AS
    SELECT
        'acme|C' || n || '|v1|first|2026-06-15|email|reminder|EUR' AS reminder_key, 'acme' AS company_id,
        'C' || n AS customer_id, 'P' || n AS contact_id, 'reminder' AS contact_role, 'Persona ' || n AS recipient_name,
        'p' || n || '@deudor.example' AS recipient_address, 'email' AS channel, 'EUR' AS currency, 'first' AS step,
        1 AS step_rank, 'overdue' AS purpose, 'neutral' AS tone, 'es' AS language, 'regular' AS segment,
        'v1' AS strategy_version, 2 AS item_count, (2 * (100 + n))::DECIMAL(18, 2) AS total_amount,
        FALSE AS needs_approval, 10 AS deadline_days, NULL::INTEGER AS next_days, ['overdue'] AS later_purposes, (n // 15 + 1)::INTEGER AS batch_number,
        NULL::VARCHAR AS variant
    FROM range(30) AS t(n);
CREATE VIEW decide.messages AS
    SELECT reminder_key, company_id, customer_id, 'usual' AS ladder, step_rank FROM decide.reminders;
CREATE SCHEMA policy; CREATE SCHEMA experiment;
CREATE TABLE experiment.treatments (company_id VARCHAR, customer_id VARCHAR, wording VARCHAR);
CREATE TABLE policy.steps AS SELECT 'usual' AS ladder, 1 AS step_rank, 'first' AS step;
CREATE TABLE policy.step_messages AS
    SELECT 'usual' AS ladder, 1 AS step_rank, ['invoices'] AS attachments, 'boss@acme.example' AS copy_to;
CREATE TABLE decide.reminder_items AS
    SELECT r.reminder_key, r.company_id, r.customer_id, 'R' || r.customer_id[2:] || '-' || k AS receivable_id, 'first' AS step,
        (r.total_amount / 2)::DECIMAL(18, 2) AS open_amount, NULL::DECIMAL(18, 2) AS paid_amount
    FROM decide.reminders AS r, range(2) AS u(k);
CREATE VIEW outgoing.messages AS FROM decide.reminders;
CREATE VIEW outgoing.items AS FROM decide.reminder_items;
CREATE TABLE thanks.messages AS FROM decide.reminders LIMIT 0;
CREATE TABLE thanks.items AS
    SELECT i.*, o.* EXCLUDE (company_id, receivable_id, open_amount), NULL::DATE AS paid_on, NULL::VARCHAR AS purchase_order
    FROM decide.reminder_items AS i, staging.open_receivables AS o LIMIT 0;
"""


@dataclass
class Day:
    """A workspace on a day with a plan in its ledger."""

    workspace: Workspace
    work_database: Path
    environment: dict[str, str]

    def plan(self) -> None:
        with duckdb.connect(str(self.work_database)) as connection:
            reminders = list(reminders_from_arrow(connection.execute("FROM decide.reminders").to_arrow_table()))
            items = list(items_from_arrow(connection.execute("FROM decide.reminder_items").to_arrow_table()))
        with open_ledger(self.workspace, clock=_clock) as ledger:
            ledger.plan(run_id=RUN, as_of=AS_OF, reminders=reminders, items=items)

    def decide_anew(self, change: str) -> None:
        with duckdb.connect(str(self.work_database)) as connection:
            connection.execute(change)

    def send(self, number: int = 1, clock: Clock | None = None) -> SendCounts:
        surroundings = Surroundings(clock or _clock, self.environment, lambda seconds: None)
        batch = Batch("regular", "email", number)
        return send_batch(
            self.workspace, run_id=RUN, work_database=self.work_database, batch=batch, surroundings=surroundings
        )

    def statuses(self) -> dict[str, int]:
        with open_ledger(self.workspace, clock=_clock) as ledger:
            counts = ledger.counts(as_of=AS_OF)
        return {name: value for name, value in vars(counts).items() if value}


def _clock() -> datetime:
    return datetime(2026, 6, 15, 7, 0, tzinfo=UTC)


@pytest.fixture
def make_day(tmp_path: Path) -> Callable[..., Day]:
    def make(email: dict[str, object] | None = None, **sending: object) -> Day:
        settings = {**SETTINGS, "sending": {"email": email or {"type": "files"}, **sending}}
        (tmp_path / "puntual.yaml").write_text(yaml.safe_dump(settings), encoding="utf-8")
        (tmp_path / "strategy.yaml").write_text(yaml.safe_dump(STRATEGY), encoding="utf-8")
        workspace = load_workspace(tmp_path)
        work_database = tmp_path / "work.duckdb"
        with duckdb.connect(str(work_database)) as connection:
            connection.execute(_TABLES)
        day = Day(workspace, work_database, {"SENDGRID_API_KEY": "right"})
        day.plan()
        return day

    return make


def test_a_batch_is_read_with_everything_a_message_needs(make_day: Callable[..., Day]) -> None:
    day = make_day()
    with open_for_reading(day.work_database) as connection:
        assert run_date(connection) == AS_OF
        assert batches(connection) == [Batch("regular", "email", 1), Batch("regular", "email", 2)]
        keys = keys_of_batch(connection, Batch("regular", "email", 1))
        reminders = read_reminders(connection, [*keys, "no such key"])
        assert open_amounts(connection, ["R0-0", "R0-1", "?"]) == dict.fromkeys(["R0-0", "R0-1"], Decimal("100.00"))
    assert [reminder.reminder_key for reminder in reminders] == keys
    first = next(reminder for reminder in reminders if reminder.customer_id == "C1")
    assert first.customer_name == "Deudor 1"
    assert first.credit_amount == Decimal("5.00")
    assert first.payments_until == date(2026, 6, 12)
    assert [item.document_number for item in first.items] == ["F1-0", "F1-1"]
    assert first.items[0].references == (Reference("purchase_order", "OC-1"), Reference("letra", "L-1"))
    assert sum(item.open_amount for item in first.items) == first.total_amount


def test_a_batch_is_sent_once_however_often_it_is_started(make_day: Callable[..., Day]) -> None:
    day = make_day()
    assert day.send() == SendCounts(accepted=15)
    assert day.send() == SendCounts(skipped=15)
    assert len(list(day.workspace.paths.outbox.glob("*/*.eml"))) == 15
    assert day.statuses() == {"accepted": 15, "awaiting": 15}


def test_what_a_batch_attaches_and_lacks_is_counted(make_day: Callable[..., Day], tmp_path: Path) -> None:
    folder = tmp_path / "invoices"
    folder.mkdir()
    (folder / "F1-0.pdf").write_bytes(b"%PDF-1.7 F1-0")
    batch = Batch("regular", "email", 1)
    day = make_day(attachments={"invoices": "invoices"})
    assert lacking_files(day.workspace, work_database=day.work_database, batch=batch) == Lacking(15, 29)
    told = Batch("regular", "whatsapp", 1)
    assert lacking_files(day.workspace, work_database=day.work_database, batch=told) == Lacking()


@pytest.mark.parametrize(
    ("pattern", "attached"), [("{document_number}.pdf", 0), ("{customer_id}/{document_number}.pdf", 1)]
)
def test_the_invoice_of_another_customer_with_the_same_number_is_never_attached(
    make_day: Callable[..., Day], tmp_path: Path, pattern: str, attached: int
) -> None:
    for name in ("F1-0.pdf", "C1/F1-0.pdf"):
        path = tmp_path / "invoices" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"%PDF-1.7")
    day = make_day(attachments={"invoices": "invoices", "pattern": pattern})
    # Another customer's was paid long ago, and its file is the one in the folder.
    day.decide_anew("INSERT INTO outgoing.shared_numbers VALUES ('acme', 'F1-0')")
    day.send()
    written = [path.read_text(encoding="utf-8") for path in day.workspace.paths.outbox.glob("*/*.eml")]
    assert sum('filename="F1-0.pdf"' in message for message in written) == attached


def test_batches_sent_side_by_side_do_not_disturb_each_other(make_day: Callable[..., Day]) -> None:
    day = make_day()
    results: list[SendCounts] = []
    threads = [threading.Thread(target=lambda n=n: results.append(day.send(n))) for n in (1, 2, 1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(result.accepted for result in results) == MESSAGES
    assert sum(result.skipped for result in results) == MESSAGES
    assert day.statuses() == {"accepted": MESSAGES}


def test_what_was_paid_since_the_plan_is_not_sent(make_day: Callable[..., Day]) -> None:
    day = make_day()
    day.decide_anew("DELETE FROM staging.open_receivables WHERE receivable_id = 'R3-1'")
    day.decide_anew("UPDATE staging.settlements SET open_amount = 0 WHERE receivable_id = 'R3-1'")
    day.decide_anew("DELETE FROM decide.reminder_items WHERE receivable_id = 'R3-1'")
    day.decide_anew("UPDATE decide.reminders SET total_amount = 103, item_count = 1 WHERE customer_id = 'C3'")
    counts = day.send()
    assert (counts.accepted, counts.cancelled) == (14, 1)
    assert day.statuses() == {"accepted": 14, "cancelled": 1, "awaiting": 15}


@pytest.mark.parametrize(
    "changes",
    [
        ["UPDATE decide.reminders SET recipient_address = 'other@deudor.example' WHERE customer_id = 'C3'"],
        [
            "UPDATE staging.open_receivables SET open_amount = 1 WHERE receivable_id LIKE 'R3-%'",
            "UPDATE decide.reminder_items SET open_amount = 1 WHERE receivable_id LIKE 'R3-%'",
            "UPDATE decide.reminders SET total_amount = 2 WHERE customer_id = 'C3'",
        ],
        [
            "INSERT INTO decide.reminder_items SELECT * REPLACE ('R3-2' AS receivable_id, 7 AS open_amount) "
            "FROM decide.reminder_items WHERE receivable_id = 'R3-1'",
            "INSERT INTO staging.open_receivables SELECT * REPLACE ('R3-2' AS receivable_id, 7 AS open_amount) "
            "FROM staging.open_receivables WHERE receivable_id = 'R3-1'",
            "UPDATE decide.reminders SET total_amount = 213, item_count = 3 WHERE customer_id = 'C3'",
        ],
        [
            "DELETE FROM decide.reminder_items WHERE receivable_id = 'R3-1'",
            "UPDATE decide.reminders SET total_amount = 103, item_count = 1 WHERE customer_id = 'C3'",
        ],
    ],
    ids=["another recipient", "another amount", "one more receivable", "a receivable that is open but not decided"],
)
def test_what_is_decided_anew_does_not_leave_before_it_is_planned(
    make_day: Callable[..., Day], changes: list[str]
) -> None:
    day = make_day()
    for change in changes:
        day.decide_anew(change)
    counts = day.send()
    assert (counts.accepted, counts.skipped, counts.cancelled) == (14, 1, 0)
    day.plan()
    assert day.send() == SendCounts(accepted=1, skipped=14)
    assert len(list(day.workspace.paths.outbox.glob("*/*.eml"))) == 15


def test_what_was_recorded_on_the_day_of_sending_counts_in_the_companys_time_zone(make_day: Callable[..., Day]) -> None:
    day = make_day()
    # At 23:30 UTC on the 15th it is already the 16th in Madrid.
    late = lambda: datetime(2026, 6, 15, 23, 30, tzinfo=UTC)  # noqa: E731 a clock
    tomorrow = date(2026, 6, 16)
    with open_ledger(day.workspace, clock=late) as ledger:
        ledger.record(Dispute(customer_id="C3", author="ana", recorded_on=tomorrow, reason="x", opened_on=tomorrow))
    assert day.send(clock=late) == SendCounts(accepted=14, cancelled=1)


def test_what_is_recorded_after_midnight_counts_for_a_batch_that_began_before(make_day: Callable[..., Day]) -> None:
    day = make_day(limits={"in_flight": 1})
    moments = count()

    def clock() -> datetime:
        """23:59 in Madrid, and six seconds later whenever it is asked."""
        return datetime(2026, 6, 15, 21, 59, tzinfo=UTC) + timedelta(seconds=6 * next(moments))

    tomorrow = date(2026, 6, 16)
    with open_ledger(day.workspace, clock=_clock) as ledger:
        for customer in ("C0", "C9"):  # the first and the last of the batch
            ledger.record(
                Dispute(customer_id=customer, author="ana", recorded_on=tomorrow, reason="x", opened_on=tomorrow)
            )
    assert day.send(clock=clock) == SendCounts(accepted=14, cancelled=1)


def test_a_template_mistake_leaves_no_claim(make_day: Callable[..., Day]) -> None:
    day = make_day()
    path = day.workspace.paths.templates / "overdue" / "es" / "subject.txt.j2"
    path.parent.mkdir(parents=True)
    path.write_text("{{ custmer.name }}", encoding="utf-8")
    with pytest.raises(SettingsProblem, match="custmer"):
        day.send()
    assert day.statuses() == {"awaiting": MESSAGES}
    path.write_text("Aviso {{ customer.name }}", encoding="utf-8")
    assert day.send().accepted == 15


def test_what_only_the_runs_own_messages_show_is_found_before_any_claim(make_day: Callable[..., Day]) -> None:
    day = make_day()
    assert try_messages(day.workspace, day.work_database) == 2
    path = day.workspace.paths.templates / "overdue" / "es" / "subject.txt.j2"
    path.parent.mkdir(parents=True)
    path.write_text("Aviso{% if items[0].document_number == 'F9-0' %}{{ 1 / 0 }}{% endif %}", encoding="utf-8")
    assert lint_templates(day.workspace) == []
    with pytest.raises(SettingsProblem, match="division by zero"):
        try_messages(day.workspace, day.work_database)
    assert day.statuses() == {"awaiting": MESSAGES}


def test_faults_of_a_provider_neither_repeat_nor_lose_a_message(
    make_day: Callable[..., Day], provider: tuple[Any, str]
) -> None:
    state, url = provider
    day = make_day({"type": "sendgrid", "base_url": url, "timeout_seconds": 0.3})
    state.probabilities = {
        "rate_limit": 0.2,
        "error_before": 0.1,
        "error_after": 0.1,
        "drop_after": 0.1,
        "bad_request": 0.05,
    }
    for number in (1, 2) * 6:
        with suppress(ChannelStopped):
            day.send(number)
    sent = [entry["reminder_id"] for entry in state.accepted]
    statuses = day.statuses()
    assert len(sent) == len(set(sent))
    assert "awaiting" not in statuses
    assert sum(statuses.values()) == MESSAGES
    assert statuses["accepted"] <= len(sent) <= statuses["accepted"] + statuses["unknown"]


def test_a_wrong_key_leaves_everything_planned(make_day: Callable[..., Day], provider: tuple[Any, str]) -> None:
    day = make_day({"type": "sendgrid", "base_url": provider[1], "timeout_seconds": 1})
    day.environment["SENDGRID_API_KEY"] = "mistyped"
    with pytest.raises(ChannelStopped, match="API key") as raised:
        day.send()
    assert raised.value.is_lasting
    assert day.statuses() == {"awaiting": MESSAGES}
    day.environment["SENDGRID_API_KEY"] = "right"
    assert day.send().accepted == 15


def test_a_preview_shows_every_message_and_claims_none(make_day: Callable[..., Day]) -> None:
    day = make_day()
    for number in (1, 2):
        batch = Batch("regular", "email", number)
        assert preview_batch(day.workspace, run_id=RUN, work_database=day.work_database, batch=batch) == 15
    folder = day.workspace.paths.run(RUN) / "preview"
    assert len(list(folder.glob("*/*.html"))) == MESSAGES
    index = (folder / "index.html").read_text(encoding="utf-8")
    assert "regular-email-0001.html" in index
    assert "regular-email-0002.html" in index
    assert (folder / "regular-email-0001.html").read_text(encoding="utf-8").count('<a href="regular-email-0001/') == 15
    assert day.statuses() == {"awaiting": MESSAGES}


def test_outside_production_only_who_is_listed_is_written_to_and_the_others_stay_planned(
    make_day: Callable[..., Day],
) -> None:
    day = make_day(only_to=["p3@deudor.example", "lucia@acme.example", "boss@acme.example"])
    assert day.send() == SendCounts(accepted=1, not_listed=14)
    assert day.statuses() == {"accepted": 1, "awaiting": 29}


def test_a_days_limit_holds_over_batches_and_the_rest_stays_planned(make_day: Callable[..., Day]) -> None:
    day = make_day(limits={"per_day": 20})
    assert day.send(1) == SendCounts(accepted=15)
    assert day.send(2) == SendCounts(accepted=5, over_limit=10)
    assert day.statuses() == {"accepted": 20, "awaiting": 10}


def test_a_stop_by_a_person_holds_for_batches_that_begin_after_it(make_day: Callable[..., Day]) -> None:
    day = make_day()
    assert day.send(1) == SendCounts(accepted=15)
    with open_ledger(day.workspace, clock=_clock) as ledger:
        ledger.stop(channel="email", reason="wrong bank details", author="ana")
    assert day.send(2) == SendCounts(stopped=15)
    with open_ledger(day.workspace, clock=_clock) as ledger:
        ledger.release(channel=None, author="eva")
    assert day.send(2) == SendCounts(accepted=15)
