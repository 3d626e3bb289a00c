"""Invariant 6 of docs/design.md, on a small company: nothing that is published is lost with what the landing zone and the ledger can remake.

The days are run as the flows run them, without Prefect.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from flows.cli.app import app
from tasks.decisions.record import record_decisions
from tasks.ledger.knowledge import Dispute, DutyEntry, OptOut, Promise
from tasks.ledger.ledger import Ledger
from tasks.ledger.opening import open_ledger
from tasks.ledger.reminders import items_from_arrow, reminders_from_arrow
from tasks.ledger.runs import RunStart
from tasks.rebuild import rebuilt
from tasks.remind.batch import Surroundings, send_batch
from tasks.remind.messages import batches
from tasks.report.build import build_mart
from tasks.settings.load import Workspace, load_workspace
from tasks.warehouse.catalogue import published_tables
from tasks.warehouse.connection import open_for_building
from tasks.warehouse.publish import publish
from tasks.warehouse.work import write_ledger_facts

MONDAY, TUESDAY = date(2026, 6, 15), date(2026, 6, 16)
KEPT = ("landing", "ledger.sqlite", "ledger.id")

SETTINGS = """\
company:
  id: acme
  name: Acme Pruebas, S.A.
  country: ES
  language: es
  currency: EUR
  bank_details: {EUR: {bank: Banco, account: ES9121000418450200051332}}
  sender: {name: Cobros Acme, email: cobros@acme.example}
  collector: {name: Ana, email: ana@acme.example}
sending: {email: {type: files}}
sources:
  - name: invoices
    contract: receivables
    path: exports/invoices.csv
    max_reject_share: 1
    columns:
      customer_id: customer
      receivable_id: number
      document_number: number
      document_type: {value: invoice}
      invoice_date: issued
      due_date: due
      currency: currency
      amount: amount
      open_amount: open
      customer_name: name
  - name: contacts
    contract: contacts
    path: exports/contacts.csv
    columns: {customer_id: customer, contact_id: email, role: {value: reminder}, name: person, email: email, phone: phone}
  - name: payments
    contract: payments
    path: exports/payments.csv
    columns: {payment_id: id, document_number: number, customer_id: customer, paid_on: day, currency: {value: EUR}, amount: amount}
"""

STRATEGY = """\
consequences: {since: 2020-01-01, default: {late_interest: {kind: contractual, rate: 9}}}
contact_cap: {contacts: 1, per_days: 7}
ladders:
  only:
    - {step: first, after_due: 5, channel: email, tone: courteous}
    - {step: second, after_step: {step: first, days: 10}, channel: email, tone: firm}
  by_phone:
    - {step: call, after_due: 1, channel: call}
segments:
  - {name: called, when: {open_amount: {EUR: {at_least: 32, at_most: 34}}}, ladder: by_phone}
  - {name: everyone, ladder: only}
experiments:
  - {name: phone_first, segments: [everyone], from: 2026-06-01, until: 2026-12-31, variants: [{name: phone, ladder: by_phone, share: 0.5}]}
credit_policy:
  cost_to_serve: {financing_rate: 10, margin_percent: 0}
"""

INVOICES = """\
number,customer,name,issued,due,currency,amount,open
F-1,C1,Uno SL,2026-04-01,2026-05-01,EUR,100.00,
F-2,C1,Uno SL,2026-04-10,2026-05-10,EUR,50.50,
F-3,C2,Dos SL,2026-04-01,2026-05-01,EUR,70.00,20.00
F-4,C3,Tres SL,2026-05-01,2026-07-01,USD,30.00,
F-5,C2,Dos SL,2026-03-01,2026-04-01,EUR,10.00,
F-6,C3,Tres SL,2026-03-01,2026-04-01,EUR,90.00,
F-7,C4,Cuatro SL,2026-05-01,2026-06-12,EUR,44.00,
F-7,C4,Cuatro SL,2026-05-01,2026-06-12,EUR,44.00,
F-8,C4,Cuatro SL,2026-05-01,2026-06-12,euros,12.00,
F-9,C5,Cuatro S.L.,2026-04-01,2026-05-01,EUR,33.00,
"""

CONTACTS = """\
customer,person,email,phone
C1,Berta Uno,uno@debtor.example,+34910000001
C2,Blas Dos,dos@debtor.example,+34910000002
C4,Carla Cuatro,cuatro@debtor.example,+34910000004
C5,Ciro Cinco,cinco@debtor.example,+34910000005
"""

PAYMENTS = """\
id,number,customer,day,amount
P-1,F-5,C2,2026-06-12,10.00
P-2,F-6,C3,2026-06-10,40.00
P-3,,C3,2026-06-11,7.00
"""
LATER_PAYMENTS = "P-4,F-1,C1,2026-06-16,100.00\nP-5,F-9,C5,2026-06-20,33.00\n"


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def ledger_on(workspace: Workspace, day: date) -> Ledger:
    return open_ledger(workspace, clock=lambda: noon(day))


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    files = {
        "puntual.yaml": SETTINGS,
        "strategy.yaml": STRATEGY,
        "exports/invoices.csv": INVOICES,
        "exports/contacts.csv": CONTACTS,
        "exports/payments.csv": PAYMENTS,
    }
    for name, content in files.items():
        path = tmp_path / "acme" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return load_workspace(tmp_path / "acme")


def run_day(workspace: Workspace, day: date) -> Path:
    """Plans, sends to the outbox and publishes `day`, live; returns the published file."""
    run_id = f"{day:%Y%m%d}-0000000a"
    folder = workspace.paths.run(run_id)
    work_db = folder / "work.duckdb"
    with ledger_on(workspace, day) as ledger:
        ledger.start_run(RunStart(run_id=run_id, as_of=day, mode="send"))
        with rebuilt(workspace, ledger, day, folder, known_on=day, run_id=run_id) as connection:
            messages = connection.execute("FROM outgoing.messages ORDER BY reminder_key").to_arrow_table()
            items = connection.execute("FROM outgoing.items ORDER BY ALL").to_arrow_table()
            to_send = batches(connection)
        reminders = reminders_from_arrow(messages)
        ledger.plan(run_id=run_id, as_of=day, reminders=reminders, items=items_from_arrow(items))
        surroundings = Surroundings(clock=lambda: noon(day), environment={}, pause=lambda _: None)
        for batch in to_send:
            send_batch(workspace, run_id=run_id, work_database=work_db, batch=batch, surroundings=surroundings)
        with open_for_building(work_db, workspace.settings.warehouse) as connection:
            facts = ledger.facts(day)
            write_ledger_facts(
                connection, {relation: facts[relation] for relation in ("ledger.reminders", "ledger.runs")}
            )
            build_mart(connection, workspace.settings)
        published = publish(work_db, workspace.paths, run_id=run_id, settings=workspace.settings.warehouse)
        ledger.finish_run(run_id, status="completed", counts={"rows_in": 1}, strategy_version="1")
    return published.path


def rows(path: Path) -> Mapping[str, list[tuple[object, ...]]]:
    """Every row of every table, in the order of the file."""
    with duckdb.connect(str(path), read_only=True) as connection:
        return {
            table.name: connection.execute(f"FROM mart.{table.name.removeprefix('mart_')} ORDER BY rowid").fetchall()
            for table in published_tables()
        }


def test_a_warehouse_rebuilt_from_landing_and_ledger_has_the_rows_that_were_published(workspace, tmp_path) -> None:
    by_ana = {"author": "Ana", "recorded_on": MONDAY}
    with ledger_on(workspace, MONDAY) as ledger:
        ledger.record(Dispute(customer_id="C4", receivable_id="F-7", reason="price", opened_on=MONDAY, **by_ana))
        ledger.record(OptOut(customer_id="C5", channel="email", from_on=MONDAY, **by_ana))
        ledger.record(Promise(customer_id="C2", promised_for=TUESDAY, **by_ana))
        ledger.record(
            DutyEntry(
                customer_id="C3", receivable_id="F-6", duty="not_delivered", is_met=False, noted_on=MONDAY, **by_ana
            )
        )
    run_day(workspace, MONDAY)
    was_published = rows(run_day(workspace, TUESDAY))
    assert {name for name, found in was_published.items() if not found} == set()

    for path in workspace.paths.state.iterdir():
        if path.name not in KEPT:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    run_id, scratch = f"{TUESDAY:%Y%m%d}-0000000a", tmp_path / "scratch"
    with (
        ledger_on(workspace, TUESDAY) as ledger,
        rebuilt(workspace, ledger, TUESDAY, scratch, known_on=TUESDAY, run_id=run_id) as connection,
    ):
        parsed_again = connection.execute("SELECT count(*) FROM landing.files WHERE was_parsed").fetchone()
        build_mart(connection, workspace.settings)
    assert parsed_again == (0,)
    again = publish(scratch / "work.duckdb", workspace.paths, run_id=run_id, settings=workspace.settings.warehouse).path
    rebuilt_rows = rows(again)
    for table, expected in was_published.items():
        assert rebuilt_rows[table] == expected, table


def test_a_past_day_is_decided_as_it_was_whatever_has_landed_since(workspace, tmp_path) -> None:
    decisions = "SELECT * EXCLUDE (run_id) FROM mart.decisions ORDER BY receivable_id"
    with duckdb.connect(str(run_day(workspace, MONDAY)), read_only=True) as connection:
        decided = connection.execute(decisions).fetchall()
    payments = workspace.paths.root / "exports" / "payments.csv"
    payments.write_text(PAYMENTS + LATER_PAYMENTS, encoding="utf-8")
    with (
        ledger_on(workspace, TUESDAY) as ledger,
        rebuilt(workspace, ledger, MONDAY, tmp_path / "replay", known_on=TUESDAY) as connection,
    ):
        build_mart(connection, workspace.settings)
        assert connection.execute(decisions).fetchall() == decided


def test_a_live_day_counts_what_is_booked_ahead_as_paid(workspace, tmp_path) -> None:
    payments = workspace.paths.root / "exports" / "payments.csv"
    payments.write_text(PAYMENTS + LATER_PAYMENTS, encoding="utf-8")
    still_open = "SELECT receivable_id, open_amount FROM staging.open_receivables ORDER BY receivable_id"
    with (
        ledger_on(workspace, TUESDAY) as ledger,
        rebuilt(workspace, ledger, TUESDAY, tmp_path / "live", known_on=TUESDAY) as connection,
    ):
        found = dict(connection.execute(still_open).fetchall())
    assert found == {
        "F-2": Decimal("50.50"),
        "F-3": Decimal("20.00"),
        "F-4": Decimal("30.00"),
        "F-6": Decimal("43.00"),  # the payment that names nothing goes to what its customer owes
        "F-7": Decimal("44.00"),
    }


def test_commands_show_the_kept_decision_of_a_past_day_and_find_that_it_was_changed(workspace, tmp_path) -> None:
    run_id = f"{MONDAY:%Y%m%d}-0000000a"
    with (
        ledger_on(workspace, MONDAY) as ledger,
        rebuilt(workspace, ledger, MONDAY, tmp_path / "kept", known_on=MONDAY, run_id=run_id) as connection,
    ):
        record_decisions(connection, workspace.paths.decisions, ledger)
    home, day = str(workspace.paths.root), ["--as-of", str(MONDAY), "--json"]
    explained = json.loads(CliRunner().invoke(app, ["explain", home, "F-4", *day]).stdout)
    assert (explained["kept"]["run_id"], explained["kept"]["decision"]) == (run_id, explained["decision"])

    def told() -> list[str]:
        problems = json.loads(CliRunner().invoke(app, ["check", home, *day]).stdout)["problems"]
        return [f"{problem['where']} {problem['what']}" for problem in problems if run_id in problem["where"]]

    assert told() == []
    file = workspace.paths.decisions / f"{run_id}.parquet"
    with duckdb.connect() as scratch:
        scratch.execute(f"CREATE TABLE kept AS FROM '{file}'")
        scratch.execute(f"COPY (SELECT * REPLACE ('silent' AS decision) FROM kept) TO '{file}' (FORMAT parquet)")  # noqa: S608
    assert told() != []
