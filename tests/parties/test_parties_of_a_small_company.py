"""From exports to worklist, warehouse, explanation and message: what is known of debtors and of their receivables arrives everywhere."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tasks.checks.same_debtor import duplicate_problems
from tasks.ledger.ledger import Ledger
from tasks.ledger.opening import open_ledger
from tasks.parties.worklist import write_worklist
from tasks.rebuild import rebuilt
from tasks.remind.messages import read_reminders
from tasks.report.build import build_mart
from tasks.segment.explain import explain
from tasks.settings.load import Workspace, load_workspace
from tasks.warehouse.connection import Connection
from tasks.warehouse.work import write_ledger_facts
from tests.small_workspace import COMPANY, INVOICES_SOURCE, write_workspace

DAY = date(2026, 6, 15)
_MORE = """\
      instalment_number: part
      purchase_order: order
    references: {obra: site}
  - name: customers
    contract: customers
    path: exports/customers.csv
    columns: {customer_id: code, name: name, country: country, tax_id: nif, iban: iban}
  - name: contacts
    contract: contacts
    path: exports/contacts.csv
    columns:
      {customer_id: customer, contact_id: id, role: {value: reminder}, name: person, email: email, phone: phone, last_verified_on: seen}
  - name: payments
    contract: payments
    path: exports/payments.csv
    columns: {payment_id: id, document_number: number, customer_id: customer, paid_on: day, currency: {value: EUR}, amount: amount}
"""
SETTINGS = COMPANY + "contacts: {verify_every_days: 180}\n" + INVOICES_SOURCE + _MORE
STRATEGY = """\
ladders:
  only:
    - {step: first, after_due: 5, channel: email, tone: courteous}
segments:
  - {name: everyone, ladder: only}
"""
INVOICES = """\
number,customer,issued,due,amount,part,order,site
F-1,0042,2026-04-01,2026-05-01,900.00,2,OC-7,Obra Norte
F-2,42,2026-04-01,2026-05-01,100.00,,,
F-3,C3,2026-04-01,2026-05-01,50.00,,,
"""
CUSTOMERS = """\
code,name,country,nif,iban
0042,"Talleres Ebro, S.L.",ES,B10203040,
42,TALLERES EBRO SL,ES,,ES0099990001440000471227
C3,Obras Sur,ES,B10203041,
"""
CONTACTS = """\
customer,id,person,email,phone,seen
0042,K1,Berta Uno,uno@debtor.example,976 000 001,2026-05-01
42,K2,=Blas Dos,dos@acme.example,+34 600,2026-05-01
"""
PAYMENTS = """\
id,number,customer,day,amount
P-1,,C9,2026-06-14,1.00
"""


@pytest.fixture(scope="module")
def workspace(tmp_path_factory) -> Workspace:
    root = tmp_path_factory.mktemp("parties") / "acme"
    files = {
        "puntual.yaml": SETTINGS,
        "strategy.yaml": STRATEGY,
        "exports/invoices.csv": INVOICES,
        "exports/customers.csv": CUSTOMERS,
        "exports/contacts.csv": CONTACTS,
        "exports/payments.csv": PAYMENTS,
    }
    return write_workspace(root, files)


@pytest.fixture(scope="module")
def ledger(workspace) -> Iterator[Ledger]:
    with open_ledger(workspace, clock=lambda: datetime(2026, 6, 15, 12, tzinfo=UTC)) as opened:
        yield opened


@pytest.fixture(scope="module")
def work(workspace, ledger, tmp_path_factory) -> Iterator[Connection]:
    scratch = tmp_path_factory.mktemp("scratch")
    with rebuilt(workspace, ledger, DAY, scratch, known_on=DAY) as connection:
        facts = ledger.facts(DAY)
        write_ledger_facts(connection, {name: facts[name] for name in ("ledger.reminders", "ledger.runs")})
        build_mart(connection, workspace.settings)
        yield connection


def read(path: Path, delimiter: str) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


def test_the_worklist_says_whom_to_ask_for_what_the_largest_debtor_first(work, tmp_path) -> None:
    rows = read(write_worklist(work, tmp_path, "en"), ",")
    told = [(row["Customer"], row["What to do"], row["Why"], row["As written"]) for row in rows]
    assert told == [
        ("42", "Correct the e-mail address", "the address is our own company's", "dos@acme.example"),
        ("42", "Correct the telephone", "it has too few digits", "'+34 600"),
        ("42", "Correct the IBAN", "the check digits do not fit", "ES0099990001440000471227"),
        ("C3", "Add a contact", "there is no contact", ""),
        ("C3", "Correct the tax id", "the check digit does not fit", "B10203041"),
    ]


def test_nobody_else_reads_the_worklists_names_and_addresses(work, tmp_path) -> None:
    assert write_worklist(work, tmp_path, "en").stat().st_mode & 0o077 == 0


def test_the_worklist_is_a_spreadsheet_in_the_companys_language_without_formulas(work, tmp_path) -> None:
    rows = read(write_worklist(work, tmp_path, "es"), ";")
    assert rows[0]["Nombre del contacto"] == "'=Blas Dos"
    assert rows[0]["Función"] == "avisos"
    assert rows[0]["Importe abierto"] == "100,00"
    assert rows[3]["Qué hacer"] == "Dar de alta un contacto"


def test_neither_task_nor_pair_is_published_with_a_name_or_an_address(work) -> None:
    for table in ("mart.contact_tasks", "mart.duplicate_customers"):
        text = str(work.execute(f"FROM {table}").fetchall())
        for personal in ("Blas", "Berta", "debtor.example", "acme.example", "976", "ES00", "B1020304", "Ebro"):
            assert personal not in text


def test_one_debtor_under_two_codes_is_shown_and_not_merged(work) -> None:
    pairs = work.execute("SELECT customer_id, other_customer_id, strength, evidence FROM mart.duplicate_customers")
    assert pairs.fetchall() == [("0042", "42", "strong", ["same_code_without_zeros", "same_name"])]
    counted = work.execute("SELECT count(*) FROM mart.customers").fetchone()
    assert counted == (3,)


def test_check_names_the_pair_by_its_codes_and_the_next_step(work, workspace) -> None:
    (problem,) = duplicate_problems(work, workspace.settings)
    assert problem.severity == "warning"
    assert problem.what == "two customers look like one debtor: 0042 and 42 (same code without zeros, same name)"
    assert "docs/parties.md" in problem.fix


def test_references_travel_to_explanation_message_and_warehouse(work) -> None:
    facts = {fact.name: fact.value for fact in explain(work, "F-1", language="en").facts}
    assert facts["instalment"] == "2"
    assert facts["references"] == "purchase order OC-7; obra Obra Norte"
    keys = [key for (key,) in work.execute("SELECT reminder_key FROM decide.reminders").fetchall()]
    (item,) = [
        item for reminder in read_reminders(work, keys) for item in reminder.items if item.receivable_id == "F-1"
    ]
    assert [(reference.kind, reference.value) for reference in item.references] == [
        ("purchase_order", "OC-7"),
        ("obra", "Obra Norte"),
    ]
    assert item.instalment_number == 2
    published = work.execute("SELECT document_references FROM mart.receivables WHERE receivable_id = 'F-1'").fetchone()
    assert published == ({"purchase_order": "OC-7", "obra": "Obra Norte"},)


def test_two_codes_given_one_by_a_map_are_one_debtor_and_no_pair(workspace, ledger, tmp_path) -> None:
    text = SETTINGS.replace(
        "customer_id: customer\n      receivable_id",
        'customer_id: {column: customer, map: {"42": "0042"}}\n      receivable_id',
    )
    assert text != SETTINGS
    (workspace.paths.root / "puntual.yaml").write_text(text, encoding="utf-8")
    try:
        with rebuilt(load_workspace(workspace.paths.root), ledger, DAY, tmp_path, known_on=DAY) as connection:
            assert list(duplicate_problems(connection, workspace.settings)) == []
            owners = connection.execute("SELECT DISTINCT customer_id FROM decide.decisions ORDER BY ALL").fetchall()
            assert owners == [("0042",), ("C3",)]
    finally:
        (workspace.paths.root / "puntual.yaml").write_text(SETTINGS, encoding="utf-8")
